//! One client gets in: who has the certificate that the process was started with, and its key.
//! Everyone else is kept out, by our own TLS and by a client that shares nothing with it
//! (`outsider.py`), and nobody keeps the one client waiting.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use terraform_provider_iam::plugin::Settings;
use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;

use super::client::Client;
use super::person::{self, Person};
use super::serving::{Handshake, Told};
use super::stage::{host, host_for, mode, visit};
use super::wire::tfplugin6 as wire;
use crate::support::ambient;

/// How long a client may be kept waiting by others who do nothing.
const SOON: Duration = Duration::from_secs(2);

async fn is_served(client: &Client) {
    let request = wire::get_metadata::Request::default();
    let answer = client.rpc().get_metadata(request).await.expect("an answer");
    assert_eq!(answer.into_inner().resources.len(), 2);
}

/// What `outsider.py` says.
async fn outsider(arguments: Vec<String>) -> String {
    let python = ambient("IAM_TEST_PYTHON").unwrap_or("python3".into());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/host/outsider.py");
    let run = move || {
        let output = Command::new(python).arg(script).args(arguments).output();
        let output = output.expect("python runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{told}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    tokio::task::spawn_blocking(run).await.expect("it ended")
}

fn text(path: &Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

/// The right client gets in, through TLS with HTTP/2, as often as it comes.
#[tokio::test]
async fn the_right_client_gets_in() {
    let terraform = Person::terraform();
    let (hosted, first) = host_for(&terraform).await;
    is_served(&first).await;
    let says = hosted.handshake();
    let config = terraform.tls(&says.certificate);
    let again = Client::encrypted(&says.address, &config).await;
    is_served(&again.expect("a second connection")).await;
    is_served(&first).await;
    let stream = person::handshake(&says.address, &config).await;
    let stream = stream.expect("a third connection");
    let connection = stream.get_ref().1;
    assert_eq!(connection.alpn_protocol(), Some(b"h2".as_slice()));
    let version = connection.protocol_version();
    assert_eq!(version, Some(rustls::ProtocolVersion::TLSv1_3));
}

/// Nobody else does: no certificate, one that says the same of itself, the right one without its key,
/// no TLS at all. And none of them disturbs the client that is in.
#[tokio::test]
async fn nobody_else_gets_in() {
    let terraform = Person::terraform();
    let (hosted, client) = host_for(&terraform).await;
    let says = hosted.handshake();
    for (who, config) in [
        ("nobody", Person::nobody(&says.certificate)),
        ("a lookalike", Person::terraform().tls(&says.certificate)),
        ("a thief", terraform.thief().tls(&says.certificate)),
    ] {
        let refused = person::enter(&says.address, &config).await;
        refused.expect_err(who);
        is_served(&client).await;
    }
    let refused = person::enter_plainly(&says.address).await;
    refused.expect_err("without TLS");
    let config = terraform.tls(&says.certificate);
    let entered = person::enter(&says.address, &config).await;
    entered.expect("the right one");
}

/// OpenSSL comes to the same: the right one gets in, with TLS 1.3 and HTTP/2, and no other does.
#[tokio::test]
async fn an_outsider_gets_in_only_with_the_key() {
    let place = tempfile::tempdir().expect("a directory");
    let directory = text(place.path());
    outsider(vec!["make".to_owned(), directory.clone()]).await;
    let certificate = std::fs::read_to_string(place.path().join("cert.pem"));
    let told = Told {
        certificate: Some(certificate.expect("a certificate")),
        ..Told::default()
    };
    let (hosted, _) = host(told).await.expect("a host");
    let says = hosted.handshake();
    for (case, gets_in) in [
        ("nobody", false),
        ("lookalike", false),
        ("stolen", false),
        ("tls12", false),
        ("plaintext", false),
        ("right", true),
    ] {
        let arguments = [
            "try",
            case,
            &text(&says.address),
            &says.certificate_text,
            &directory,
        ];
        let told = outsider(arguments.map(str::to_owned).to_vec()).await;
        let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
        assert_eq!(told["connected"], gets_in, "{told}");
        let error = told["error"].as_str().unwrap_or_default();
        assert!(!error.starts_with("unsupported:"), "{told}");
        if gets_in {
            assert_eq!(
                (&told["alpn"], &told["version"]),
                (&"h2".into(), &"TLSv1.3".into())
            );
        }
    }
}

/// Who connects and says nothing, or nonsense, keeps nobody out: not one of them, nor fifty.
#[tokio::test]
async fn strangers_keep_nobody_waiting() {
    let terraform = Person::terraform();
    let (hosted, client) = host_for(&terraform).await;
    let says = hosted.handshake();
    let config = terraform.tls(&says.certificate);
    for count in [1, 50] {
        let mut idle = Vec::new();
        for index in 0..count {
            let mut stranger = UnixStream::connect(&says.address).await.expect("connected");
            if index % 2 == 1 {
                stranger
                    .write_all(b"\x16\x03\x01\x40\x00")
                    .await
                    .expect("said");
            }
            idle.push(stranger);
        }
        let began = Instant::now();
        person::enter(&says.address, &config).await.expect("let in");
        is_served(&client).await;
        assert!(began.elapsed() < SOON, "{count}: {:?}", began.elapsed());
        drop(idle);
    }
    // Terraform looks whether someone is there by connecting and leaving.
    drop(UnixStream::connect(&says.address).await.expect("connected"));
    person::enter(&says.address, &config).await.expect("let in");
}

/// Without a certificate there is no TLS, and the socket's directory alone keeps others out. TLS is
/// not spoken then.
#[tokio::test]
async fn without_a_certificate_the_socket_is_plain() {
    let (hosted, _) = host(Told::default()).await.expect("a host");
    let says = hosted.handshake();
    assert_eq!(says.certificate_text, "");
    is_served(&visit(&hosted).await).await;
    is_served(&visit(&hosted).await).await;
    let (encrypted, _) = host_for(&Person::terraform()).await;
    let config = Person::nobody(&encrypted.handshake().certificate);
    let refused = person::enter(&says.address, &config).await;
    refused.expect_err("TLS on a plain socket");
}

/// The line says where and how in six fields; the directory is ours alone, and gone at the end.
#[tokio::test]
async fn the_socket_is_ours_and_goes() {
    let terraform = Person::terraform();
    let (mut hosted, client) = host_for(&terraform).await;
    let says = hosted.handshake();
    let fixed = [says.core, says.protocol, says.network, says.kind];
    assert_eq!(fixed, ["1", "6", "unix", "grpc"]);
    assert!(
        says.certificate_text.len() > 50,
        "{}",
        says.certificate_text
    );
    assert_eq!(says.multiplex, None);
    let home = says.address.parent().expect("a directory").to_owned();
    assert_eq!((mode(&home), mode(&says.address)), (0o700, 0o600));
    assert_eq!(home.parent(), Some(hosted.temp.path()));
    client.shutdown().await.expect("told");
    hosted.done().await.expect("a good end");
    assert!(!home.exists() && hosted.temp.path().exists());
}

/// A second process has another socket, and another certificate: the one's client does not get into
/// the other.
#[tokio::test]
async fn every_process_has_its_own() {
    let (one, other) = (Person::terraform(), Person::terraform());
    let (first, _) = host_for(&one).await;
    let (second, _) = host_for(&other).await;
    let (first, second) = (first.handshake(), second.handshake());
    assert_ne!(first.address, second.address);
    assert_ne!(first.certificate, second.certificate);
    let stranger = one.tls(&second.certificate);
    let refused = person::enter(&second.address, &stranger).await;
    refused.expect_err("another's client");
    // The server has to be the right one too.
    let confused = other.tls(&first.certificate);
    let refused = person::enter(&second.address, &confused).await;
    refused.expect_err("another's server");
}

/// The directory that the client names is where the socket is; a group is refused; multiplexing is
/// declined, if it was asked for.
#[tokio::test]
async fn the_client_is_answered() {
    let place = tempfile::tempdir().expect("a directory");
    let told = Told {
        directory: Some(place.path().to_owned()),
        multiplex: true,
        ..Told::default()
    };
    let (hosted, _) = host(told).await.expect("a host");
    let says = hosted.handshake();
    let home = says.address.parent().and_then(Path::parent);
    assert_eq!(home, Some(place.path()));
    assert_eq!(says.multiplex.as_deref(), Some("false"));
    let elsewhere = Told {
        directory: Some(PathBuf::from("/nowhere/at/all")),
        ..Told::default()
    };
    host(elsewhere)
        .await
        .map(|_| ())
        .expect_err("no such place");
    let group = Told {
        group: true,
        ..Told::default()
    };
    let refused = host(group).await.map(|_| ()).expect_err("a group");
    assert!(refused.contains("PLUGIN_UNIX_SOCKET_GROUP"), "{refused}");
}

/// A certificate that is none ends the process before it serves anybody: there is no falling back to
/// none.
#[tokio::test]
async fn a_broken_certificate_serves_nobody() {
    let right = Person::terraform().pem();
    for broken in [
        String::new(),
        "no PEM".to_owned(),
        right.replace('A', "!"),
        right.replace("END", "ENDE"),
        right.clone() + &Person::terraform().pem(),
    ] {
        let told = Told {
            certificate: Some(broken.clone()),
            ..Told::default()
        };
        let refused = host(told).await.map(|_| ()).expect_err(&broken);
        assert!(!refused.is_empty());
    }
}

/// The variables by which Terraform tells a plugin what to do. A certificate that can't even be read
/// is one all the same: taking it for none would let in anybody.
#[test]
fn the_variables_are_heard() {
    use std::os::unix::ffi::OsStringExt as _;
    let read = |debug, variables: &[(&str, &[u8])]| {
        let variable = |name: &str| {
            let found = variables.iter().find(|(given, _)| *given == name);
            found.map(|(_, value)| OsString::from_vec(value.to_vec()))
        };
        Settings::from_variables("made", "made", debug, PathBuf::from("/tmp"), variable)
    };
    let none = read(false, &[]);
    assert_eq!(
        (none.client_certificate, none.socket_directory),
        (None, None)
    );
    assert!(!none.socket_group && !none.multiplex && none.versions.is_none());
    let all: [(&str, &[u8]); 5] = [
        ("PLUGIN_CLIENT_CERT", b"a certificate"),
        ("PLUGIN_UNIX_SOCKET_DIR", b"/here"),
        ("PLUGIN_UNIX_SOCKET_GROUP", b"users"),
        ("PLUGIN_MULTIPLEX_GRPC", b"true"),
        ("PLUGIN_PROTOCOL_VERSIONS", b"5,6"),
    ];
    let heard = read(false, &all);
    assert_eq!(heard.client_certificate.as_deref(), Some("a certificate"));
    assert_eq!(heard.socket_directory, Some(PathBuf::from("/here")));
    assert!(heard.socket_group && heard.multiplex);
    assert_eq!(heard.versions.as_deref(), Some("5,6"));
    assert_eq!(read(true, &all).client_certificate, None);
    let broken = read(false, &[("PLUGIN_CLIENT_CERT", b"\xff")]);
    assert!(broken.client_certificate.is_some(), "it counts as none");
}

/// In debug mode there is no handshake but a variable, and neither a cookie nor TLS.
#[tokio::test]
async fn debug_mode_is_plain() {
    let told = Told {
        debug: true,
        ..Told::default()
    };
    let (hosted, _) = host(told).await.expect("a host");
    let (about, socket) = Handshake::reattach(&hosted.line);
    assert_eq!(about["Protocol"], "grpc");
    assert_eq!(about["ProtocolVersion"], 6);
    assert_eq!(about["Pid"], std::process::id());
    assert_eq!(about["Test"], true);
    assert_eq!(mode(socket.parent().expect("a directory")), 0o700);
    // Terraform looks whether someone is there by connecting and leaving.
    drop(UnixStream::connect(&socket).await.expect("connected"));
    is_served(&Client::plain(&socket).await).await;
}
