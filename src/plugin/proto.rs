//! The wire format, generated from `proto/*.proto` when the crate is built. May import nothing.

/// Terraform's own service and its messages.
#[allow(
    clippy::pedantic,
    clippy::as_conversions,
    clippy::allow_attributes,
    dead_code,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    reason = "generated"
)]
pub(super) mod tfplugin6 {
    include!(concat!(env!("OUT_DIR"), "/tfplugin6.rs"));
}

/// The services that every plugin has beside its own.
#[allow(
    clippy::pedantic,
    clippy::as_conversions,
    clippy::allow_attributes,
    dead_code,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    reason = "generated"
)]
pub(super) mod go_plugin {
    include!(concat!(env!("OUT_DIR"), "/plugin.rs"));
}
