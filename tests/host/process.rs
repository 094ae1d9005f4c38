//! The process: its end, with and without calls in flight; the services that every plugin has; what
//! is not there.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use terraform_provider_iam::plugin::MAGIC_COOKIE;
use tokio::net::UnixStream;
use tonic::Code;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;

use super::client::Client;
use super::core::{Action, errors, warnings};
use super::made::SLOW;
use super::person::{self, Person};
use super::serving::Handshake;
use super::stage::{Stage, host_for, visit};
use super::wire::go_plugin::ConnInfo;
use super::wire::tfplugin6 as wire;
use crate::support::process::signal;
use crate::support::terraform::provider_binary;

/// How long Terraform waits for the end before it kills.
const END: Duration = Duration::from_secs(2);

/// How long something has to stay silent in a test.
const SILENCE: Duration = Duration::from_millis(300);

/// A call that does something while it applies, on its way.
async fn on_its_way(stage: &Stage, act: &str) -> tokio::task::JoinHandle<Answer> {
    let act = format!("apply={act}");
    let written = json!({"name": "thing", "act": act});
    let plan = stage.core.plan("made_thing", None, written).await;
    let plan = plan.expect("a plan");
    assert_eq!(plan.action, Action::Create);
    let request = wire::apply_resource_change::Request {
        type_name: plan.kind,
        prior_state: None,
        planned_state: Some(plan.value.msgpack()),
        config: Some(plan.config.msgpack()),
        planned_private: plan.private,
        ..wire::apply_resource_change::Request::default()
    };
    let mut client = stage.core.client.rpc();
    let call = tokio::spawn(async move {
        let answer = client.apply_resource_change(request).await;
        answer.map(tonic::Response::into_inner)
    });
    let first = act.split(',').next().unwrap_or_default();
    stage.noted(first).await;
    call
}

type Answer = Result<wire::apply_resource_change::Response, tonic::Status>;

/// A shutdown is answered, and the end is there long before Terraform kills, also where other
/// connections and streams are open.
#[tokio::test]
async fn a_shutdown_is_the_end() {
    let mut stage = Stage::made().await;
    let other = visit(&stage.hosted).await;
    let mut silent = other
        .stdio()
        .stream_stdio(())
        .await
        .expect("a stream")
        .into_inner();
    let began = Instant::now();
    stage.core.client.shutdown().await.expect("an answer");
    stage.hosted.done().await.expect("a good end");
    assert!(began.elapsed() < END / 2, "{:?}", began.elapsed());
    assert_eq!(silent.message().await.expect("no status"), None);
    let address = stage.hosted.handshake().address;
    person::enter_plainly(&address)
        .await
        .expect_err("it is gone");
}

/// Connections that have gone deaf, before or after their first words, do not hold up the end either.
#[tokio::test]
async fn the_deaf_do_not_hold_up_the_end() {
    let mut stage = Stage::made().await;
    let address = stage.hosted.handshake().address;
    let silent = UnixStream::connect(&address).await.expect("connected");
    let mut deaf = UnixStream::connect(&address).await.expect("connected");
    person::greet(&mut deaf).await.expect("greeted");
    let began = Instant::now();
    stage.core.client.shutdown().await.expect("an answer");
    stage.hosted.done().await.expect("a good end");
    assert!(began.elapsed() < END, "{:?}", began.elapsed());
    drop((silent, deaf));
}

/// A call in flight comes to its end, and its answer to the client.
#[tokio::test]
async fn a_call_in_flight_is_answered() {
    let mut stage = Stage::made().await;
    let call = on_its_way(&stage, "slow").await;
    let began = Instant::now();
    stage.core.client.shutdown().await.expect("an answer");
    stage.hosted.done().await.expect("a good end");
    assert!(began.elapsed() < END, "{:?}", began.elapsed());
    let answer = call.await.expect("no panic").expect("an answer");
    assert!(answer.diagnostics.is_empty(), "{answer:?}");
    assert!(
        answer
            .new_state
            .is_some_and(|state| state.msgpack.len() > 1)
    );
}

/// A call that waits for a stop is told to at the end, and has a moment to tell what it has.
#[tokio::test]
async fn a_call_that_can_be_stopped_is_told_of_the_end() {
    for by_signal in [false, true] {
        let mut stage = Stage::made().await;
        let call = on_its_way(&stage, "wait").await;
        let began = Instant::now();
        if by_signal {
            stage.hosted.end();
        } else {
            stage.core.client.shutdown().await.expect("an answer");
        }
        stage.hosted.done().await.expect("a good end");
        assert!(began.elapsed() < END / 2, "{:?}", began.elapsed());
        let answer = call.await.expect("no panic").expect("an answer");
        let told = errors(&answer.diagnostics);
        assert!(told[0].starts_with("Stopped"), "{told:?}");
    }
}

