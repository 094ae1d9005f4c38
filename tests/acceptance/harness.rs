//! The harness itself, on Terraform's built-in `terraform_data` and on moto: that a case which
//! should fail does fail. A discipline that lets everything through proves nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use serde_json::json;

use crate::simulator::StoreStatus;
use crate::support::case::{Case, Step};
use crate::support::process::eventually;
use crate::support::prove::Phase;
use crate::support::proxy::{PASSWORD, Proxy};
use crate::support::reattached;
use crate::support::relay::{Authority, Relay, THIS_MACHINE, Visit};
use crate::support::selectors;
use crate::support::service::Service;
use crate::support::state::State;
use crate::support::terraform::{Terraform, prose};

const ADDRESS: &str = "terraform_data.this";
const STEADY: &str = "resource \"terraform_data\" \"this\" {\n  input = \"steady\"\n}\n";
/// Plans something each time, like a provider that disagrees with itself.
const RESTLESS: &str = "resource \"terraform_data\" \"this\" {\n  input = timestamp()\n}\n";

fn case(service: &Service) -> Case<'_> {
    // The built-in provider needs no block, and the provider under test is not started for it.
    Case::new(service).provider(String::new())
}

fn fails(run: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(run)).expect_err("the case must fail");
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
fn a_steady_resource_passes_and_is_destroyed() {
    let service = Service::moto();
    case(&service)
        .step(
            Step::config(STEADY)
                .plans(ADDRESS, &["create"])
                .check(|state| {
                    state.has(ADDRESS, "input", "steady");
                }),
        )
        .step(Step::refresh())
        .step(Step::plan_only(STEADY))
        .run();
}

#[test]
fn a_plan_that_is_never_empty_fails_the_case() {
    let service = Service::moto();
    let why = fails(|| case(&service).step(Step::config(RESTLESS)).run());
    assert!(why.contains("refresh must be empty"), "{why}");
}

/// What a refresh finds counts even where nothing is planned for it: the state of a store is nothing
/// that a configuration has.
#[test]
fn a_read_that_disagrees_with_apply_fails_the_case() {
    let service = Service::simulator();
    let store = service.store();
    let resource = format!(
        "resource \"iam_only_event_data_store_selector\" \"this\" {{\n  event_data_store = {:?}\n}}\n",
        store.arn
    );
    let why = fails(|| {
        Case::new(&service)
            .step(Step::config(resource).check(|_| store.pass(StoreStatus::Stopping, 1)))
            .run();
    });
    for needle in ["Read disagrees with Apply", "ENABLED", "STOPPED_INGESTION"] {
        assert!(why.contains(needle), "{needle} is not in {why}");
    }
}

#[test]
fn an_expected_failure_must_come_and_say_what_is_expected() {
    let service = Service::moto();
    let broken = "resource \"terraform_data\" \"this\" {\n  inptu = 1\n}\n";
    case(&service)
        .step(Step::config(broken).fails(Phase::Validate, &["Unsupported argument", "inptu"]))
        .run();
    let why = fails(|| {
        case(&service)
            .step(Step::config(STEADY).fails(Phase::Plan, &[]))
            .run();
    });
    assert!(why.contains("Plan must fail"), "{why}");
    let step = || Step::config(broken).fails(Phase::Validate, &["something else"]);
    let why = fails(|| case(&service).step(step()).run());
    assert!(why.contains("is not said"), "{why}");
}

#[test]
fn a_secret_in_the_state_fails_the_case() {
    let service = Service::moto();
    let leak = format!(
        "resource \"terraform_data\" \"this\" {{\n  input = sensitive({:?})\n}}\n",
        service.keys().1
    );
    let why = fails(|| case(&service).step(Step::config(leak)).run());
    assert!(why.contains("holds the secret key"), "{why}");
}

#[test]
fn an_interrupt_reaches_terraform() {
    let service = Service::moto();
    let terraform: Terraform = service.terraform();
    terraform.write(
        "main.tf",
        "resource \"terraform_data\" \"this\" {\n  provisioner \"local-exec\" {\n    \
         command = \"touch under-way; sleep 20\"\n  }\n}\n",
    );
    let mut running = terraform.spawn(&["apply", "-auto-approve"]);
    let began = || terraform.read("under-way");
    eventually("the apply is under way", Duration::from_mins(1), began);
    assert!(running.is_running());
    running.interrupt_group();
    let outcome = running.finish(&terraform, Duration::from_secs(15));
    assert!(!outcome.succeeded());
    outcome.says(&["Interrupt received"]);
}

#[test]
fn what_is_streamed_is_what_is_captured() {
    let service = Service::moto();
    let terraform = service.terraform();
    terraform.write("main.tf", STEADY);
    let mut shown = Vec::new();
    let outcome = terraform.stream(&["apply", "-auto-approve"], false, |line| {
        shown.push(line.to_owned());
    });
    assert_eq!(outcome.stdout.lines().collect::<Vec<_>>(), shown);
    let outcome = outcome.success();
    outcome.says(&["1 added, 0 changed, 0 destroyed"]);
    let state = State::new(terraform.show_state());
    assert_eq!(state.text(ADDRESS, "output"), "steady");
}

#[test]
fn the_warning_of_dev_overrides_is_not_taken_for_one_of_ours() {
    let service = Service::simulator();
    let terraform = service.terraform();
    terraform.write("provider.tf", &service.provider("us-east-1", ""));
    let outcome = terraform.run(&["validate"]).success();
    assert!(
        outcome.contains("Provider development overrides"),
        "{outcome}"
    );
    assert!(!outcome.prose().contains("Warning:"), "{}", outcome.prose());
}

