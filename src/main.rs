//! The binary that Terraform starts: reads the process's environment and arguments, and wires the
//! provider to the plugin server. Nothing else in this crate looks at either.

use std::env;
use std::io::Write;
use std::process::ExitCode;

use terraform_provider_iam::{plugin, provider};

/// What someone sees who starts the binary by hand.
const BY_HAND: &str = "\
This is a Terraform provider. Terraform starts it by itself: write

    terraform {
      required_providers {
        iam = { source = \"iam-only/iam\" }
      }
    }

into a configuration, then run `terraform init` and `terraform plan`.
`terraform-provider-iam --version` prints the version.
";

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one door to the process's state"
)]
fn main() -> ExitCode {
    let argument = env::args_os().nth(1);
    match argument.as_ref().and_then(|argument| argument.to_str()) {
        Some("--version" | "-V") => {
            say(
                &mut std::io::stdout(),
                concat!("terraform-provider-iam ", env!("CARGO_PKG_VERSION"), "\n"),
            );
            return ExitCode::SUCCESS;
        }
        Some("--help" | "-h") => {
            say(&mut std::io::stdout(), BY_HAND);
            return ExitCode::SUCCESS;
        }
        Some(_) | None => {}
    }
    let (variable, value) = plugin::MAGIC_COOKIE;
    if env::var(variable).as_deref() != Ok(value) {
        say(&mut std::io::stderr(), BY_HAND);
        return ExitCode::FAILURE;
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            say(
                &mut std::io::stderr(),
                &format!("[ERROR] no runtime: {error}\n"),
            );
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(plugin::serve(
        provider::NAME,
        provider::IamProvider::default(),
    )) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(
                &mut std::io::stderr(),
                &format!("[ERROR] serving: {error}\n"),
            );
            ExitCode::FAILURE
        }
    }
}

/// Writes a text; there is nobody to tell if that fails.
fn say(to: &mut impl Write, text: &str) {
    _ = to.write_all(text.as_bytes());
    _ = to.flush();
}
