//! A Unix socket in a directory that only we can enter.
//!
//! May import nothing of ours.
//!
//! go-plugin makes a temporary name, removes the file and binds the name again, open to whoever the
//! umask lets. Here the directory is ours before the socket is, so there is no moment in between, and
//! no one else can connect whatever the umask says.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::net::{UnixListener, UnixStream};

/// The network's name on the handshake line.
pub(super) const NETWORK: &str = "unix";

/// Whether the socket keeps others out by itself.
pub(super) const PRIVATE: bool = true;

/// A connection.
pub(super) type Stream = UnixStream;

/// The directory of the socket: both are removed when it is dropped.
pub(super) type Home = TempDir;

/// Where temporary files may always be made.
const LAST_RESORT: &str = "/tmp";

/// The first length in bytes that a path may not have: the smallest room a system gives it (macOS),
/// with the zero that ends it.
const TOO_LONG: usize = 104;

/// A bound socket and its place.
#[derive(Debug)]
pub(super) struct Socket {
    bound: Bound,
    address: String,
    home: Home,
}

impl Socket {
    /// Binds in `directory`, or else in `temp` or the last resort.
    pub(super) fn bind(directory: Option<&Path>, temp: &Path) -> Result<Self, String> {
        let no = |place: &Path, error: &str| {
            format!(
                "no socket for Terraform could be made in {}: {error}",
                place.display()
            )
        };
        if let Some(directory) = directory {
            return Self::bind_in(directory).map_err(|error| no(directory, &error));
        }
        let last = Path::new(LAST_RESORT);
        Self::bind_in(temp).or_else(|error| {
            tracing::debug!(error, "the temporary directory holds no socket");
            Self::bind_in(last)
                .map_err(|second| format!("{}; {}", no(temp, &error), no(last, &second)))
        })
    }

