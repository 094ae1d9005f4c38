//! The client under all calls: what a proxy is told and what is made of its answers, which hosts are
//! reached without one, how often a tunnel is dug.
//!
//! Imports the crate's `aws`, the simulator, and a relay. The proxies are made up here, for they answer
//! as no good one does; a real one is in the acceptance tests.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use terraform_provider_iam::aws::error::{Error, ErrorKind};
use terraform_provider_iam::aws::proxy::{Proxies, Proxy};

use super::Bench;
use crate::simulator::TrailSeed;
use crate::support::relay::{Relay, THIS_MACHINE};

const PASSWORD: &str = "never-to-be-seen";

/// What a made-up server does with the head of a request.
#[derive(Clone, Copy, Debug)]
enum Answer {
    /// Says this and closes.
    Says(&'static str),
    /// Says nothing, for as long as the client waits.
    Silence,
    /// Digs a tunnel to this port of the machine, as a proxy does.
    Tunnel(u16),
}

/// A server that is made up, until this is dropped.
struct Doorman {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Doorman {
    fn new(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its number").port();
        let (heads, over) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let (kept, ended) = (Arc::clone(&heads), Arc::clone(&over));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let heads = Arc::clone(&kept);
                // How it ends is the client's to tell.
                std::thread::spawn(move || _ = attend(stream, answer, &heads));
            }
        });
        Self {
            port,
            heads,
            over,
            thread: Some(thread),
        }
    }

    fn heads(&self) -> Vec<String> {
        let heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        heads.clone()
    }

    fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// It as a proxy, with this before the address in its URL.
    fn proxy(&self, user: &str) -> Proxy {
        let url = format!("http://{user}{}", self.address());
        Proxy::parse(&url).expect("a URL")
    }
}

impl Drop for Doorman {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // So that it looks.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        drop(self.thread.take().map(JoinHandle::join));
    }
}

fn attend(
    mut stream: TcpStream,
    answer: Answer,
    heads: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    heads
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(head);
    match answer {
        Answer::Says(text) => {
            stream.write_all(text.as_bytes())?;
            stream.shutdown(Shutdown::Write)
        }
        Answer::Silence => std::io::copy(&mut stream, &mut std::io::sink()).map(drop),
        Answer::Tunnel(port) => {
            let mut service = TcpStream::connect(("127.0.0.1", port))?;
            stream.write_all(b"HTTP/1.1 200 OK\r\nVia: 1.1 doorman\r\n\r\n")?;
            let (mut up, mut down) = (stream.try_clone()?, service.try_clone()?);
            std::thread::spawn(move || {
                _ = std::io::copy(&mut up, &mut down);
                _ = down.shutdown(Shutdown::Write);
            });
            std::io::copy(&mut service, &mut stream)?;
            stream.shutdown(Shutdown::Write)
        }
    }
}

/// A bench whose endpoint has TLS and is nowhere but behind this proxy.
fn behind(proxy: Proxy) -> Bench {
    let mut bench = Bench::new(TrailSeed::default());
    bench.options.cloudtrail_endpoint = Some("https://trails.corporate.example".to_owned());
    bench.options.proxies = Proxies {
        https: Some(proxy),
        ..Proxies::default()
    };
    bench
}

/// Fails the test unless the error says that this proxy was on the way, and no password.
fn names(failed: &Error, doorman: &Doorman, case: &str) {
    let told = format!("{failed} {failed:?}");
    assert!(told.contains(&doorman.address()), "{case}: {told}");
    assert!(told.contains("proxy"), "{case}: {told}");
    assert!(!told.contains(PASSWORD), "{case}: {told}");
}

