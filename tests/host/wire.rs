//! The protocol's messages and a client's stubs, generated from `src/plugin/proto` when the crate is
//! built. Imports nothing of ours.

/// Terraform's own service and its messages.
#[allow(
    clippy::pedantic,
    clippy::allow_attributes,
    dead_code,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    reason = "generated"
)]
pub(crate) mod tfplugin6 {
    include!(concat!(env!("OUT_DIR"), "/client/tfplugin6.rs"));
}

/// The services that every plugin has beside its own.
#[allow(
    clippy::pedantic,
    clippy::allow_attributes,
    dead_code,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    reason = "generated"
)]
pub(crate) mod go_plugin {
    include!(concat!(env!("OUT_DIR"), "/client/plugin.rs"));
}
