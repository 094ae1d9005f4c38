//! moto: a CloudTrail that somebody else wrote.
//!
//! One server serves a whole test run: it is started when first needed and ends with the test
//! program, however that ends. Tests share it, so each uses a trail of its own name. It is taken
//! from `IAM_TEST_MOTO`, the path of a `moto_server`, or else from the search path. Without moto the
//! tests fail: half of their evidence would be gone.
//!
//! What is peculiar to it, and what a reader of CloudTrail's answers must therefore survive:
//!
//! * a trail that nobody configured answers two empty lists, where AWS answers its default selector;
//! * basic selectors that are put leave the advanced ones standing in the answer; it is the basic
//!   ones that count then, since putting advanced ones clears the basic;
//! * an empty list that is put is answered with success and changes nothing;
//! * `GetTrail` answers no `HomeRegion`; `DescribeTrails` and `ListTrails` do;
//! * `HasCustomEventSelectors` is always false;
//! * a name or an ARN is known in the trail's home region only, shadow trails included;
//! * `DeleteTrail` and `StartLogging` know a trail by name only; of an ARN the first is silent;
//! * no rule about fields, operators or values is checked;
//! * unset strings such as `CloudWatchLogsLogGroupArn` come as JSON null.
//!
//! Requests are written by hand here, so that nothing the provider uses is judged by itself.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::LazyLock;

use serde_json::{Value, json};

/// The account that moto gives to every caller with long-lived keys.
pub(crate) const ACCOUNT: &str = "123456789012";
/// An access key id: moto takes any.
pub(crate) const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
/// A secret that is found again wherever it leaks.
pub(crate) const SECRET_KEY: &str = "moto/verifies/no/signature/EXAMPLEKEY";
/// The bucket that every trail is created with: moto wants it to exist.
const BUCKET: &str = "trail-logs";

/// The server of this test run.
pub(crate) struct Moto {
    address: String,
    /// While this end is open the server lives: its keeper waits for the end of its input, which
    /// comes even if this program is killed.
    _lifeline: ChildStdin,
}

static SERVER: LazyLock<Result<Moto, String>> = LazyLock::new(Moto::start);

impl Moto {
    /// The server of this test run, started if this is the first to ask for it.
    pub(crate) fn shared() -> &'static Self {
        match &*SERVER {
            Ok(moto) => moto,
            Err(why) => panic!("{why}"),
        }
    }

    /// Where it listens, as a URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A call of CloudTrail in `region`: the answer, or the error's name and text.
    pub(crate) fn call(
        &self,
        region: &str,
        operation: &str,
        body: &Value,
    ) -> Result<Value, String> {
        let target = format!("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.{operation}");
        let headers = [
            ("Authorization", authorization(region, "cloudtrail")),
            ("Content-Type", "application/x-amz-json-1.1".to_owned()),
            ("X-Amz-Target", target),
        ];
        let (status, answer) = self.request("POST", "/", &headers, &body.to_string());
        let answer: Value = serde_json::from_str(&answer)
            .unwrap_or_else(|error| panic!("moto answers {operation} with {answer:?} ({error})"));
        if status == 200 {
            Ok(answer)
        } else {
            Err(answer.to_string())
        }
    }

    /// Runs a Python program with boto3, moto's own, and hands back what it prints.
    pub(crate) fn boto3(&self, program: &str) -> String {
        let python = python();
        let output = Command::new(&python)
            .args(["-c", program, &self.url()])
            .env("AWS_ACCESS_KEY_ID", ACCESS_KEY)
            .env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .output()
            .unwrap_or_else(|error| panic!("{} can't be started: {error}", python.display()));
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "the boto3 program failed:\n{errors}"
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn start() -> Result<Self, String> {
        let program = executable();
        let missing = || {
            format!(
                "moto is needed for these tests, and {} could not be started: run `make test`, \
                 which installs it, or name a moto_server in IAM_TEST_MOTO",
                program.display()
            )
        };
        // The shell is the keeper: it ends the server when its input ends, and ends with the server.
        let script = "exec 3<&0
            \"$0\" -H 127.0.0.1 -p 0 3<&- 2>&1 & server=$!
            (read -r end <&3; kill \"$server\") >/dev/null 2>&1 &
            wait \"$server\"";
        let mut keeper = Command::new("sh")
            .args(["-c", script])
            .arg(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|_| missing())?;
        let lifeline = keeper.stdin.take().ok_or_else(missing)?;
        let mut lines = BufReader::new(keeper.stdout.take().ok_or_else(missing)?).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                line.split_once("http://")
                    .map(|(_, rest)| rest.trim().to_owned())
            })
            .ok_or_else(missing)?;
        // Every request is a line of its log: unread, the pipe would fill and block the server.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        let moto = Self {
            address,
            _lifeline: lifeline,
        };
        let headers = [("Authorization", authorization("us-east-1", "s3"))];
        let (status, answer) = moto.request("PUT", &format!("/{BUCKET}"), &headers, "");
        if status == 200 {
            Ok(moto)
        } else {
            Err(format!("moto makes no bucket: {answer}"))
        }
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: &str,
    ) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("moto listens");
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.address,
            body.len()
        );
        for (name, value) in headers {
            request.extend([name, ": ", value.as_str(), "\r\n"]);
        }
        request.push_str("\r\n");
        request.push_str(body);
        stream
            .write_all(request.as_bytes())
            .expect("moto takes a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("moto answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .expect("a status");
        (status, body.to_owned())
    }
}

/// The body of a `CreateTrail` request.
pub(crate) fn create_trail_request(
    name: &str,
    multi_region: bool,
    organization: bool,
    global_service_events: bool,
) -> Value {
    json!({
        "Name": name,
        "S3BucketName": BUCKET,
        "IsMultiRegionTrail": multi_region,
        "IsOrganizationTrail": organization,
        "IncludeGlobalServiceEvents": global_service_events,
    })
}

/// A python that has moto and what comes with it, boto3 and cfn-lint among them.
pub(crate) fn python() -> PathBuf {
    let beside = executable()
        .parent()
        .map(|directory| directory.join("python3"));
    beside
        .filter(|path| path.is_file())
        .unwrap_or_else(|| "python3".into())
}

fn executable() -> PathBuf {
    if let Some(named) = super::ambient("IAM_TEST_MOTO") {
        return PathBuf::from(named);
    }
    let path = super::ambient("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|directory| directory.join("moto_server"))
        .find(|candidate| candidate.is_file())
        .unwrap_or_else(|| "moto_server".into())
}

/// moto reads region and service from the credential's scope and verifies nothing.
fn authorization(region: &str, service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20260101/{region}/{service}/aws4_request, \
         SignedHeaders=host, Signature=none"
    )
}