/// A proxy that does not let the call through: whatever it says, the service was not reached, and the
/// proxy is named.
#[test]
fn a_proxy_that_does_not_let_through() {
    for says in [
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 7\r\n\r\n<html/>",
        "HTTP/1.0 502 Bad Gateway\r\n\r\nno such host",
        "HTTP/1.1 500 Unable to connect\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: http://log.in/\r\n\r\n",
        "HTTP/1.1 200",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "\r\n\r\n",
        "",
    ] {
        let doorman = Doorman::new(Answer::Says(says));
        let bench = behind(doorman.proxy(&format!("me:{PASSWORD}@")));
        let failed = bench.selectors().expect_err(says);
        let kinds = [ErrorKind::Unreachable, ErrorKind::ProxyRefused];
        assert!(kinds.contains(&failed.kind), "{says}: {failed:?}");
        names(&failed, &doorman, says);
        assert_eq!(doorman.heads().len(), 1, "{says}");
    }
}

/// A proxy that wants other credentials: no repetition will find them, so there is none.
#[test]
fn a_proxy_that_wants_other_credentials() {
    for says in [
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n",
        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n\r\n",
        // tinyproxy's answer to a wrong password.
        "HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"Tinyproxy\"\r\n\r\n",
    ] {
        let doorman = Doorman::new(Answer::Says(says));
        let mut bench = behind(doorman.proxy(&format!("me:{PASSWORD}@")));
        bench.options.max_retries = Some(3);
        let failed = bench.selectors().expect_err(says);
        assert_eq!(failed.kind, ErrorKind::ProxyRefused, "{says}: {failed}");
        names(&failed, &doorman, says);
        assert_eq!(doorman.heads().len(), 1, "{says}");
    }
}

/// The same without TLS, where the proxy's answer comes in place of the service's.
#[test]
fn a_proxy_that_wants_other_credentials_without_tls() {
    for says in [
        "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 401 Unauthorized\r\n\r\n<html/>",
    ] {
        let doorman = Doorman::new(Answer::Says(says));
        let mut bench = Bench::new(TrailSeed::default());
        bench.options.max_retries = Some(3);
        bench.options.cloudtrail_endpoint = Some("http://trails.corporate.example".to_owned());
        bench.options.proxies.http = Some(doorman.proxy(&format!("me:{PASSWORD}@")));
        let failed = bench.selectors().expect_err(says);
        assert_eq!(failed.kind, ErrorKind::ProxyRefused, "{says}: {failed}");
        names(&failed, &doorman, says);
        let heads = doorman.heads();
        assert_eq!(heads.len(), 1, "{says}");
        let line = "POST http://trails.corporate.example/ HTTP/1.1\r\n";
        assert!(heads[0].starts_with(line), "{heads:?}");
    }
}

/// A proxy that says nothing is given up when the time is.
#[test]
fn a_proxy_that_says_nothing() {
    let doorman = Doorman::new(Answer::Silence);
    let mut bench = behind(doorman.proxy(""));
    bench.time = Duration::from_secs(1);
    let began = Instant::now();
    let failed = bench.selectors().expect_err("no answer");
    assert_eq!(failed.kind, ErrorKind::TimedOut, "{failed}");
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(doorman.heads().len(), 1);
}

/// What is not there is repeated as often as wanted, for a proxy may be starting.
#[test]
fn a_proxy_that_is_not_there_is_tried_again() {
    let url = format!("http://me:{PASSWORD}@127.0.0.1:1");
    let mut bench = behind(Proxy::parse(&url).expect("a URL"));
    bench.options.max_retries = Some(1);
    let failed = bench.selectors().expect_err("nobody there");
    assert_eq!(failed.kind, ErrorKind::Unreachable, "{failed}");
    let told = failed.to_string();
    assert!(
        told.contains("127.0.0.1:1") && told.contains("proxy"),
        "{told}"
    );
    assert!(!told.contains(PASSWORD), "{told}");
}