/// A call that hangs for ever is cut, in time.
#[tokio::test]
async fn a_call_that_hangs_is_cut() {
    let mut stage = Stage::made().await;
    let call = on_its_way(&stage, "hang").await;
    let began = Instant::now();
    stage.core.client.shutdown().await.expect("an answer");
    stage.hosted.done().await.expect("a good end");
    assert!(began.elapsed() < END, "{:?}", began.elapsed());
    let cut = tokio::time::timeout(SILENCE, call).await;
    let cut = cut.expect("it ends with the process").expect("no panic");
    cut.expect_err("there is no answer to it");
}

/// Calls do not wait for each other: twenty that are slow take as long as one.
#[tokio::test]
async fn calls_do_not_wait_for_each_other() {
    let stage = Stage::made().await;
    let began = Instant::now();
    let mut calls = Vec::new();
    for _ in 0..20 {
        calls.push(on_its_way(&stage, "slow").await);
    }
    for call in calls {
        call.await.expect("no panic").expect("an answer");
    }
    assert!(began.elapsed() < SLOW * 6, "{:?}", began.elapsed());
}

/// Where the client hangs up in the middle of a change, the change is still carried out.
#[tokio::test]
async fn a_client_that_hangs_up_cuts_nothing() {
    let stage = Stage::made().await;
    let call = on_its_way(&stage, "slow,apply=look").await;
    call.abort();
    stage.noted("apply=look").await;
}

/// The streams for output and for further connections are open, and say nothing until the end; what
/// is sent to the broker does not come back.
#[tokio::test]
async fn the_other_streams_are_silent() {
    let mut stage = Stage::made().await;
    let client = &stage.core.client;
    let mut output = client
        .stdio()
        .stream_stdio(())
        .await
        .expect("a stream")
        .into_inner();
    let (sender, sent) = tokio::sync::mpsc::channel(1);
    let sent = tokio_stream::wrappers::ReceiverStream::new(sent);
    let mut broker = client
        .broker()
        .start_stream(sent)
        .await
        .expect("a stream")
        .into_inner();
    let knock = ConnInfo {
        service_id: 1,
        network: "unix".to_owned(),
        address: "/nowhere".to_owned(),
        knock: None,
    };
    sender.send(knock).await.expect("sent");
    let heard = async {
        tokio::select! {
            heard = output.message() => format!("{heard:?}"),
            heard = broker.message() => format!("{heard:?}"),
        }
    };
    let heard = tokio::time::timeout(SILENCE, heard).await;
    assert!(heard.is_err(), "{heard:?}");
    client.shutdown().await.expect("an answer");
    assert_eq!(output.message().await.expect("no status"), None);
    assert_eq!(broker.message().await.expect("no status"), None);
    drop(sender);
    stage.hosted.done().await.expect("a good end");
}

/// The health service says that the plugin is there, and knows no other.
#[tokio::test]
async fn the_plugin_is_healthy() {
    let stage = Stage::made().await;
    let check = |service: &str| HealthCheckRequest {
        service: service.to_owned(),
    };
    let mut health = stage.core.client.health();
    let told = health.check(check("plugin")).await.expect("an answer");
    assert_eq!(told.into_inner().status(), ServingStatus::Serving);
    let unknown = health.check(check("unknown")).await.expect_err("unknown");
    assert_eq!(unknown.code(), Code::NotFound);
}

/// What is not there is unimplemented: the one status by which core learns that a provider has none.
#[tokio::test]
async fn what_is_not_there_is_unimplemented() {
    let stage = Stage::made().await;
    for path in [
        "/tfplugin6.Provider/OpenEphemeralResource",
        "/tfplugin6.Provider/ValidateEphemeralResourceConfig",
        "/tfplugin6.Provider/PlanAction",
        "/tfplugin6.Provider/ReadStateBytes",
        "/tfplugin6.Provider/",
        "/tfplugin5.Provider/GetSchema",
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "/plugin.GRPCController/Other",
        "/nowhere",
    ] {
        let refused = stage.core.client.raw(path).await.expect_err(path);
        assert_eq!(refused.code(), Code::Unimplemented, "{path}: {refused}");
    }
    let written = json!({"name": "thing"}).into();
    let told = stage.core.validate("made_thing", &written).await;
    assert_eq!(told.map_err(|told| warnings(&told)), Ok(Vec::new()));
}

