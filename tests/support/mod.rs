//! What the tests and the demo are written with: the real `terraform`, a CloudTrail that is ours or
//! one that is not, and the discipline by which a test of a provider goes.
//!
//! May import the simulator; knows the provider as a binary only, never as code.
//!
//! | file | what it holds |
//! |---|---|
//! | [`terraform`] | a working directory, and the commands run in it |
//! | [`reattached`] | the mode in which one provider process serves all commands of a directory |
//! | [`process`] | processes and sockets of the system, seen from outside |
//! | [`live`] | a trail in AWS, in the care of the keeper of `make test-aws` |
//! | [`service`] | the simulator, moto or AWS behind one face, and what is done behind Terraform's back |
//! | [`store`] | an event data store of CloudTrail Lake, which the simulator alone has |
//! | [`moto`] | the one moto server of a test run |
//! | [`relay`] | TLS before a service, with a certificate of a private authority |
//! | [`proxy`] | a tinyproxy |
//! | [`recorder`] | what a provider asked of either, one record a request |
//! | [`metadata`] | where an instance and a container get their credentials |
//! | [`http`] | the small server that both are made of |
//! | [`case`] | what the steps of a test are |
//! | [`prove`] | how a step is carried out and held against what it must come to |
//! | [`state`] | reading `terraform show -json` |
//! | [`selectors`] | selectors as they go over the wire, for hooks and comparisons |

pub(crate) mod case;
pub(crate) mod http;
pub(crate) mod live;
pub(crate) mod metadata;
pub(crate) mod moto;
pub(crate) mod process;
pub(crate) mod prove;
pub(crate) mod proxy;
pub(crate) mod reattached;
pub(crate) mod recorder;
pub(crate) mod relay;
pub(crate) mod selectors;
pub(crate) mod service;
pub(crate) mod state;
pub(crate) mod store;
pub(crate) mod terraform;

/// A variable of the environment that the tests themselves run in.
#[expect(
    clippy::disallowed_methods,
    reason = "the one door of the tests to their environment"
)]
pub(crate) fn ambient(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name)
}
