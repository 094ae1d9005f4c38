//! Selectors as text: see `src/selectors_json.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(
    |bytes: &[u8]| terraform_provider_iam_fuzz::selectors_json::hold(bytes)
);
