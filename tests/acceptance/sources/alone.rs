//! Each source by itself, and each other way of saying it: who signs, in whose name a role is
//! assumed, with what, and in which Region.
//!
//! Imports [`super::table`] and [`super::stage`].

use super::stage::{CONTAINER_TOKEN, Keys, PRODUCT, REGION, Stage};
use super::table::{SOURCES, pair, program, shared};
use crate::support::metadata::Mood;
use crate::support::recorder::Record;
use crate::support::service::Service;

on_both!(
    every_source_of_the_table,
    keys_with_a_token,
    a_profile_of_any_kind,
    a_profile_whose_role_starts_elsewhere,
    a_web_identity_of_the_block,
    a_web_identity_of_the_environment,
    a_container_with_a_token_in_a_file,
    all_that_a_role_is_asked_with,
    the_environment_is_named_in_the_user_agent,
);

/// Plans, and gives what went by; everything that is about the trail is signed by `signer`, in the
/// Region of the case, by us.
fn signed_by(stage: &Stage<'_>, signer: &str) -> Vec<Record> {
    let records = stage.planned();
    let of_ours = |record: &&Record| {
        record.service == "cloudtrail" || record.operation == "GetCallerIdentity"
    };
    for record in records.iter().filter(of_ours) {
        assert_eq!(stage.signer(record), signer, "{record:?}");
        assert!(record.user_agent.ends_with(PRODUCT), "{record:?}");
        let temporary = record.access_key_id.starts_with("ASIA");
        assert_eq!(record.has_token, temporary, "{record:?}");
    }
    let identity = stage.calls("GetCallerIdentity");
    assert!(
        !identity.is_empty(),
        "STS is asked whose credentials these are"
    );
    for record in &records {
        assert_eq!(record.status, 200, "{record:?}");
        let agent = &record.user_agent;
        assert!(agent.starts_with("aws-sdk-rust/"), "{record:?}");
        // What needs no signature names no Region.
        let region = if record.access_key_id.is_empty() {
            ""
        } else {
            REGION
        };
        assert_eq!(record.region, region, "{record:?}");
    }
    records
}

/// Each row of the table.
fn every_source_of_the_table(service: &Service) {
    for source in SOURCES {
        let mut stage = Stage::new(service);
        (source.set)(&mut stage);
        signed_by(&stage, source.signer);
        source.was_asked(&stage);
    }
}

