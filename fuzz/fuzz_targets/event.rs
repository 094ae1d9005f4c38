//! One record: see `src/event.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| terraform_provider_iam_fuzz::event::hold(bytes));
