//! How often a call is repeated, and how, and how many go at once: the arguments and their environment
//! variables.
//!
//! What is not known yet is not judged. May import `explain` and `aws`.

use tf_provider::value::Value;
use tf_provider::{AttributePath, Diagnostics};

use super::choice;
use crate::aws::config::{Rate, RetryMode};
use crate::aws::environment::Environment;
use crate::provider::attribute::one_of;
use crate::provider::explain;
use crate::provider::iam_only_trail_selector::model::Text;

/// Reads `max_retries`, a whole number that is not negative, else `AWS_MAX_ATTEMPTS`, which counts the
/// first attempt too.
pub(super) fn max_retries(
    diags: &mut Diagnostics,
    given: &Value<f64>,
    environment: &Environment,
) -> Option<u32> {
    if let Some(number) = given.as_ref_option() {
        let whole = number.to_string().parse().ok();
        if whole.is_none() {
            explain::error(
                diags,
                AttributePath::new("max_retries"),
                "Not a number of retries",
                format!("Found {number}. Expected a whole number, 0 or more."),
            );
        }
        return whole;
    }
    let text = environment.max_attempts.as_ref()?;
    let attempts: Option<u32> = text.parse().ok();
    let again = attempts.and_then(|attempts| attempts.checked_sub(1));
    if again.is_none() {
        explain::error(
            diags,
            AttributePath::root(),
            "Not a number of attempts",
            format!(
                "Found AWS_MAX_ATTEMPTS={text} in the environment. Expected a whole number, 1 or \
                 more.\n\nCorrect or unset it, or set max_retries in the provider block."
            ),
        );
    }
    again
}

/// Reads `retry_mode`, else `AWS_RETRY_MODE`.
pub(super) fn mode(
    diags: &mut Diagnostics,
    given: &Text,
    environment: &Environment,
) -> Option<RetryMode> {
    let (all, as_str) = (RetryMode::ALL, RetryMode::as_str);
    if let Value::Value(_) = given {
        return choice(diags, "retry_mode", given, all, as_str);
    }
    let text = environment.retry_mode.as_ref()?;
    let known = all.iter().find(|&&mode| as_str(mode) == text);
    if known.is_none() {
        explain::error(
            diags,
            AttributePath::root(),
            "Unknown retry mode",
            format!(
                "Found AWS_RETRY_MODE={text} in the environment. Expected one of {}.\n\nCorrect or \
                 unset it, or set retry_mode in the provider block.",
                one_of(all.iter().map(|&mode| as_str(mode)))
            ),
        );
    }
    known.copied()
}

/// Reads `token_bucket_rate_limiter_capacity`: a whole number, of which 0 is no limit.
pub(super) fn token_bucket(diags: &mut Diagnostics, given: &Value<f64>) -> Option<usize> {
    let number = given.as_ref_option()?;
    let whole: Option<usize> = number.to_string().parse().ok();
    if whole.is_none() {
        explain::error(
            diags,
            AttributePath::new("token_bucket_rate_limiter_capacity"),
            "Not a number of tokens",
            format!("Found {number}. Expected a whole number, 0 or more; 0 is no limit."),
        );
    }
    whole.filter(|&tokens| tokens > 0)
}

/// Reads a number of calls a second: more than 0.
pub(super) fn rate(
    diags: &mut Diagnostics,
    name: &'static str,
    given: &Value<f64>,
) -> Option<Rate> {
    let number = *given.as_ref_option()?;
    let rate = Rate::new(number);
    if rate.is_none() {
        explain::error(
            diags,
            AttributePath::new(name),
            "Not a number of calls a second",
            format!(
                "Found {number}. Expected a number greater than 0, which may be a fraction, such as \
                 0.5 for a call every two seconds."
            ),
        );
    }
    rate
}
