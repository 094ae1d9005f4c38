//! Promises of TLS: who gets in, who does not, and what our certificate says.
//!
//! May import the door and its client.

use rustls::HandshakeKind;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::client::{Identity, meet, pem};
use super::{ServerSide, server_side};

fn side_for(client: &Identity) -> ServerSide {
    server_side(&client.pem).expect("a server side")
}

/// A certificate as Terraform makes it is let in, and h2 is what both speak.
#[tokio::test]
async fn the_pinned_client_gets_in() {
    let terraform = Identity::go_plugin();
    let side = side_for(&terraform);
    let met = meet(&side, &terraform.config(&side.certificate)).await;
    let (server, client) = (met.server.expect("let in"), met.client.expect("answered"));
    assert_eq!(server.alpn.as_deref(), Some(b"h2".as_slice()));
    assert_eq!(client.alpn.as_deref(), Some(b"h2".as_slice()));
    assert_eq!(server.presented, Some(1));
}

/// Who shows no certificate stays outside.
#[tokio::test]
async fn nobody_stays_outside() {
    let side = side_for(&Identity::go_plugin());
    let met = meet(&side, &Identity::nobody(&side.certificate)).await;
    let refused = met.server.expect_err("no certificate was shown");
    assert!(refused.contains("sent no certificates"), "{refused}");
    met.client.expect_err("nothing was answered");
}

/// Another certificate is another client, even one that says the same of itself.
#[tokio::test]
async fn a_lookalike_stays_outside() {
    let side = side_for(&Identity::go_plugin());
    let met = meet(&side, &Identity::go_plugin().config(&side.certificate)).await;
    let refused = met.server.expect_err("the certificate is another one");
    assert!(refused.contains("invalid peer certificate"), "{refused}");
    met.client.expect_err("nothing was answered");
}

/// The certificate alone is worth nothing: who has seen it but does not hold its key stays
/// outside.
#[tokio::test]
async fn a_stolen_certificate_stays_outside() {
    let terraform = Identity::go_plugin();
    let side = side_for(&terraform);
    let thief = Identity {
        key: Identity::go_plugin().key,
        ..terraform
    };
    let met = meet(&side, &thief.config(&side.certificate)).await;
    let refused = met.server.expect_err("the key is another one");
    assert!(refused.contains("BadSignature"), "{refused}");
    met.client.expect_err("nothing was answered");
}

/// The pinned certificate with another behind it is a chain, and a chain is not what was pinned.
#[tokio::test]
async fn a_chain_stays_outside() {
    let terraform = Identity::go_plugin();
    let side = side_for(&terraform);
    let config = terraform.config_with_chain(&side.certificate, &Identity::go_plugin());
    meet(&side, &config).await.server.expect_err("a chain");
}

/// No session is resumed: each connection shows its certificate anew.
#[tokio::test]
async fn every_connection_is_checked() {
    let terraform = Identity::go_plugin();
    let side = side_for(&terraform);
    let config = terraform.config(&side.certificate);
    for _ in 0..3 {
        let met = meet(&side, &config).await;
        let (server, client) = (met.server.expect("let in"), met.client.expect("answered"));
        assert_eq!(server.kind, Some(HandshakeKind::Full));
        assert_eq!(server.presented, Some(1));
        assert_eq!(client.tickets, 0);
    }
}

/// Sends bytes to a server and tells what it answers, and what it says of them.
async fn raw(side: &ServerSide, bytes: &[u8]) -> (Vec<u8>, String) {
    let (mut ours, theirs) = tokio::io::duplex(1 << 16);
    let served = async {
        let refused = side.acceptor.accept(theirs).await.map(|_| ());
        refused.expect_err("refused").to_string()
    };
    let sent = async {
        ours.write_all(bytes).await.expect("written");
        let mut answer = Vec::new();
        ours.read_to_end(&mut answer).await.expect("read");
        answer
    };
    let (refused, answer) = tokio::join!(served, sent);
    (answer, refused)
}

