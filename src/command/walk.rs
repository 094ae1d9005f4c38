//! The files that paths lead to, one after another.
//!
//! A directory's entries come in the order of their names, and of its files those that are named as
//! records are. Links to files are followed, links to directories are not, so that no walk is endless.
//! At most one list of names for each level is held, however many files there are. Imports nothing of
//! this crate. Next: `explain.rs`, which reads the files.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::{fs, vec};

/// How files of records end.
const ENDINGS: [&str; 4] = [".json", ".jsonl", ".json.gz", ".jsonl.gz"];

/// The directory of digest files, which lie beside the records, end like them and have none.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html>
const DIGESTS: &str = "CloudTrail-Digest";

/// The files at a path: itself, or those below it.
pub(super) struct Walk {
    /// The path itself, until it was looked at.
    first: Option<PathBuf>,
    /// The directories that are gone through, outermost first, each with what is still to come of it.
    open: Vec<(PathBuf, vec::IntoIter<OsString>)>,
}

/// What could not be read, and why.
pub(super) type Unread = (PathBuf, io::Error);

impl Walk {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            first: Some(path.to_owned()),
            open: Vec::new(),
        }
    }

    fn enter(&mut self, directory: PathBuf) -> Result<(), Unread> {
        let names = fs::read_dir(&directory).and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.file_name()))
                .collect::<io::Result<Vec<_>>>()
        });
        match names {
            Ok(mut names) => {
                names.sort();
                self.open.push((directory, names.into_iter()));
                Ok(())
            }
            Err(why) => Err((directory, why)),
        }
    }
}

impl Iterator for Walk {
    type Item = Result<PathBuf, Unread>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(path) = self.first.take() {
            if !path.is_dir() {
                return Some(Ok(path));
            }
            if let Err(unread) = self.enter(path) {
                return Some(Err(unread));
            }
        }
        while let Some((directory, names)) = self.open.last_mut() {
            let Some(name) = names.next() else {
                self.open.pop();
                continue;
            };
            let path = directory.join(&name);
            match fs::symlink_metadata(&path) {
                Ok(kind) if kind.is_dir() => {
                    if name != DIGESTS
                        && let Err(unread) = self.enter(path)
                    {
                        return Some(Err(unread));
                    }
                }
                Ok(_) if is_of_records(&name) && path.is_file() => return Some(Ok(path)),
                Ok(_) => {}
                Err(why) => return Some(Err((path, why))),
            }
        }
        None
    }
}

fn is_of_records(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    ENDINGS
        .into_iter()
        .any(|ending| name.ends_with(ending.as_bytes()))
}
