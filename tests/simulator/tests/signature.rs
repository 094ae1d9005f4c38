//! A request is carried out only if it is signed as AWS specifies.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

use super::{
    client::{Client, strict, with_trail},
    vectors::VECTORS,
};
use crate::simulator::{
    account::{CHINA, Credentials, EXPIRED, GOVCLOUD, SESSION},
    clock,
    sigv4::{Authorization, Signed, canonical_request},
};

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        headers.append(HeaderName::from_static(name), value);
    }
    headers
}

#[test]
fn the_vectors_of_the_test_suite_hold() {
    for (method, path, query, pairs, body, signature) in VECTORS {
        let headers = headers(pairs);
        let mut names: Vec<String> = headers
            .keys()
            .map(|name| name.as_str().to_owned())
            .collect();
        names.sort_unstable();
        let authorization = Authorization {
            access_key: "AKIDEXAMPLE".to_owned(),
            day: "20150830".to_owned(),
            region: "us-east-1".to_owned(),
            service: "service".to_owned(),
            signed_headers: names,
            signature: (*signature).to_owned(),
            date: "20150830T123600Z".to_owned(),
        };
        let body = body.as_bytes();
        let request = Signed {
            method,
            path,
            query,
            headers: &headers,
            body,
        };
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let canonical = canonical_request(request, &authorization.signed_headers);
        assert_eq!(
            authorization.expected(request, secret),
            *signature,
            "{canonical}"
        );
        let now = clock::parse("20150830T123600Z").unwrap();
        assert_eq!(authorization.verify(request, secret, now), Ok(()));
        assert!(
            authorization
                .verify(request, "another secret", now)
                .is_err()
        );
    }
}

