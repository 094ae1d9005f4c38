//! Serving a provider to Terraform: the handshake on stdout, then gRPC until Terraform is done.
//!
//! May import nothing of ours: it serves whatever implements tf-provider's traits. The transport is
//! tf-provider's own server.

use tf_provider::Provider;

/// The variable by which a host program shows that it knows it is starting a plugin, and its value
/// (<https://developer.hashicorp.com/terraform/plugin/best-practices/interacting-with-the-binary>).
/// It guards against mistakes and is no secret.
pub const MAGIC_COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// Serves a provider under its type name until Terraform asks to shut down.
///
/// An interrupt from the terminal reaches Terraform and every plugin at once. It is Terraform's to
/// handle: a plugin that heeded it would cut an apply in the middle, so it is ignored here.
///
/// # Errors
///
/// A sentence that says why it could not be served, for the log.
pub async fn serve(name: &str, provider: impl Provider) -> Result<(), String> {
    let ignoring = tokio::spawn(async { while tokio::signal::ctrl_c().await.is_ok() {} });
    let served = tf_provider::serve(name, provider).await;
    ignoring.abort();
    served.map_err(|error| error.to_string())
}
