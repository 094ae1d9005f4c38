//! Files of records: see `src/records.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| terraform_provider_iam_fuzz::records::hold(bytes));