/// A proxy is told where to and, where its URL has a user, who asks: decoded, whatever the password
/// is made of.
#[test]
fn what_a_proxy_is_told() {
    for (user, plain) in [
        ("", None),
        ("me:secret@", Some("me:secret")),
        ("me@", Some("me:")),
        (
            "d%C3%A9j%C3%A0:p%40ss%3Aw%2Ford%25@",
            Some("déjà:p@ss:w/ord%"),
        ),
        ("DOMAIN%5Cme:a:b@", Some("DOMAIN\\me:a:b")),
    ] {
        let doorman = Doorman::new(Answer::Says("HTTP/1.1 403 Forbidden\r\n\r\n"));
        _ = behind(doorman.proxy(user)).selectors();
        let heads = doorman.heads();
        let [head] = heads.as_slice() else {
            panic!("{user}: one request and not {heads:?}");
        };
        let lines: Vec<&str> = head.trim_end().split("\r\n").collect();
        assert_eq!(lines[0], "CONNECT trails.corporate.example:443 HTTP/1.1");
        assert!(
            lines.contains(&"Host: trails.corporate.example:443"),
            "{lines:?}"
        );
        let told: Vec<&str> = lines
            .iter()
            .filter_map(|line| line.split_once(": "))
            .filter(|(name, _)| name.eq_ignore_ascii_case("proxy-authorization"))
            .map(|(_, value)| value)
            .collect();
        let wanted = plain.map(|plain| format!("Basic {}", STANDARD.encode(plain)));
        assert_eq!(told, wanted.iter().collect::<Vec<_>>(), "{user}");
        assert!(!head.contains("X-Amz") && !head.contains("AWS4"), "{head}");
    }
}

/// A file with a relay's authority.
fn bundle(relay: &Relay) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    let pem = relay.authority.pem();
    file.write_all(pem.as_bytes()).expect("the certificate");
    file
}

/// Calls of a session share a tunnel: TLS and a password each time would be what takes longest.
#[test]
fn a_tunnel_is_used_again() {
    let mut bench = Bench::new(TrailSeed::default());
    let relay = Relay::start(bench.simulator.url());
    let doorman = Doorman::new(Answer::Tunnel(relay.port()));
    let bundle = bundle(&relay);
    bench.options.cloudtrail_endpoint = Some("https://trails.corporate.example".to_owned());
    bench.options.custom_ca_bundle = Some(bundle.path().display().to_string());
    bench.options.proxies.https = Some(doorman.proxy("me:secret@"));
    bench.run(async |bench, session| {
        for _ in 0..3 {
            let patience = bench.patience();
            session
                .selectors(&bench.arn, &patience)
                .await
                .expect("an answer");
        }
    });
    assert_eq!(bench.calls().len(), 3);
    assert_eq!(doorman.heads().len(), 1);
    let visits = relay.visits();
    assert_eq!(visits.len(), 1);
    assert_eq!(visits[0].name.as_deref(), Some("trails.corporate.example"));
}

/// A proxy that has TLS itself, with a certificate of the company's: TLS goes within TLS.
#[test]
fn a_proxy_that_has_tls_itself() {
    let mut bench = Bench::new(TrailSeed::default());
    let relay = Relay::start(bench.simulator.url());
    let doorman = Doorman::new(Answer::Tunnel(relay.port()));
    let before = Relay::start(&format!("http://{}", doorman.address()));
    let mut bundle = bundle(&relay);
    let pem = before.authority.pem();
    bundle.write_all(pem.as_bytes()).expect("the certificate");
    let url = before.url("me:secret@localhost");
    bench.options.cloudtrail_endpoint = Some("https://trails.corporate.example".to_owned());
    bench.options.custom_ca_bundle = Some(bundle.path().display().to_string());
    bench.options.proxies.https = Some(Proxy::parse(&url).expect("a URL"));
    bench.selectors().expect("an answer");
    let names = |relay: &Relay| {
        let visits = relay.visits();
        let names = visits.into_iter().map(|visit| visit.name);
        names.flatten().collect::<Vec<_>>()
    };
    assert_eq!(names(&before), ["localhost"]);
    assert_eq!(names(&relay), ["trails.corporate.example"]);
    assert!(doorman.heads()[0].contains("Proxy-Authorization: Basic bWU6c2VjcmV0"));
}

