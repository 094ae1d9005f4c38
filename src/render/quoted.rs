//! Texts in quotes, so that whoever reads the document gets the same text back.
//!
//! Imports nothing of this crate. Used by all rooms of [`super`].

/// A text in double quotes that is valid as JSON and, for it is stricter, as YAML.
///
/// What YAML does not take as it is, or takes for a line break, is written as `\uXXXX`, which both
/// read: <https://yaml.org/spec/1.2.2/#51-character-set>. JSON's escapes are those of
/// <https://www.rfc-editor.org/rfc/rfc8259#section-7>.
pub(super) fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            _ if is_plain(character) => out.push(character),
            _ => out.push_str(&escape(character)),
        }
    }
    out.push('"');
    out
}

/// A text in double quotes as Terraform's language has them: `${` and `%{` would begin a template.
///
/// <https://developer.hashicorp.com/terraform/language/expressions/strings>
pub(super) fn hcl(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(2));
    out.push('"');
    let mut characters = text.chars().peekable();
    let mut before = None;
    while let Some(character) = characters.next() {
        let opens = matches!(character, '$' | '%') && characters.peek() == Some(&'{');
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            // Behind another `$` a doubled one could be read as the end of that pair.
            _ if opens && before == Some(character) => out.push_str(&escape(character)),
            _ if opens => out.extend([character, character]),
            _ if is_plain(character) => out.push(character),
            _ => out.push_str(&escape(character)),
        }
        before = Some(character);
    }
    out.push('"');
    out
}

/// A text in single quotes as SQL has them: a quote is doubled, and nothing else is special.
///
/// <https://trino.io/docs/current/language/types.html#varchar>
pub(super) fn sql(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Whether every reader takes the character as it is, within quotes.
fn is_plain(character: char) -> bool {
    !character.is_control()
        && !matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// `\uXXXX`. All characters that need it are below U+10000.
fn escape(character: char) -> String {
    format!("\\u{:04x}", u32::from(character))
}