/// Temporary keys, wherever keys may stand.
fn keys_with_a_token(service: &Service) {
    type Set = fn(&mut Stage<'_>, [&str; 3]);
    let ways: [(&str, Set); 4] = [
        ("BLOCK", |stage, [id, secret, token]| {
            stage.argue(format!(
                "access_key = \"{id}\"\n  secret_key = \"{secret}\"\n  token = \"{token}\""
            ));
        }),
        ("ENVKEYS", |stage, [id, secret, token]| {
            stage.set("AWS_ACCESS_KEY_ID", id);
            stage.set("AWS_SECRET_ACCESS_KEY", secret);
            stage.set("AWS_SESSION_TOKEN", token);
        }),
        ("SHARED", |stage, [id, secret, token]| {
            stage.credentials("default", &pair(id, secret));
            stage.credentials("default", &[("aws_session_token", token)]);
        }),
        ("CONFIG", |stage, [id, secret, token]| {
            stage.config("default", &pair(id, secret));
            stage.config("default", &[("aws_session_token", token)]);
        }),
    ];
    for (name, set) in ways {
        let mut stage = Stage::new(service);
        let issued = stage.temporary(name, 3_600);
        set(&mut stage, [&issued.id, &issued.secret, &issued.token]);
        signed_by(&stage, name);
    }
}

/// What a profile may say of its credentials counts the same whoever names the profile: the block,
/// the environment, or nobody for the one that is called `default`.
fn a_profile_of_any_kind(service: &Service) {
    type Set = fn(&mut Stage<'_>, &str);
    let kinds: [(&str, Set); 7] = [
        ("SHARED", |stage, _| shared(stage, "work", "SHARED")),
        ("CONFIG", |stage, section| {
            let Keys { id, secret } = stage.keys("CONFIG");
            stage.config(section, &pair(&id, &secret));
        }),
        ("PROGRAM", |stage, section| {
            program(stage, section, "PROGRAM");
        }),
        ("WEB", |stage, section| {
            let (role, file) = (stage.role("WEB"), stage.web_token_file());
            let settings = [("role_arn", &*role), ("web_identity_token_file", &*file)];
            stage.config(section, &settings);
        }),
        ("PERSON", |stage, section| {
            stage.signed_in(section, "PERSON", 3_600);
        }),
        ("OLDER", |stage, section| {
            stage.signed_in_of_old(section, "OLDER");
        }),
        ("ELSEWHERE", |stage, section| {
            stage.signed_in(section, "ELSEWHERE", 3_600);
            // A variable would go before the file, the one for all services included
            // (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
            stage.unset("AWS_ENDPOINT_URL_SSO");
            stage.unset("AWS_ENDPOINT_URL");
            let url = stage.recorder.url();
            stage.argue(format!(
                "endpoints {{\n    cloudtrail = \"{url}\"\n    sts = \"{url}\"\n  }}"
            ));
            let portal = format!("\n  endpoint_url = {}", stage.portal().url());
            stage.config(section, &[("services", "here")]);
            stage.config("services here", &[("sso", &portal)]);
        }),
    ];
    for (at, (signer, set)) in kinds.into_iter().enumerate() {
        let mut stage = Stage::new(service);
        set(&mut stage, "profile work");
        if at % 2 == 0 {
            stage.argue("profile = \"work\"");
        } else {
            stage.set("AWS_PROFILE", "work");
        }
        signed_by(&stage, signer);
    }
}

/// A role of a profile, assumed with what another profile, the environment, the container or the
/// instance has.
fn a_profile_whose_role_starts_elsewhere(service: &Service) {
    type Set = fn(&mut Stage<'_>) -> (&'static str, &'static str, &'static str);
    let starts: [Set; 4] = [
        |stage| {
            shared(stage, "base", "BASE");
            ("BASE", "source_profile", "base")
        },
        |stage| {
            let Keys { id, secret } = stage.keys("ENVKEYS");
            stage.set("AWS_ACCESS_KEY_ID", &id);
            stage.set("AWS_SECRET_ACCESS_KEY", &secret);
            ("ENVKEYS", "credential_source", "Environment")
        },
        |stage| {
            let issued = stage.temporary("CONTAINER", 3_600);
            stage.in_container(Mood::Issues(Box::new(move || issued.clone())), "");
            ("CONTAINER", "credential_source", "EcsContainer")
        },
        |stage| {
            let issued = stage.temporary("INSTANCE", 3_600);
            stage.on_instance(Mood::Issues(Box::new(move || issued.clone())));
            ("INSTANCE", "credential_source", "Ec2InstanceMetadata")
        },
    ];
    for set in starts {
        let mut stage = Stage::new(service);
        let (base, setting, value) = set(&mut stage);
        let role = stage.role("ROLE");
        let settings = [
            ("role_arn", &*role),
            ("role_session_name", "of-the-profile"),
            ("external_id", "agreed"),
            (setting, value),
        ];
        stage.config("profile work", &settings);
        stage.argue("profile = \"work\"");
        signed_by(&stage, "ROLE");
        let assumed = stage.calls("AssumeRole");
        assert!(!assumed.is_empty());
        for record in assumed {
            assert_eq!(stage.signer(&record), base, "{record:?}");
            assert_eq!(record.body["RoleSessionName"], "of-the-profile");
            assert_eq!(record.body["ExternalId"], "agreed");
        }
    }
}

/// The block's web identity takes its token from a file or from the environment too.
fn a_web_identity_of_the_block(service: &Service) {
    type Set = fn(&mut Stage<'_>) -> String;
    let ways: [Set; 4] = [
        |stage| format!("web_identity_token = \"{}\"", stage.web_token()),
        |stage| format!("web_identity_token_file = \"{}\"", stage.web_token_file()),
        |stage| {
            let token = stage.web_token();
            stage.set("TF_AWS_WEB_IDENTITY_TOKEN", token);
            String::new()
        },
        |stage| {
            let file = stage.web_token_file();
            stage.set("AWS_WEB_IDENTITY_TOKEN_FILE", &file);
            String::new()
        },
    ];
    for set in ways {
        let mut stage = Stage::new(service);
        let (token, role) = (set(&mut stage), stage.role("BLOCKWEB"));
        stage.argue(format!(
            "assume_role_with_web_identity {{\n    role_arn = \"{role}\"\n    \
             session_name = \"pipeline-7\"\n    {token}\n  }}"
        ));
        signed_by(&stage, "BLOCKWEB");
        let assumed = stage.calls("AssumeRoleWithWebIdentity");
        assert!(!assumed.is_empty());
        for record in assumed {
            assert_eq!(record.body["RoleSessionName"], "pipeline-7");
            assert_eq!(record.body["WebIdentityToken"], stage.web_token());
            assert_eq!(record.access_key_id, "", "it needs no signature");
        }
    }
}

/// A web identity of the environment alone: the token as a text, and the session's name.
fn a_web_identity_of_the_environment(service: &Service) {
    let mut stage = Stage::new(service);
    let (role, token) = (stage.role("ENVWEB"), stage.web_token());
    for (name, value) in [
        ("AWS_ROLE_ARN", &*role),
        ("AWS_ROLE_SESSION_NAME", "pipeline-8"),
        ("TF_AWS_WEB_IDENTITY_TOKEN", token),
    ] {
        stage.set(name, value);
    }
    signed_by(&stage, "ENVWEB");
    for record in stage.calls("AssumeRoleWithWebIdentity") {
        assert_eq!(record.body["RoleSessionName"], "pipeline-8");
    }
}

/// What the environment adds to the `User-Agent` comes after what the block adds.
fn the_environment_is_named_in_the_user_agent(service: &Service) {
    let mut stage = Stage::new(service);
    shared(&mut stage, "default", "SHARED");
    stage.set("TF_APPEND_USER_AGENT", "pipeline/9 (nightly)");
    for record in stage.planned() {
        let agent = &record.user_agent;
        let end = format!(" {PRODUCT} pipeline/9 (nightly)");
        assert!(agent.ends_with(&end), "{record:?}");
    }
}

/// A container whose token is in a file, as EKS Pod Identity has it.
///
/// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` is not tried: it is relative to an address of Amazon ECS
/// that can't be set, and nothing here can stand there.
fn a_container_with_a_token_in_a_file(service: &Service) {
    let mut stage = Stage::new(service);
    let issued = stage.temporary("CONTAINER", 3_600);
    let file = stage.file("container-token", CONTAINER_TOKEN);
    let file = file.display().to_string();
    stage.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &file);
    stage.in_container(
        Mood::Issues(Box::new(move || issued.clone())),
        CONTAINER_TOKEN,
    );
    signed_by(&stage, "CONTAINER");
}

/// What the block says of a role goes to STS as it stands, whatever source signs that call.
fn all_that_a_role_is_asked_with(service: &Service) {
    for source in SOURCES {
        let mut stage = Stage::new(service);
        (source.set)(&mut stage);
        let role = stage.role("LAST");
        stage.argue(format!(
            r#"assume_role {{
    role_arn            = "{role}"
    session_name        = "audit-pipeline"
    external_id         = "12345"
    duration            = "30m"
    tags                = {{ team = "audit" }}
    transitive_tag_keys = ["team"]
  }}"#
        ));
        signed_by(&stage, "LAST");
        let mut assumed = stage.calls("AssumeRole");
        assumed.retain(|record| record.role() == "LAST");
        assert!(!assumed.is_empty());
        for record in assumed {
            assert_eq!(stage.signer(&record), source.signer, "{record:?}");
            for (parameter, value) in [
                ("RoleSessionName", "audit-pipeline"),
                ("ExternalId", "12345"),
                ("DurationSeconds", "1800"),
                ("Tags.member.1.Key", "team"),
                ("Tags.member.1.Value", "audit"),
                ("TransitiveTagKeys.member.1", "team"),
            ] {
                assert_eq!(record.body[parameter], value, "{parameter}");
            }
        }
    }
}
