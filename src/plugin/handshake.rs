//! What this process and the program that starts it tell each other before gRPC: the cookie, the
//! versions, the line on stdout, and in debug mode the variable that leads Terraform here.
//!
//! May import nothing of ours. It only makes and reads texts: the door prints them.
//!
//! The format is go-plugin's
//! (<https://github.com/hashicorp/go-plugin/blob/main/docs/guide-plugin-write-non-go.md>), and so are
//! the names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::json;

/// The variable by which a host program shows that it knows it is starting a plugin, and its value
/// (<https://developer.hashicorp.com/terraform/plugin/best-practices/interacting-with-the-binary>).
/// It guards against mistakes and is no secret.
pub const MAGIC_COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// The version of go-plugin's own protocol.
const CORE_PROTOCOL: u8 = 1;

/// The version of Terraform's plugin protocol that is served here.
const PROTOCOL: u8 = 6;

/// Whether a host program speaks our version, going by `PLUGIN_PROTOCOL_VERSIONS`: a list in any
/// order, of which what is no number means nothing. One that says nothing may speak any.
pub(super) fn speaks_six(versions: Option<&str>) -> bool {
    versions.is_none_or(|versions| {
        versions
            .split(',')
            .any(|version| version.trim().parse() == Ok(PROTOCOL))
    })
}

/// The one line on stdout that tells the host program where to connect, with its line feed.
///
/// `certificate` is ours, as DER; without one there is no TLS and its field is empty. The last field
/// is there only for a host program that asked whether connections can be multiplexed (they cannot):
/// older ones would take it for a part of the certificate.
pub(super) fn line(
    network: &str,
    address: &str,
    certificate: Option<&[u8]>,
    multiplex_asked: bool,
) -> String {
    let certificate = certificate.map_or_else(String::new, |der| STANDARD_NO_PAD.encode(der));
    let multiplex = if multiplex_asked { "|false" } else { "" };
    format!("{CORE_PROTOCOL}|{PROTOCOL}|{network}|{address}|grpc|{certificate}{multiplex}\n")
}

/// The variable with which Terraform uses this process instead of starting one, as a line for a shell.
///
/// `Test` tells Terraform to leave the process running when it is done.
pub(super) fn reattach(provider_address: &str, pid: u32, network: &str, address: &str) -> String {
    let value = json!({
        provider_address: {
            "Protocol": "grpc",
            "ProtocolVersion": PROTOCOL,
            "Pid": pid,
            "Test": true,
            "Addr": { "Network": network, "String": address },
        }
    });
    // Within single quotes a shell takes all as it is, but for the quote that ends them.
    let quoted = value.to_string().replace('\'', r"'\''");
    format!("TF_REATTACH_PROVIDERS='{quoted}'\n")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{line, reattach, speaks_six};

    /// The line as go-plugin reads it: six fields, of which the last is the certificate.
    #[test]
    fn the_line_with_a_certificate() {
        assert_eq!(
            line("unix", "/tmp/tf-plugin-x/rpc", Some(b"any DER."), false),
            "1|6|unix|/tmp/tf-plugin-x/rpc|grpc|YW55IERFUi4\n"
        );
        // The alphabet with + and /, and no padding at the end of any length.
        assert!(line("unix", "/", Some(&[0xfb, 0xff]), false).ends_with("|+/8\n"));
        for length in 1..10 {
            assert!(!line("unix", "/", Some(&vec![0; length]), false).contains('='));
        }
    }

    /// Without TLS the field is there and empty.
    #[test]
    fn the_line_without_a_certificate() {
        assert_eq!(
            line("tcp", "127.0.0.1:1234", None, false),
            "1|6|tcp|127.0.0.1:1234|grpc|\n"
        );
    }

    /// The seventh field answers a question, and is not there when it was not asked.
    #[test]
    fn the_line_that_was_asked_for_more() {
        assert_eq!(
            line("unix", "/p", Some(b"x"), true),
            "1|6|unix|/p|grpc|eA|false\n"
        );
        assert_eq!(line("unix", "/p", None, true), "1|6|unix|/p|grpc||false\n");
    }

    /// Every field that Terraform reads, by Go's names, for protocol 6.
    #[test]
    fn reattach_says_what_terraform_reads() {
        let text = reattach("a/b", 123, "unix", "/sockets/rpc");
        let value = text
            .strip_prefix("TF_REATTACH_PROVIDERS='")
            .and_then(|rest| rest.strip_suffix("'\n"))
            .expect("one variable");
        let value: serde_json::Value = serde_json::from_str(value).expect("JSON");
        assert_eq!(
            value,
            serde_json::json!({"a/b": {
                "Protocol": "grpc", "ProtocolVersion": 6, "Pid": 123, "Test": true,
                "Addr": {"Network": "unix", "String": "/sockets/rpc"}
            }})
        );
    }

    /// A shell takes the line as it is meant, whatever is in the path.
    #[cfg(unix)]
    #[test]
    fn a_shell_can_take_it() {
        let path = r#"/tmp/it's $HOME "here" \ `there`/rpc"#;
        let script = format!(
            "{}printf %s \"$TF_REATTACH_PROVIDERS\"",
            reattach("r/a/b", 1, "unix", path)
        );
        let output = Command::new("sh").arg("-c").arg(script).output();
        let output = output.expect("a shell").stdout;
        let value: serde_json::Value = serde_json::from_slice(&output).expect("JSON");
        assert_eq!(value["r/a/b"]["Addr"]["String"], path);
    }

    /// The list comes in any order, and what is not a number in it does not matter.
    #[test]
    fn who_speaks_our_version() {
        for versions in ["6", "5,6", "6,5", "x,6,", " 6 , 5", "6,99999"] {
            assert!(speaks_six(Some(versions)), "{versions}");
        }
        for versions in ["", "5", "4,5", "66", "-6", "6.0", "5;6"] {
            assert!(!speaks_six(Some(versions)), "{versions}");
        }
        assert!(speaks_six(None));
    }
}