/// What the proxy is told of the user goes no further: the service behind it sees none of it.
#[test]
fn the_password_ends_at_the_proxy() {
    let service = Doorman::new(Answer::Says(
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    ));
    let relay = Relay::start(&format!("http://{}", service.address()));
    let doorman = Doorman::new(Answer::Tunnel(relay.port()));
    let bundle = bundle(&relay);
    let mut bench = behind(doorman.proxy(&format!("me:{PASSWORD}@")));
    bench.options.custom_ca_bundle = Some(bundle.path().display().to_string());
    let failed = bench.selectors().expect_err("a bad request");
    // It is the service's own answer, and the proxy is not to blame.
    assert!(!failed.to_string().contains("proxy"), "{failed}");
    let heads = service.heads();
    assert_eq!(heads.len(), 1);
    let head = heads[0].to_ascii_lowercase();
    assert!(head.starts_with("post / http/1.1\r\n"), "{head}");
    assert!(!head.contains("proxy-"), "{head}");
}

/// Whether a URL is asked for through the proxy when these are excepted.
fn goes_through(endpoint: &str, except: &str) -> bool {
    let doorman = Doorman::new(Answer::Says("HTTP/1.1 403 Forbidden\r\n\r\n"));
    let mut bench = Bench::new(TrailSeed::default());
    bench.time = Duration::from_secs(5);
    bench.options.cloudtrail_endpoint = Some(endpoint.to_owned());
    bench.options.proxies = Proxies {
        http: Some(doorman.proxy("")),
        https: Some(doorman.proxy("")),
        except: Some(except.to_owned()),
    };
    bench.selectors().expect_err("nobody there");
    !doorman.heads().is_empty()
}

/// Which hosts are reached without the proxy: what provider `aws` takes (Go's
/// <https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config>), and no host for looking alike.
#[test]
fn hosts_that_are_reached_without() {
    let mut wrong = Vec::new();
    for (except, endpoint, through) in [
        // Nothing is listed.
        ("", "https://a.corporate.example", true),
        // A name, with all below it.
        ("corporate.example", "https://corporate.example", false),
        ("corporate.example", "https://a.corporate.example", false),
        ("corporate.example", "https://acorporate.example", true),
        ("corporate.example", "https://corporate.example.org", true),
        ("a.corporate.example", "https://corporate.example", true),
        (".corporate.example", "https://a.corporate.example", false),
        (".corporate.example", "https://acorporate.example", true),
        ("*.corporate.example", "https://a.corporate.example", false),
        ("Corporate.EXAMPLE", "https://a.corporate.example", false),
        // Among others.
        (
            " x.example , corporate.example ",
            "https://a.corporate.example",
            false,
        ),
        (",,", "https://a.corporate.example", true),
        // Addresses and networks.
        (THIS_MACHINE, "https://0.0.0.0:1", false),
        ("0.0.0.0/8", "https://0.0.0.0:1", false),
        ("10.0.0.0/8", "https://0.0.0.0:1", true),
        ("0.0.0", "https://0.0.0.0:1", true),
        ("fd00::/8", "https://[fd00::1]", false),
        ("fd00::/8", "https://[fe80::1]", true),
        // Everything.
        ("*", "https://a.corporate.example", false),
        ("*", "http://a.corporate.example", false),
        ("x.example,*", "https://0.0.0.0:1", false),
        ("*", "https://[fe80::1]", false),
        // What is always reached without.
        ("", "https://127.0.0.1:1", false),
        ("", "http://localhost:1", false),
        ("", "http://[::1]:1", false),
        ("", "http://127.8.8.8:1", false),
    ] {
        if goes_through(endpoint, except) != through {
            wrong.push((endpoint, except));
        }
    }
    assert_eq!(wrong, []);
}
