//! The binary that Terraform starts: reads the process's environment and arguments, and wires the
//! provider to the plugin server, or a command to the terminal. Nothing else in this crate looks at
//! either.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::Instant;

use terraform_provider_iam::aws::environment::Environment;
use terraform_provider_iam::command::{self, Surroundings};
use terraform_provider_iam::plugin::log::{self, Level};
use terraform_provider_iam::plugin::{self, Ends, Settings};
use terraform_provider_iam::protocol::Host;
use terraform_provider_iam::provider::{self, IamProvider};

/// What someone sees who starts the binary by hand.
const BY_HAND: &str = "\
This is a Terraform provider. Terraform starts it by itself: write

    terraform {
      required_providers {
        iam = { source = \"iam-only/iam\" }
      }
    }

into a configuration, then run `terraform init` and `terraform plan`.

terraform-provider-iam --version   prints the version
terraform-provider-iam -debug      waits for Terraform commands that are told where it is: prints
                                   TF_REATTACH_PROVIDERS for their environment; Ctrl-C ends it

What it knows of event selectors is here for people, too:

";

/// How many columns a terminal has that does not say.
const COLUMNS: usize = 80;

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one door to the process's state"
)]
fn main() -> ExitCode {
    let argument = env::args_os().nth(1);
    if argument.as_deref().is_some_and(command::is_called) {
        let columns = env::var("COLUMNS").ok();
        let columns = columns.and_then(|columns| columns.parse().ok());
        return commanded(env::args_os().skip(1), columns.unwrap_or(COLUMNS));
    }
    let debug = match argument.as_ref().map(|argument| argument.to_str()) {
        None => false,
        Some(Some("-debug" | "--debug")) => true,
        Some(Some("--version" | "-version" | "-V")) => {
            let version = concat!("terraform-provider-iam ", env!("CARGO_PKG_VERSION"), "\n");
            say(&mut io::stdout(), version);
            return ExitCode::SUCCESS;
        }
        Some(Some("--help" | "-help" | "-h")) => {
            say(&mut io::stdout(), &by_hand());
            return ExitCode::SUCCESS;
        }
        Some(Some(_) | None) => {
            let found = argument.unwrap_or_default();
            let found = format!(
                "Found the argument `{}`, which means nothing here.\n\n",
                found.display()
            );
            say(&mut io::stderr(), &(found + &by_hand()));
            return ExitCode::FAILURE;
        }
    };
    let (variable, value) = plugin::MAGIC_COOKIE;
    if !debug && env::var(variable).as_deref() != Ok(value) {
        say(&mut io::stderr(), &by_hand());
        return ExitCode::FAILURE;
    }
    let host = Host::default();
    log::install(
        Level::from_variables(provider::NAME, |name| env::var(name).ok()),
        &host.masks,
    );
    plugin::report_panics(&host.masks);
    let settings = Settings::from_variables(
        provider::NAME,
        provider::ADDRESS,
        debug,
        env::temp_dir(),
        |name| env::var_os(name),
    );
    let environment = Environment::from_variables(env::home_dir(), |name| env::var(name).ok());
    match run(settings, IamProvider::new(host.clone(), environment), host) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&mut io::stderr(), &format!("[ERROR] {error}\n"));
            ExitCode::FAILURE
        }
    }
}

/// Carries a command out.
fn commanded(arguments: impl Iterator<Item = OsString>, columns: usize) -> ExitCode {
    let began = Instant::now();
    let errors = io::stderr();
    let mut around = Surroundings {
        input: &mut io::stdin().lock(),
        output: &mut io::stdout().lock(),
        columns: errors.is_terminal().then_some(columns),
        errors: &mut errors.lock(),
        clock: &|| began.elapsed(),
    };
    command::run(arguments, &mut around).into()
}

/// [`BY_HAND`], and how commands are written.
fn by_hand() -> String {
    [BY_HAND, command::USAGE].concat()
}

/// Serves the provider until the end.
fn run(settings: Settings, provider: IamProvider, host: Host) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime: {error}"))?;
    let served = runtime.block_on(async {
        let ends = Ends::watch(settings.debug).map_err(|error| format!("no signals: {error}"))?;
        let announce = |line: &str| {
            let mut stdout = io::stdout();
            stdout.write_all(line.as_bytes())?;
            stdout.flush()
        };
        let ended = async {
            ends.wait().await;
        };
        plugin::serve(settings, host, provider, announce, ended).await
    });
    // Whatever is still there has had its time: Terraform waits for the end of the process.
    runtime.shutdown_background();
    served
}

/// Writes a text; there is nobody to tell if that fails.
fn say(to: &mut impl Write, text: &str) {
    _ = to.write_all(text.as_bytes());
    _ = to.flush();
}
