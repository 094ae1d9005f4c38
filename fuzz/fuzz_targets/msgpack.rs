//! A value from Terraform: see `src/msgpack.rs`.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| terraform_provider_iam_fuzz::plugin::hold(bytes));