/// The real binary as Terraform starts it, and the first line that it says.
fn start(
    arguments: &[&str],
    place: &std::path::Path,
    certificate: Option<String>,
) -> (Child, String) {
    let (cookie, value) = MAGIC_COOKIE;
    let mut child = Command::new(provider_binary())
        .args(arguments)
        .env_clear()
        .env(cookie, value)
        .env("PLUGIN_PROTOCOL_VERSIONS", "6,5")
        .env("TMPDIR", place)
        .envs(certificate.map(|pem| ("PLUGIN_CLIENT_CERT", pem)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the provider starts");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("its output");
    let mut stdout = BufReader::new(stdout);
    stdout.read_line(&mut line).expect("a line");
    child.stdout = Some(stdout.into_inner());
    (child, line)
}

/// Waits for the end of the process: in time, with success, and without another word.
async fn ends_well(mut child: Child, began: Instant) {
    let end = move || {
        let status = child.wait().expect("an end");
        let took = began.elapsed();
        let mut rest = String::new();
        let stdout = child.stdout.as_mut().expect("its output");
        stdout.read_to_string(&mut rest).expect("UTF-8");
        assert!(status.success(), "{status}");
        assert!(took < END, "{took:?}");
        assert_eq!(rest, "", "nothing but the one line may be said");
    };
    tokio::task::spawn_blocking(end)
        .await
        .expect("it ended well");
}

/// The real process does the same: one line, the right client, and an end with nothing left behind.
#[tokio::test]
async fn the_real_process_ends_well() {
    let place = tempfile::tempdir().expect("a directory");
    let terraform = Person::terraform();
    let (child, line) = start(&[], place.path(), Some(terraform.pem()));
    let says = Handshake::parse(&line);
    let config = terraform.tls(&says.certificate);
    let client = Client::encrypted(&says.address, &config).await;
    let client = client.expect("a connection");
    let request = wire::get_metadata::Request::default();
    let about = client.rpc().get_metadata(request).await.expect("an answer");
    let about = about.into_inner();
    let resources: Vec<&str> = about.resources.iter().map(|one| &*one.type_name).collect();
    assert!(
        resources.contains(&"iam_only_trail_selector"),
        "{resources:?}"
    );
    let thief = terraform.thief().tls(&says.certificate);
    person::enter(&says.address, &thief)
        .await
        .expect_err("a thief");
    let _silent = client.stdio().stream_stdio(()).await.expect("a stream");
    // Ctrl-C goes to the whole group and is Terraform's to handle.
    signal("INT", &child.id().to_string());
    tokio::time::sleep(SILENCE).await;
    person::enter(&says.address, &config)
        .await
        .expect("still there");
    let began = Instant::now();
    client.shutdown().await.expect("an answer");
    ends_well(child, began).await;
    let left = std::fs::read_dir(place.path()).expect("there").count();
    assert_eq!(left, 0);
}

/// In debug mode the real process needs no cookie's host, serves again and again, and Ctrl-C is its
/// end.
#[tokio::test]
async fn the_real_process_in_debug_mode() {
    let place = tempfile::tempdir().expect("a directory");
    let (child, line) = start(&["-debug"], place.path(), Some(Person::terraform().pem()));
    let (about, socket) = Handshake::reattach(&line);
    assert_eq!(about["Pid"], child.id());
    for _ in 0..2 {
        let client = Client::plain(&socket).await;
        let request = wire::get_metadata::Request::default();
        client.rpc().get_metadata(request).await.expect("an answer");
    }
    let began = Instant::now();
    signal("INT", &child.id().to_string());
    ends_well(child, began).await;
    let left = std::fs::read_dir(place.path()).expect("there").count();
    assert_eq!(left, 0);
}

/// A host that has been ended by a signal refuses who comes, and TLS makes no difference to the end.
#[tokio::test]
async fn a_signal_is_the_end_too() {
    let terraform = Person::terraform();
    let (mut hosted, client) = host_for(&terraform).await;
    let mut silent = client
        .stdio()
        .stream_stdio(())
        .await
        .expect("a stream")
        .into_inner();
    let began = Instant::now();
    hosted.end();
    hosted.done().await.expect("a good end");
    assert!(began.elapsed() < END / 2, "{:?}", began.elapsed());
    assert_eq!(silent.message().await.expect("no status"), None);
}