#[test]
fn dates_survive_the_way_there_and_back() {
    for day in (-1_000..40_000).step_by(13) {
        let second = day * 86_400 + 86_399;
        assert_eq!(clock::parse(&clock::basic(second)), Some(second));
    }
    assert_eq!(clock::extended(1_440_938_160), "2015-08-30T12:36:00Z");
    for wrong in [
        "20150230T000000Z",
        "20150101T240000Z",
        "2015-01-01T00:00:00Z",
        "20150101T00000éZ",
    ] {
        assert_eq!(clock::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn who_signs_right_is_let_in() {
    let simulator = strict();
    for key in [crate::simulator::account::MANAGEMENT, SESSION] {
        Client::new(&simulator)
            .with(key)
            .ok("ListTrails", &json!({}));
    }
    Client::new(&simulator)
        .with(CHINA)
        .at("cn-north-1")
        .ok("ListTrails", &json!({}));
    Client::new(&simulator)
        .with(GOVCLOUD)
        .at("us-gov-west-1")
        .ok("ListTrails", &json!({}));
}

/// What goes wrong with the caller, and the code it is answered with.
#[test]
fn who_signs_wrong_is_not() {
    let simulator = strict();
    let client = || Client::new(&simulator);
    let bend = |client: Client<'_>, how: &dyn Fn(&mut super::client::Request)| {
        let mut request = client.request("ListTrails", "{}");
        how(&mut request);
        let answer = request.send(&client);
        assert_eq!(answer.status, 403, "{}", answer.text);
        answer.code()
    };
    let wrong_secret = Credentials {
        secret_key: "wrong",
        ..client().key
    };
    let unknown_key = Credentials {
        access_key: "AKIAXXXXXXXXXXXXXXXX",
        ..client().key
    };
    let no_token = Credentials {
        token: None,
        ..SESSION
    };
    let wrong_token = Credentials {
        token: Some("wrong"),
        ..SESSION
    };
    let spare_token = Credentials {
        token: Some("spare"),
        ..client().key
    };
    for (key, code) in [
        (wrong_secret, "InvalidSignatureException"),
        (unknown_key, "UnrecognizedClientException"),
        (no_token, "UnrecognizedClientException"),
        (wrong_token, "UnrecognizedClientException"),
        (spare_token, "UnrecognizedClientException"),
        (EXPIRED, "ExpiredTokenException"),
        (CHINA, "UnrecognizedClientException"),
    ] {
        assert_eq!(bend(client().with(key), &|_| {}), code, "{key:?}");
    }
    assert_eq!(
        bend(client().at("nowhere-1"), &|_| {}),
        "InvalidSignatureException"
    );

    let late = clock::basic(clock::now() - 16 * 60);
    let early = clock::basic(clock::now() + 16 * 60);
    for date in [late, early] {
        let code = bend(client(), &|request| request.date.clone_from(&date));
        assert_eq!(code, "InvalidSignatureException", "{date}");
    }
    for date in ["", "yesterday"] {
        let code = bend(client(), &|request| date.clone_into(&mut request.date));
        assert_eq!(code, "IncompleteSignature", "{date}");
    }
    for header in ["host", "x-amz-target"] {
        let code = bend(client(), &|request| request.unsigned.push(header));
        assert_eq!(code, "InvalidSignatureException", "{header}");
    }
    let token_not_signed = bend(client().with(SESSION), &|request| {
        request.unsigned.push("x-amz-security-token");
    });
    assert_eq!(token_not_signed, "InvalidSignatureException");
    let wrong_service = bend(client(), &|request| request.service = "s3");
    assert_eq!(wrong_service, "InvalidSignatureException");
    let wrong_hash = bend(client(), &|request| {
        request
            .headers
            .push(("x-amz-content-sha256", "UNSIGNED-PAYLOAD".to_owned()));
    });
    assert_eq!(wrong_hash, "InvalidSignatureException");
    for (authorization, code) in [
        ("", "MissingAuthenticationToken"),
        ("Basic Zm9v", "IncompleteSignature"),
        ("AWS4-HMAC-SHA256", "IncompleteSignature"),
        (
            "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=0",
            "IncompleteSignature",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=a/20150830/b/c/aws4_request, Signature=0",
            "IncompleteSignature",
        ),
    ] {
        let found = bend(client(), &|request| {
            request.authorization = Some(authorization.to_owned());
        });
        assert_eq!(found, code, "{authorization}");
    }
}

/// What was changed on the way no longer fits the signature.
#[test]
fn a_request_cannot_be_changed_on_the_way() {
    let (simulator, _) = with_trail();
    let client = Client::new(&simulator);
    let forgeries: [fn(&mut super::client::Request); 4] = [
        |request| request.body = r#"{"Name":"other"}"#.to_owned(),
        |request| {
            request.headers.retain(|(name, _)| *name != "x-amz-target");
            request
                .headers
                .push(("x-amz-target", "CloudTrail_20131101.DeleteTrail".to_owned()));
        },
        |request| request.path = "/?a=b",
        |request| request.method = "PUT",
    ];
    for forge in forgeries {
        let mut request = client.request("GetTrail", r#"{"Name":"audit"}"#);
        request.forge = Some(forge);
        assert_eq!(request.send(&client).code(), "InvalidSignatureException");
    }
    assert_eq!(simulator.trails().len(), 1);
}

#[test]
fn sts_says_who_is_calling_and_hands_out_sessions() {
    let simulator = strict();
    let client = Client::new(&simulator);
    let answer = client
        .form("Action=GetCallerIdentity&Version=2011-06-15")
        .send(&client);
    assert_eq!(answer.status, 200);
    assert!(
        answer.text.contains("<Account>111122223333</Account>"),
        "{}",
        answer.text
    );

    let role = "Action=AssumeRole&Version=2011-06-15&RoleSessionName=tf&RoleArn=";
    let answer = client
        .form(&format!(
            "{role}arn%3Aaws%3Aiam%3A%3A444455556666%3Arole%2FAudit"
        ))
        .send(&client);
    let part = |name: &str| {
        let (_, rest) = answer.text.split_once(&format!("<{name}>")).unwrap();
        let part = rest.split('<').next().unwrap().to_owned();
        &*Box::leak(part.into_boxed_str())
    };
    let session = Credentials {
        account: "444455556666",
        access_key: part("AccessKeyId"),
        secret_key: part("SecretAccessKey"),
        token: Some(part("SessionToken")),
    };
    Client::new(&simulator)
        .with(session)
        .ok("ListTrails", &json!({}));
    assert_eq!(simulator.journal().last().unwrap().account, "444455556666");

    for (form, status, code) in [
        (
            "Action=GetSessionToken&Version=2011-06-15",
            404,
            "InvalidAction",
        ),
        (
            "Action=GetCallerIdentity&Version=2010-01-01",
            400,
            "InvalidAction",
        ),
        (
            "Action=GetCallerIdentity&Version=2011-06-15&More=1",
            400,
            "ValidationError",
        ),
        (
            &format!("{role}arn%3Aaws%3Aiam%3A%3A000000000000%3Arole%2FAudit"),
            403,
            "AccessDenied",
        ),
    ] {
        let answer = client.form(form).send(&client);
        assert_eq!(answer.status, status, "{form}");
        assert!(
            answer.text.contains(&format!("<Code>{code}</Code>")),
            "{}",
            answer.text
        );
    }
    let mut unsigned = client.form(
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=tf\
         &WebIdentityToken=very-secret&RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2FCi",
    );
    unsigned.authorization = Some(String::new());
    assert_eq!(unsigned.send(&client).status, 200);
    assert!(!format!("{:?}", simulator.journal()).contains("very-secret"));
}
