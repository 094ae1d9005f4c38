//! The texts that nobody may see.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, PoisonError, RwLock};

/// Shorter texts are not taken, in characters: they would black out ordinary words, and no
/// credential is so short.
const SHORTEST: usize = 8;

/// What stands where a secret stood. It is shorter than any secret, so that masking comes to an end.
const INSTEAD: &str = "***";

/// Secrets, and how they are taken out of what is shown.
///
/// A secret is found as it is, as it stands in a URL (percent-encoded), and as it stands in JSON and
/// in Rust's own output (escaped). Clones share what they know.
#[derive(Clone, Default)]
pub struct Masks {
    /// Every form of every secret, each once.
    secrets: Arc<RwLock<Vec<String>>>,
}

impl std::fmt::Debug for Masks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Masks")
    }
}

impl Masks {
    /// Takes a text that must not be shown from now on. A text of fewer than eight characters is
    /// not taken: ordinary words would be blacked out with it.
    pub fn hide(&self, secret: &str) {
        if secret.chars().take(SHORTEST).count() < SHORTEST {
            return;
        }
        let forms = forms(secret);
        let mut secrets = self.secrets.write().unwrap_or_else(PoisonError::into_inner);
        for form in forms {
            if !secrets.contains(&form) {
                secrets.push(form);
            }
        }
    }

    /// A text without secrets: `***` stands for each, and one for several that overlap.
    #[must_use]
    pub fn mask<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let secrets = self.secrets.read().unwrap_or_else(PoisonError::into_inner);
        let mut shown = Cow::Borrowed(text);
        // A secret may hold asterisks itself: what is left of a text may then be one again.
        while let Some(masked) = without(&shown, &secrets) {
            shown = Cow::Owned(masked);
        }
        shown
    }
}

/// A text once more with all that is secret in it replaced, or nothing where nothing is.
///
/// All places are found before any is replaced. One secret inside another, or one that begins where
/// another has not ended, leaves nothing behind.
fn without(text: &str, secrets: &[String]) -> Option<String> {
    let mut places: Vec<_> = secrets
        .iter()
        .flat_map(|secret| places(text, secret))
        .collect();
    if places.is_empty() {
        return None;
    }
    places.sort_by_key(|place| place.start);
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for place in places {
        if place.start >= done {
            shown.push_str(text.get(done..place.start).unwrap_or_default());
            shown.push_str(INSTEAD);
        }
        done = done.max(place.end);
    }
    shown.push_str(text.get(done..).unwrap_or_default());
    Some(shown)
}

/// Where a secret stands in a text, also where it overlaps with itself.
fn places(text: &str, secret: &str) -> impl Iterator<Item = Range<usize>> {
    let step = secret.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text.get(from..)?.find(secret)?;
        from = start + step;
        Some(start..start + secret.len())
    })
}

/// The ways in which a secret may be written.
fn forms(secret: &str) -> [String; 6] {
    let json = serde_json::to_string(secret).unwrap_or_default();
    [
        secret.to_owned(),
        percent_encoded(secret, "-_.~", u8::to_ascii_uppercase),
        percent_encoded(secret, "-_.~", u8::to_ascii_lowercase),
        percent_encoded(secret, "-_.~/", u8::to_ascii_uppercase),
        unquoted(&json).unwrap_or(secret).to_owned(),
        unquoted(&format!("{secret:?}"))
            .unwrap_or(secret)
            .to_owned(),
    ]
}

fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}