    fn bind_in(place: &Path) -> Result<Self, String> {
        let home = tempfile::Builder::new()
            .prefix("tf-plugin-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(place)
            .map_err(|error| error.to_string())?;
        let path = home.path().join("rpc");
        let address = speakable(&path)?;
        let bound = UnixListener::bind(&path).map_err(|error| error.to_string())?;
        fs::set_permissions(&path, Permissions::from_mode(0o600))
            .map_err(|error| error.to_string())?;
        Ok(Self {
            bound: Bound(bound),
            address,
            home,
        })
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// What accepts, and what must be kept while it does.
    pub(super) fn split(self) -> (Bound, Home) {
        (self.bound, self.home)
    }
}

/// The path as the handshake line can carry it: short enough for a socket, and of characters that do
/// not end the field or the line.
fn speakable(path: &Path) -> Result<String, String> {
    let length = path.as_os_str().len();
    if length >= TOO_LONG {
        return Err(format!(
            "the path would be {length} bytes long, and a socket's must be shorter than {TOO_LONG}"
        ));
    }
    match PathBuf::from(path).into_os_string().into_string() {
        Ok(text) if !text.contains(|c: char| c == '|' || c.is_control()) => Ok(text),
        Ok(_) | Err(_) => Err(
            "the path holds a character that cannot be told to Terraform (a bar, a control \
             character or one that is not UTF-8)"
                .to_owned(),
        ),
    }
}

/// A socket that accepts.
#[derive(Debug)]
pub(super) struct Bound(UnixListener);

impl Bound {
    pub(super) async fn accept(&self) -> io::Result<Stream> {
        self.0.accept().await.map(|(stream, _)| stream)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
    use std::path::{Path, PathBuf};

    use super::{LAST_RESORT, Socket, TOO_LONG, speakable};

    fn temp() -> tempfile::TempDir {
        tempfile::tempdir().expect("a directory")
    }

    fn home(socket: &Socket) -> PathBuf {
        PathBuf::from(socket.address())
            .parent()
            .expect("a directory")
            .to_owned()
    }

    /// Nobody else can enter the directory or use the socket, and two sockets never meet.
    #[tokio::test]
    async fn the_socket_is_ours_alone() {
        let temp = temp();
        let socket = Socket::bind(None, temp.path()).expect("bound");
        let other = Socket::bind(None, temp.path()).expect("bound");
        let directory = fs::symlink_metadata(home(&socket)).expect("there");
        assert!(directory.is_dir());
        assert_eq!(directory.mode() & 0o7777, 0o700);
        let file = fs::symlink_metadata(socket.address()).expect("there");
        assert!(file.file_type().is_socket());
        assert_eq!(file.mode() & 0o7777, 0o600);
        assert_eq!(home(&socket).parent(), Some(temp.path()));
        assert_ne!(socket.address(), other.address());
    }

    /// Socket and directory go with their holder, and the directory they were in stays.
    #[tokio::test]
    async fn nothing_is_left_behind() {
        let temp = temp();
        let (bound, kept) = Socket::bind(None, temp.path()).expect("bound").split();
        drop(bound);
        assert!(kept.path().exists());
        drop(kept);
        drop(Socket::bind(Some(temp.path()), Path::new("/")).expect("bound"));
        assert_eq!(fs::read_dir(temp.path()).expect("there").count(), 0);
    }

    /// A temporary directory that is too deep, is not there or has a name that cannot be told is
    /// passed over, and nothing is left in it.
    #[tokio::test]
    async fn another_place_is_found() {
        let temp = temp();
        let deep = temp.path().join("d".repeat(TOO_LONG));
        let odd = temp.path().join("a|b");
        for there in [&deep, &odd] {
            fs::create_dir(there).expect("made");
        }
        for place in [&deep, &odd, &temp.path().join("nowhere")] {
            let socket = Socket::bind(None, place).expect("bound");
            assert_eq!(home(&socket).parent(), Some(Path::new(LAST_RESORT)));
            assert!(socket.address().len() < TOO_LONG);
        }
        for there in [deep, odd] {
            assert_eq!(fs::read_dir(there).expect("there").count(), 0);
        }
    }

    /// The place which the host program names is the only one: it may look nowhere else.
    #[tokio::test]
    async fn a_named_place_is_kept_to() {
        let temp = temp();
        let socket = Socket::bind(Some(temp.path()), Path::new("/nowhere")).expect("bound");
        assert_eq!(home(&socket).parent(), Some(temp.path()));

        let deep = temp.path().join("d".repeat(TOO_LONG));
        fs::create_dir(&deep).expect("made");
        let error = Socket::bind(Some(&deep), temp.path()).expect_err("too deep");
        assert!(error.contains("must be shorter than 104"), "{error}");
        let error = Socket::bind(Some(Path::new("/nowhere")), temp.path()).expect_err("no place");
        assert!(
            error.starts_with("no socket for Terraform could be made in /nowhere: "),
            "{error}"
        );
    }

    /// What is told to Terraform is a whole path from the root, wherever it was asked for.
    #[tokio::test]
    async fn an_address_is_absolute() {
        let socket = Socket::bind(None, Path::new(".")).expect("bound");
        assert!(socket.address().starts_with('/'), "{}", socket.address());
    }

    /// The longest path is one byte shorter than the smallest room for it.
    #[test]
    fn the_longest_path() {
        speakable(Path::new(&"p".repeat(TOO_LONG - 1))).expect("short enough");
        speakable(Path::new(&"p".repeat(TOO_LONG))).expect_err("too long");
        // Bytes count, not letters.
        speakable(Path::new(&"é".repeat(TOO_LONG / 2))).expect_err("too long");
    }

    /// What would end the line or its field is not said.
    #[test]
    fn a_path_cannot_say_more() {
        for path in ["/tmp/a|b", "/tmp/a\nb", "/tmp/a\rb"] {
            speakable(Path::new(path)).expect_err(path);
        }
        speakable(Path::new("/tmp/a b'c\"d$e")).expect("harmless");
    }
}
