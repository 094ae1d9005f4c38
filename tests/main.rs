//! Every integration test, in one binary: it links once, and shares one moto server.
//!
//! | module | what it proves |
//! |---|---|
//! | [`acceptance`] | the provider under the real `terraform`, on the simulator and on moto |
//! | [`agreement`] | two readings of how selectors match come to the same |
//! | [`client`] | the CloudTrail client by itself: where calls go, and what each failure becomes |
//! | [`command`] | the command line: the real binary on real files |
//! | [`documents`] | each document of `iam_selector_document` works in its own tool |
//! | [`golden`] | the documents are those that were reviewed |
//! | [`host`] | the plugin host, by a gRPC client of our own that plays Terraform's part |
//! | [`house`] | the code lives where the house rules say, and imports what they allow |
//! | [`lane`] | `make test-aws` asks, tells the truth, and restores, on services that stand for AWS |
//! | [`regression`] | each bug that was found once, by name |
//! | [`simulator`] | the strict CloudTrail of our own which the others run against |
//! | [`support`] | the real `terraform`, the services, and the steps of a case |
//!
//! What each may import stands in its own text.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking, and helpers of tests are not test functions to clippy"
)]

mod acceptance;
mod agreement;
mod client;
mod command;
mod documents;
mod golden;
mod host;
mod house;
mod lane;
mod regression;
mod simulator;
mod support;
