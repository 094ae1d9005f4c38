//! Prints the rule book as Markdown, for `docs/guides/rules.md`. `make docs` runs it.
//!
//! May import the library's `rules`.

use std::io::{self, Write as _};

use terraform_provider_iam::rules;

fn main() -> io::Result<()> {
    io::stdout().write_all(rules::guide().as_bytes())
}
