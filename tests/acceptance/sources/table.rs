//! The sources of credentials, in the order in which they are asked. A new source is a row.
//!
//! The order is that of provider `aws` and of the SDKs: the block, the environment, the shared files,
//! the container, the instance
//! (<https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>); within one
//! profile that of the SDK for Rust. Imports [`super::stage`].

use super::stage::{CONTAINER_TOKEN, Keys, Stage};
use crate::support::metadata::Mood;

/// A source of credentials.
pub(super) struct Source {
    /// What it is.
    pub(super) name: &'static str,
    /// Who signs where it is the one that counts.
    pub(super) signer: &'static str,
    /// Puts it there.
    pub(super) set: fn(&mut Stage<'_>),
    /// What shows that it was asked.
    pub(super) trace: Trace,
}

/// What shows that a source was asked although another counts.
#[derive(Clone, Copy)]
pub(super) enum Trace {
    /// Nothing but its signature.
    Signature,
    /// Its role was assumed, or tried to be.
    Role,
    /// Its program ran.
    Program,
    /// The portal was asked for a role.
    Portal,
    /// The container's endpoint was asked.
    Container,
    /// The instance's metadata service was asked.
    Instance,
}

impl Source {
    /// Fails the test if the case shows any trace of this source.
    pub(super) fn was_not_asked(&self, stage: &Stage<'_>) {
        let signer = self.signer;
        for record in stage.recorder.records() {
            assert_ne!(stage.signer(&record), signer, "{record:?}");
            let base = format!("{signer}B");
            assert_ne!(stage.signer(&record), base, "{record:?}");
            assert_ne!(record.role(), signer, "{record:?}");
        }
        let asked = match self.trace {
            Trace::Signature | Trace::Role => 0,
            Trace::Program => stage.runs(signer),
            Trace::Portal => stage.asked_portal(),
            Trace::Container => stage.asked_container().len(),
            Trace::Instance => stage.asked_instance().len(),
        };
        assert_eq!(asked, 0, "{} was asked", self.name);
    }

