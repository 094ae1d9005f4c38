//! A host at work in this process, in the way of `main`: a thread and a runtime of its own, which is
//! shut down when the host is done.
//!
//! Imports the crate's `plugin` and `protocol`, and [`person`](super::person).

use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use terraform_provider_iam::plugin::{self, Settings};
use terraform_provider_iam::protocol::{Host, Served};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

/// How long `main` lets tasks hold it up that nobody waits for.
const LEFT_BEHIND: Duration = Duration::from_millis(100);

/// What Terraform tells a plugin that it starts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    pub(crate) debug: bool,
    /// Its certificate as PEM. Without one there is no TLS.
    pub(crate) certificate: Option<String>,
    pub(crate) directory: Option<PathBuf>,
    pub(crate) group: bool,
    pub(crate) multiplex: bool,
}

impl Told {
    fn settings(self, name: &'static str, temp: PathBuf) -> Settings {
        Settings {
            name,
            address: "example/made",
            debug: self.debug,
            client_certificate: self.certificate,
            socket_directory: self.directory,
            temporary_directory: temp,
            socket_group: self.group,
            multiplex: self.multiplex,
            versions: Some("6,5".to_owned()),
        }
    }
}

/// A host at work. It ends when this is dropped.
pub(crate) struct Hosted {
    /// The line that it has announced itself with.
    pub(crate) line: String,
    /// The directory that it has for temporary files.
    pub(crate) temp: tempfile::TempDir,
    ended: CancellationToken,
    served: oneshot::Receiver<Result<(), String>>,
}

impl Drop for Hosted {
    fn drop(&mut self) {
        self.ended.cancel();
    }
}

impl Hosted {
    /// Starts to serve a provider of this name. Fails with what `serve` says.
    pub(crate) async fn start<P: Served>(
        name: &'static str,
        told: Told,
        provider: impl FnOnce(Host) -> P + Send + 'static,
    ) -> Result<Self, String> {
        let temp = tempfile::Builder::new().prefix("iam-host-").tempdir();
        let temp = temp.expect("a temporary directory");
        let settings = told.settings(name, temp.path().to_owned());
        let ended = CancellationToken::new();
        let (announced, line) = oneshot::channel();
        let (done, served) = oneshot::channel();
        let end = ended.clone();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime");
            let host = Host::default();
            let provider = provider(host.clone());
            let announce = |line: &str| {
                let sent = announced.send(line.to_owned());
                sent.map_err(|_| std::io::Error::other("nobody listens"))
            };
            let served = runtime.block_on(plugin::serve(
                settings,
                host,
                provider,
                announce,
                end.cancelled_owned(),
            ));
            runtime.shutdown_timeout(LEFT_BEHIND);
            _ = done.send(served);
        });
        match line.await {
            Ok(line) => Ok(Self {
                line,
                temp,
                ended,
                served,
            }),
            Err(_) => Err(served
                .await
                .expect("the thread tells how it went")
                .expect_err("it went well without a word")),
        }
    }

    /// Tells it to end, as a signal does.
    pub(crate) fn end(&self) {
        self.ended.cancel();
    }

    /// Waits until it is done, and says what `serve` returned.
    pub(crate) async fn done(&mut self) -> Result<(), String> {
        (&mut self.served)
            .await
            .expect("the thread tells how it went")
    }

    /// What its line says.
    pub(crate) fn handshake(&self) -> Handshake {
        Handshake::parse(&self.line)
    }
}

/// What a handshake line says, field by field, as go-plugin reads it.
#[derive(Debug, Clone)]
pub(crate) struct Handshake {
    pub(crate) core: String,
    pub(crate) protocol: String,
    pub(crate) network: String,
    pub(crate) address: PathBuf,
    pub(crate) kind: String,
    /// The server's certificate as DER, and as it stands on the line; empty without TLS.
    pub(crate) certificate: Vec<u8>,
    pub(crate) certificate_text: String,
    /// The seventh field, if there is one.
    pub(crate) multiplex: Option<String>,
}

impl Handshake {
    pub(crate) fn parse(line: &str) -> Self {
        let line = line.strip_suffix('\n').expect("a whole line");
        assert!(!line.contains('\n'), "more than one line: {line:?}");
        let fields: Vec<&str> = line.split('|').collect();
        let [
            core,
            protocol,
            network,
            address,
            kind,
            certificate,
            rest @ ..,
        ] = fields.as_slice()
        else {
            panic!("no handshake: {line:?}");
        };
        let multiplex = match rest {
            [] => None,
            [multiplex] => Some((*multiplex).to_owned()),
            [..] => panic!("too many fields: {line:?}"),
        };
        let text = |text: &str| text.to_owned();
        Self {
            core: text(core),
            protocol: text(protocol),
            network: text(network),
            address: PathBuf::from(address),
            kind: text(kind),
            certificate: STANDARD_NO_PAD.decode(certificate).expect("base64"),
            certificate_text: text(certificate),
            multiplex,
        }
    }

    /// From the line of debug mode: the variable as a shell takes it.
    pub(crate) fn reattach(line: &str) -> (serde_json::Value, PathBuf) {
        let json = line
            .strip_prefix("TF_REATTACH_PROVIDERS='")
            .and_then(|rest| rest.strip_suffix("'\n"));
        let json = json.unwrap_or_else(|| panic!("no variable: {line:?}"));
        let json: serde_json::Value = serde_json::from_str(json).expect("JSON");
        let one = json
            .as_object()
            .and_then(|all| all.values().next())
            .cloned();
        let one = one.expect("one provider");
        let address = one["Addr"]["String"].as_str().expect("an address");
        let address = PathBuf::from(address);
        (one, address)
    }
}
