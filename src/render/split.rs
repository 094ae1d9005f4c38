//! Texts that may only be so long: as few as can be had without changing the order of what is in
//! them.
//!
//! Imports nothing of this crate. Used by `event_bridge.rs` and `cloudwatch_logs.rs`.

use super::Source;

/// The smallest thing that a text can hold: a whole source, or one name of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit<'a> {
    pub(super) source: &'a Source,
    pub(super) name: Option<&'a str>,
}

/// A source, and what a text has of it: names, or none if it has the whole source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub(super) source: &'a Source,
    pub(super) names: Vec<&'a str>,
}

/// Puts units into texts, in their order, each text as full as the limit lets it be. Each unit is in
/// one text. A unit that is over the limit by itself has a text of its own, which is over it too.
///
/// `write` gets the units of one text by their sources, and writes more the more they are.
pub(super) fn split<'a>(
    units: &[Unit<'a>],
    limit: usize,
    write: impl Fn(&[Part<'a>]) -> String,
) -> Vec<String> {
    let mut texts = Vec::new();
    let mut parts: Vec<Part<'a>> = Vec::new();
    let mut text = None;
    for unit in units {
        let mut longer = parts.clone();
        add(&mut longer, unit);
        let written = write(&longer);
        if written.chars().count() > limit
            && let Some(full) = text.take()
        {
            texts.push(full);
            longer.clear();
            add(&mut longer, unit);
            text = Some(write(&longer));
        } else {
            text = Some(written);
        }
        parts = longer;
    }
    texts.extend(text);
    texts
}

fn add<'a>(parts: &mut Vec<Part<'a>>, unit: &Unit<'a>) {
    match parts.last_mut() {
        Some(last) if last.source == unit.source => last.names.extend(unit.name),
        Some(_) | None => parts.push(Part {
            source: unit.source,
            names: unit.name.into_iter().collect(),
        }),
    }
}