    /// Fails the test unless the case shows that this source was asked.
    pub(super) fn was_asked(&self, stage: &Stage<'_>) {
        let signer = self.signer;
        let asked = match self.trace {
            Trace::Signature => {
                let records = stage.recorder.records();
                records.iter().any(|record| stage.signer(record) == signer)
            }
            Trace::Role => {
                let records = stage.recorder.records();
                records.iter().any(|record| record.role() == signer)
            }
            Trace::Program => stage.runs(signer) > 0,
            Trace::Portal => stage.asked_portal() > 0,
            Trace::Container => !stage.asked_container().is_empty(),
            Trace::Instance => !stage.asked_instance().is_empty(),
        };
        assert!(asked, "{} was not asked", self.name);
    }
}

/// The sources, each before those that count only where it is not there.
pub(super) const SOURCES: &[Source] = &[
    Source {
        name: "the block's keys",
        signer: "BLOCK",
        set: |stage| {
            let Keys { id, secret } = stage.keys("BLOCK");
            stage.argue(format!(
                "access_key = \"{id}\"\n  secret_key = \"{secret}\""
            ));
        },
        trace: Trace::Signature,
    },
    Source {
        name: "the block's web identity",
        signer: "BLOCKWEB",
        set: |stage| {
            let (role, token) = (stage.role("BLOCKWEB"), stage.web_token());
            stage.argue(format!(
                "assume_role_with_web_identity {{\n    role_arn = \"{role}\"\n    \
                 web_identity_token = \"{token}\"\n  }}"
            ));
        },
        trace: Trace::Role,
    },
    Source {
        name: "the block's profile",
        signer: "NAMED",
        set: |stage| {
            stage.argue("profile = \"named\"");
            program(stage, "profile named", "NAMED");
        },
        trace: Trace::Program,
    },
    Source {
        name: "the environment's keys",
        signer: "ENVKEYS",
        set: |stage| {
            let Keys { id, secret } = stage.keys("ENVKEYS");
            stage.set("AWS_ACCESS_KEY_ID", &id);
            stage.set("AWS_SECRET_ACCESS_KEY", &secret);
        },
        trace: Trace::Signature,
    },
    Source {
        name: "the environment's web identity",
        signer: "ENVWEB",
        set: |stage| {
            let (role, file) = (stage.role("ENVWEB"), stage.web_token_file());
            stage.set("AWS_ROLE_ARN", &role);
            stage.set("AWS_WEB_IDENTITY_TOKEN_FILE", &file);
        },
        trace: Trace::Role,
    },
    Source {
        name: "the environment's profile",
        signer: "CHOSEN",
        set: |stage| {
            stage.set("AWS_PROFILE", "chosen");
            program(stage, "profile chosen", "CHOSEN");
        },
        trace: Trace::Program,
    },
    Source {
        name: "the default profile's web identity",
        signer: "WEB",
        set: |stage| {
            let (role, file) = (stage.role("WEB"), stage.web_token_file());
            let settings = [("role_arn", &*role), ("web_identity_token_file", &*file)];
            stage.config("default", &settings);
        },
        trace: Trace::Role,
    },
    Source {
        name: "the default profile's role",
        signer: "ROLE",
        set: |stage| {
            let role = stage.role("ROLE");
            stage.config(
                "default",
                &[("role_arn", &role), ("source_profile", "base")],
            );
            shared(stage, "base", "ROLEB");
        },
        trace: Trace::Role,
    },
    Source {
        name: "the default profile's sign-in",
        signer: "PERSON",
        set: |stage| stage.signed_in("default", "PERSON", 3_600),
        trace: Trace::Portal,
    },
    Source {
        name: "the default profile's program",
        signer: "PROGRAM",
        set: |stage| program(stage, "default", "PROGRAM"),
        trace: Trace::Program,
    },
    Source {
        name: "the default profile's keys in the credentials file",
        signer: "SHARED",
        set: |stage| shared(stage, "default", "SHARED"),
        trace: Trace::Signature,
    },
    Source {
        name: "the default profile's keys in the config file",
        signer: "CONFIG",
        set: |stage| {
            let Keys { id, secret } = stage.keys("CONFIG");
            stage.config("default", &pair(&id, &secret));
        },
        trace: Trace::Signature,
    },
    Source {
        name: "the container",
        signer: "CONTAINER",
        set: |stage| {
            let issued = stage.temporary("CONTAINER", 3_600);
            stage.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", CONTAINER_TOKEN);
            stage.in_container(
                Mood::Issues(Box::new(move || issued.clone())),
                CONTAINER_TOKEN,
            );
        },
        trace: Trace::Container,
    },
    Source {
        name: "the instance",
        signer: "INSTANCE",
        set: |stage| {
            let issued = stage.temporary("INSTANCE", 3_600);
            stage.on_instance(Mood::Issues(Box::new(move || issued.clone())));
        },
        trace: Trace::Instance,
    },
];

/// The two settings of a pair of keys.
pub(super) fn pair<'k>(id: &'k str, secret: &'k str) -> [(&'static str, &'k str); 2] {
    [("aws_access_key_id", id), ("aws_secret_access_key", secret)]
}

/// Keys of this name in a section of the credentials file.
pub(super) fn shared(stage: &mut Stage<'_>, section: &str, name: &str) {
    let Keys { id, secret } = stage.keys(name);
    stage.credentials(section, &pair(&id, &secret));
}

/// A program of this name in a section of the config file, which prints keys of this name.
pub(super) fn program(stage: &mut Stage<'_>, section: &str, name: &str) {
    let keys = stage.keys(name);
    let command = stage.program(name, &Stage::printed(&keys));
    stage.config(section, &[("credential_process", &command)]);
}
