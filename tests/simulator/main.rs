//! The simulator by hand: starts it, says how to reach it, and runs until it is killed.

use std::{
    fmt::Write as _,
    io::{self, Write},
    process::ExitCode,
};

#[path = "mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "what is left over is for the tests"
)]
mod simulator;

use simulator::{
    ACCESS_KEY, ACCOUNT, Options, SECRET_KEY, Simulator, StoreSeed, TrailSeed, account, region,
};

const HELP: &str = "\
A strict simulator of AWS CloudTrail (and the bit of STS that goes with it).

Usage: simulator [OPTION]...

  --port N               listen on this port of 127.0.0.1 (default: any that is free)
  --accept-undocumented  take eventName and other fields on management events, which AWS
                         documents for event data stores only
  --old-read-form        answer unused operators as empty lists
  --enforce-quotas       take 10 calls a second of those that get, describe or list, and 1 of
                         others, for each account and region
  --journal FILE         write each request to FILE as a line of JSON
  --trail NAME[@REGION]  have a multi-Region trail from the start (default region: us-east-1);
                         may be given more than once
  --store NAME[@REGION]  have a multi-Region event data store from the start, likewise
  --help                 this text
";

/// What the command line asks for.
enum Asked {
    Help,
    Run(Options, Vec<TrailSeed>, Vec<StoreSeed>),
}

#[expect(clippy::disallowed_methods, reason = "this is the process's door")]
fn main() -> ExitCode {
    match read(std::env::args().skip(1)).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // There is nowhere left to say that standard error is closed.
            writeln!(io::stderr(), "simulator: {message}").ok();
            ExitCode::FAILURE
        }
    }
}

fn read(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut options = Options::default();
    let (mut trails, mut stores) = (Vec::new(), Vec::new());
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let mut value = || {
            let value = inline.clone().or_else(|| arguments.next());
            value.ok_or_else(|| format!("{name} needs a value"))
        };
        match name {
            "--help" | "-h" => return Ok(Asked::Help),
            "--accept-undocumented" => options.accept_undocumented = true,
            "--old-read-form" => options.old_read_form = true,
            "--enforce-quotas" => options.enforce_quotas = true,
            "--journal" => options.journal_file = Some(value()?.into()),
            "--port" => {
                let port = value()?;
                options.port = port.parse().map_err(|_| format!("{port} is not a port"))?;
            }
            "--trail" => trails.push(seed(&value()?)?),
            "--store" => stores.push(store_seed(&value()?)?),
            _ => return Err(format!("{argument} is not an option; see --help")),
        }
    }
    Ok(Asked::Run(options, trails, stores))
}

fn seed(text: &str) -> Result<TrailSeed, String> {
    let (name, home_region) = text.split_once('@').unwrap_or((text, "us-east-1"));
    simulator::trail::check_name(name).map_err(|refusal| refusal.message)?;
    let partition =
        region::partition_of(home_region).ok_or(format!("{home_region} is not a region"))?;
    Ok(TrailSeed {
        account: owner(partition).to_owned(),
        home_region: home_region.to_owned(),
        name: name.to_owned(),
        ..TrailSeed::default()
    })
}

fn store_seed(text: &str) -> Result<StoreSeed, String> {
    let (name, region) = text.split_once('@').unwrap_or((text, "us-east-1"));
    let partition = region::partition_of(region).ok_or(format!("{region} is not a region"))?;
    Ok(StoreSeed {
        account: owner(partition).to_owned(),
        region: region.to_owned(),
        name: name.to_owned(),
        ..StoreSeed::default()
    })
}

fn owner(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => account::CHINA.account,
        "aws-us-gov" => account::GOVCLOUD.account,
        _ => ACCOUNT,
    }
}

fn run(asked: Asked) -> Result<(), String> {
    let mut out = io::stdout();
    let (options, trails, stores) = match asked {
        Asked::Help => {
            return out
                .write_all(HELP.as_bytes())
                .map_err(|error| error.to_string());
        }
        Asked::Run(options, trails, stores) => (options, trails, stores),
    };
    let simulator = Simulator::start(options).map_err(|error| error.to_string())?;
    let arns: Vec<String> = trails
        .into_iter()
        .map(|trail| format!("trail {}\n", simulator.create_trail(trail)))
        .collect();
    let stores: Vec<String> = stores
        .into_iter()
        .map(|store| format!("event data store {}\n", simulator.create_store(store)))
        .collect();
    let seeded = arns.concat() + &stores.concat();
    write!(out, "{}{seeded}", greeting(simulator.url()))
        .and_then(|()| out.flush())
        .map_err(|error| error.to_string())?;
    loop {
        std::thread::park();
    }
}

fn greeting(url: &str) -> String {
    let mut others = String::new();
    for (who, key) in [
        ("a member account", account::MEMBER),
        ("the delegated administrator", account::DELEGATED),
        ("no organization", account::OUTSIDER),
        ("aws-cn", account::CHINA),
        ("aws-us-gov", account::GOVCLOUD),
    ] {
        let account::Credentials {
            account,
            access_key,
            secret_key,
            ..
        } = key;
        // Writing to a string cannot fail.
        writeln!(others, "# {account} ({who}): {access_key} {secret_key}").ok();
    }
    format!(
        "listening on {url}

# account {ACCOUNT}, the management account of its organization
export AWS_ACCESS_KEY_ID={ACCESS_KEY}
export AWS_SECRET_ACCESS_KEY={SECRET_KEY}
export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
export AWS_ENDPOINT_URL_CLOUDTRAIL={url} AWS_ENDPOINT_URL_STS={url}

# other accounts
{others}
provider \"iam\" {{
  region     = \"us-east-1\"
  access_key = \"{ACCESS_KEY}\"
  secret_key = \"{SECRET_KEY}\"

  endpoints {{
    cloudtrail = \"{url}\"
    sts        = \"{url}\"
  }}
}}

"
    )
}