/// A text as it stands in a URL, where letters, digits and `kept` stand for themselves.
fn percent_encoded(text: &str, kept: &str, digits: fn(&u8) -> u8) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for digit in format!("{byte:02x}").bytes() {
                encoded.push(char::from(digits(&digit)));
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use proptest::prelude::*;

    use super::Masks;

    const SECRET: &str = "wJalr/Utn+EMI=K7";

    fn hiding(secrets: &[&str]) -> Masks {
        let masks = Masks::default();
        for secret in secrets {
            masks.hide(secret);
        }
        masks
    }

    /// A text without secrets is handed back as it is, without a copy.
    #[test]
    fn what_is_not_secret_stays() {
        let masks = hiding(&[SECRET]);
        assert!(matches!(
            masks.mask("wJalr/Utn"),
            Cow::Borrowed("wJalr/Utn")
        ));
        assert!(matches!(masks.mask(""), Cow::Borrowed("")));
    }

    /// What one clone learns, all clones hide.
    #[test]
    fn clones_share() {
        let masks = Masks::default();
        let clone = masks.clone();
        masks.hide(SECRET);
        assert_eq!(clone.mask(&format!("key {SECRET}!")), "key ***!");
    }

    /// Nothing prints a secret, not even for a person who debugs.
    #[test]
    fn the_masks_themselves_are_mute() {
        assert_eq!(format!("{:?}", hiding(&[SECRET])), "Masks");
    }

    /// Short texts are not taken, and taking one twice does no harm.
    #[test]
    fn short_texts_are_words() {
        let masks = hiding(&["", "a", "default", "üüüüüüü", "eight888", "eight888"]);
        assert_eq!(
            masks.mask("default üüüüüüü eight888"),
            "default üüüüüüü ***"
        );
    }

    /// A secret is one in a URL too, in either case of the digits, whole or as a path.
    #[test]
    fn secrets_are_found_in_urls() {
        let masks = hiding(&[SECRET]);
        for form in [
            "wJalr%2FUtn%2BEMI%3DK7",
            "wJalr%2fUtn%2bEMI%3dK7",
            "wJalr/Utn%2BEMI%3DK7",
        ] {
            assert_eq!(masks.mask(&format!("?k={form}&")), "?k=***&");
        }
    }

    /// A secret is one where quotes and line ends are escaped.
    #[test]
    fn secrets_are_found_escaped() {
        let masks = hiding(&["a \"quoted\"\nsecret\u{1}"]);
        assert_eq!(
            masks.mask(r#"{"k":"a \"quoted\"\nsecret\u0001"}"#),
            r#"{"k":"***"}"#
        );
        assert_eq!(
            masks.mask(r#"Some("a \"quoted\"\nsecret\u{1}")"#),
            r#"Some("***")"#
        );
    }

    /// Neither what is inside another nor what overlaps leaves a piece behind.
    #[test]
    fn overlaps_leave_nothing() {
        let masks = hiding(&["cdefghij", "abcdefghijkl", "ijklmnop", "xyxyxyxy"]);
        assert_eq!(masks.mask("-abcdefghijklmnop-"), "-***-");
        assert_eq!(masks.mask("-cdefghij-abcdefghijkl-"), "-***-***-");
        assert_eq!(masks.mask("-xyxyxyxyxy-"), "-***-");
        assert_eq!(masks.mask("ijklmnopcdefghij"), "******");
    }

    /// A secret of asterisks, or one that comes about where another was taken out, goes as well.
    #[test]
    fn asterisks_are_no_way_out() {
        let masks = hiding(&["********", "ab***cdefg"]);
        assert_eq!(masks.mask(&"*".repeat(13)), "***");
        assert_eq!(masks.mask("abab***cdefgcdefg"), "***");
    }

    proptest! {
        /// Wherever a secret stands, it is not shown, nor is another one.
        #[test]
        fn no_secret_is_shown(
            before in "[a*%\\\\\"/ü]{0,12}",
            secret in "[a*%\\\\\"/ü]{8,12}",
            other in "[a*%\\\\\"/ü]{8,9}",
            after in ".*",
        ) {
            let masks = hiding(&[&secret, &other]);
            let text = format!("{before}{secret}{after}{other}{before}");
            let shown = masks.mask(&text);
            prop_assert!(!shown.contains(&secret));
            prop_assert!(!shown.contains(&other));
        }

        /// Whatever is hidden and shown, nothing goes wrong.
        #[test]
        fn any_text_can_be_hidden(before in any::<String>(), secret in any::<String>()) {
            let masks = hiding(&[&secret]);
            let text = format!("{before}{secret}{before}");
            let shown = masks.mask(&text);
            prop_assert!(secret.chars().count() < 8 || !shown.contains(&secret));
        }
    }
}