/// Terraform starts a provider for each command and ends it; in the reattached mode it starts none,
/// and finds the same one each time, or another where the environment has changed.
#[test]
fn providers_come_and_go_as_the_mode_says() {
    let service = Service::simulator();
    let mut terraform = service.terraform();
    terraform.set("TF_LOG_PROVIDER", "DEBUG");
    terraform.write("provider.tf", &service.provider("us-east-1", ""));
    terraform.write("main.tf", "data \"iam_event_names\" \"all\" {}\n");
    let plan = |terraform: &Terraform| {
        let outcome = terraform.run(&["plan"]).success();
        let starts = outcome.contains("starting plugin");
        assert_ne!(starts, reattached::is_on(), "{outcome}");
        terraform.providers()
    };
    let (first, second) = (plan(&terraform), plan(&terraform));
    assert_eq!(first, second);
    assert_eq!(first.len(), usize::from(reattached::is_on()));
    terraform.set("TF_VAR_another", "environment");
    let third = plan(&terraform);
    assert_eq!(third.len(), first.len());
    assert_eq!(third != first, reattached::is_on(), "{first:?}, {third:?}");
}

#[test]
fn wrapped_and_framed_text_is_read_as_prose() {
    let framed = "╷\n│ Error: the trail\n│ \"x\" is\n│   gone\n╵\n\u{1b}[31mred\u{1b}[0m";
    assert_eq!(prose(framed), "Error: the trail \"x\" is gone red");
}

/// The network of a company is one to boto3 too: with the authority and the password it comes through
/// the proxy to the service, without either of them it does not.
#[test]
fn a_company_network_is_one_to_others() {
    let service = Service::moto();
    let moto = service.as_moto().expect("this is moto");
    let trail = service.trail();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let ask = |relay: &Relay, authority: &Authority, proxy: &str| {
        let bundle = directory.path().join("bundle.pem");
        std::fs::write(&bundle, authority.pem()).expect("the bundle");
        let program = format!(
            "import boto3, os\nfrom botocore.config import Config\n\
             os.environ['HTTPS_PROXY'] = {proxy:?}\n\
             client = boto3.client('cloudtrail', region_name='us-east-1',\n\
             endpoint_url={url:?}, verify={bundle:?},\n\
             config=Config(retries={{'max_attempts': 0}}))\n\
             try:\n  print(client.get_trail(Name={arn:?})['Trail']['Name'])\n\
             except Exception as error:\n  print(type(error).__name__)\n",
            url = relay.url(THIS_MACHINE),
            bundle = bundle.display().to_string(),
            arn = trail.arn,
        );
        moto.boto3(&program).trim().to_owned()
    };
    let (relay, proxy) = (Relay::start(&service.url()), Proxy::authenticating());
    let connects = |count| vec![format!("CONNECT {THIS_MACHINE}:{}", relay.port()); count];
    let good = proxy.url_with(PASSWORD);

    assert_eq!(ask(&relay, &relay.authority, &good), trail.name);
    assert_eq!(proxy.requests(), connects(1));
    let came = Visit {
        asked: None,
        name: None,
        agreed: true,
    };
    assert_eq!(relay.visits(), std::slice::from_ref(&came));

    assert_eq!(ask(&relay, &Authority::new(), &good), "SSLError");
    let turned_away = Visit {
        agreed: false,
        ..came.clone()
    };
    assert_eq!(relay.visits(), [came.clone(), turned_away.clone()]);

    let wrong = proxy.url_with("wrong");
    assert_eq!(
        ask(&relay, &relay.authority, &wrong),
        "ProxyConnectionError"
    );
    assert_eq!(proxy.requests(), connects(3));
    assert_eq!(relay.visits(), [came, turned_away]);
}

#[test]
fn moto_has_the_ways_that_its_page_tells() {
    let service = Service::moto();
    let moto = service.as_moto().expect("this is moto");
    let trail = service.trail();
    let ask = || {
        let request = json!({ "TrailName": trail.arn });
        moto.call("us-east-1", "GetEventSelectors", &request)
            .expect("an answer")
    };
    assert_eq!(ask()["EventSelectors"], json!([]));
    assert_eq!(ask()["AdvancedEventSelectors"], json!([]));
    assert_eq!(trail.selectors(), selectors::service_default());

    let advanced = selectors::set(&[selectors::everything("all")]);
    trail.put(&advanced);
    trail.has(&advanced);
    trail.put(&selectors::service_default());
    assert_eq!(
        ask()["AdvancedEventSelectors"],
        advanced["AdvancedEventSelectors"]
    );
    assert_eq!(trail.selectors(), selectors::service_default());
    trail.put(&selectors::set(&[]));
    assert_eq!(trail.selectors(), selectors::service_default());

    let request = json!({ "Name": trail.name });
    let told = moto
        .call("us-east-1", "GetTrail", &request)
        .expect("an answer");
    assert!(told["Trail"]["HomeRegion"].is_null(), "{told}");
    assert_eq!(told["Trail"]["HasCustomEventSelectors"], json!(false));
    let elsewhere = moto.call("eu-west-1", "GetTrail", &json!({ "Name": trail.arn }));
    assert!(elsewhere.is_err_and(|why| why.contains("TrailNotFoundException")));
    let shadows = moto
        .call("eu-west-1", "DescribeTrails", &json!({}))
        .expect("an answer");
    assert!(shadows.to_string().contains(&trail.arn), "{shadows}");
    trail.delete();
    assert!(moto.call("us-east-1", "GetTrail", &request).is_err());
}