/// A client that knows nothing newer than TLS 1.2 is told so and gets no further.
#[tokio::test]
async fn tls_1_2_is_refused() {
    let side = side_for(&Identity::go_plugin());
    let extensions: &[&[u8]] = &[
        &[0, 10, 0, 4, 0, 2, 0, 23], // groups: P-256
        &[0, 11, 0, 2, 1, 0],        // point formats: uncompressed
        &[0, 13, 0, 4, 0, 2, 4, 3],  // signatures: ECDSA with P-256
        &[0, 23, 0, 0],              // extended master secret
    ];
    let extensions = extensions.concat();
    let mut hello = vec![3, 3];
    hello.extend([7; 32]); // random
    hello.extend([0, 0, 2, 0xc0, 0x2b, 1, 0]); // no session; one suite; no compression
    hello.extend(
        u16::try_from(extensions.len())
            .expect("short")
            .to_be_bytes(),
    );
    hello.extend(extensions);
    let length = u16::try_from(hello.len()).expect("short").to_be_bytes();
    let whole = u16::try_from(hello.len() + 4).expect("short").to_be_bytes();
    let mut record = vec![22, 3, 1, whole[0], whole[1], 1, 0, length[0], length[1]];
    record.extend(hello);

    let (answer, refused) = raw(&side, &record).await;
    // A fatal alert: protocol_version.
    assert_eq!(answer, [21, 3, 3, 0, 2, 2, 70], "{refused}");
}

/// Who does not speak TLS at all gets nowhere.
#[tokio::test]
async fn plain_text_is_refused() {
    let side = side_for(&Identity::go_plugin());
    let (answer, refused) = raw(&side, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert!(refused.contains("InvalidContentType"), "{refused}");
    assert_eq!(answer.first(), Some(&21), "an alert");
}

/// One certificate, no more and no less, and one that can be read. Everything else is an error,
/// not a server that trusts nobody or anybody.
#[test]
fn what_is_pinned_is_one_certificate() {
    let (one, two) = (Identity::go_plugin(), Identity::go_plugin());
    server_side(&one.pem).expect("one is right");
    let none = "should be one PEM certificate, and 0 were found";
    let key = pem("PRIVATE KEY", &one.key.serialize_der());
    for (text, expected) in [
        (String::new(), none),
        ("not a certificate".to_owned(), none),
        (key, none),
        (format!("{}{}", one.pem, two.pem), "and 2 were found"),
        (
            one.pem.replace("-----END", "-----DNE"),
            "is not a well-formed PEM text",
        ),
        (
            one.pem.replace("MII", "!!!"),
            "is not a well-formed PEM text",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned(),
            "cannot be read",
        ),
    ] {
        let error = server_side(&text).expect_err(expected);
        assert!(error.contains(expected), "{error}");
        assert!(!error.contains("BEGIN"), "{error}");
    }
}

/// Our certificate says what Terraform checks and nothing beyond it, and never twice the same.
/// (That a client which checks the name, the purpose and the dates accepts it, the tests above
/// show.)
#[test]
fn our_certificate_says_no_more_than_needed() {
    let terraform = Identity::go_plugin();
    let ours = side_for(&terraform).certificate;
    let has = |bytes: &[u8]| ours.windows(bytes.len()).any(|window| window == bytes);
    // Each is an extension: its name, "critical" where it is, and its value.
    assert!(
        has(&[0x55, 0x1d, 0x13, 1, 1, 0xff, 4, 2, 0x30, 0]),
        "CA:FALSE"
    );
    assert!(
        has(&[0x55, 0x1d, 0x0f, 1, 1, 0xff, 4, 4, 3, 2, 7, 0x80]),
        "digitalSignature"
    );
    let server_auth = [0x30, 0x0a, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1];
    assert!(
        has(&[&[0x55, 0x1d, 0x25, 4, 0x0c], &server_auth[..]].concat()),
        "serverAuth"
    );
    assert!(
        has(&[
            &[0x55, 0x1d, 0x11, 4, 0x0d, 0x30, 0x0b, 0x82, 9],
            b"localhost".as_slice()
        ]
        .concat()),
        "DNS:localhost"
    );
    assert!(
        has(b"200101000000Z") && has(b"21200101000000Z"),
        "the dates"
    );
    assert_ne!(ours, side_for(&terraform).certificate);
}

/// What is printed of either side holds neither key nor certificate.
#[test]
fn nothing_is_shown() {
    let side = side_for(&Identity::go_plugin());
    assert_eq!(format!("{side:?}"), "ServerSide { .. }");
}
