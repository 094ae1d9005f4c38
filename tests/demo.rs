//! The demo: a trail becomes IAM-only under the real `terraform`, and comes back.
//!
//! `make demo` runs it. Everything is on this machine: a CloudTrail of our own in this process, the
//! provider as it was built, Terraform from the search path. What is printed between the lines is
//! Terraform's own output, except that long lists of names are folded and its warning of
//! `dev_overrides` is left out. Ends with a line for each act; exit code 1 if one went wrong.
//!
//! May import [`support`] and [`simulator`]. The acts are in [`acts`], the stage in [`stage`].

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is a program for people, and uses helpers of tests, which fail by panicking"
)]

use std::process::ExitCode;

#[path = "demo/acts.rs"]
mod acts;
#[path = "demo/stage.rs"]
mod stage;

#[expect(
    dead_code,
    unused_imports,
    reason = "what is left over is for the tests"
)]
mod simulator;
#[expect(dead_code, reason = "what is left over is for the tests")]
mod support;

fn main() -> ExitCode {
    let mut stage = stage::Stage::new();
    acts::play(&mut stage);
    stage.curtain()
}
