//! What is half there, unknown or nowhere: told before anything is sent, with all that there would
//! have been to set.
//!
//! Imports [`super::failing`], whose rows these are too.

use super::failing::{Failure, all_fail};
use super::stage::Keys;
use super::table::shared;

#[test]
fn half_a_pair_is_told() {
    all_fail(&[
        Failure {
            name: "the block's key without its secret",
            set: |stage| stage.argue("access_key = \"AKIAIOSFODNN7EXAMPLE\""),
            says: &[
                "Half a pair of credentials",
                "access_key without secret_key",
            ],
        },
        Failure {
            name: "the block's secret without its key",
            set: |stage| {
                let Keys { secret, .. } = stage.keys("BLOCK");
                stage.argue(format!("secret_key = \"{secret}\""));
            },
            says: &[
                "Half a pair of credentials",
                "secret_key without access_key",
            ],
        },
        Failure {
            name: "a token without either",
            set: |stage| {
                let issued = stage.temporary("BLOCK", 3_600);
                stage.argue(format!("token = \"{}\"", issued.token));
            },
            says: &["Half a pair of credentials", "token without access_key"],
        },
        Failure {
            name: "a web identity's token beside its file",
            set: |stage| {
                let (role, token) = (stage.role("BLOCKWEB"), stage.web_token());
                stage.argue(format!(
                    "assume_role_with_web_identity {{\n    role_arn = \"{role}\"\n    \
                     web_identity_token = \"{token}\"\n    web_identity_token_file = \"token\"\n  }}"
                ));
            },
            says: &["web_identity_token", "web_identity_token_file"],
        },
        Failure {
            name: "the environment's key without its secret, beside a good profile",
            set: |stage| {
                stage.set("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
                shared(stage, "default", "SHARED");
            },
            says: &["AWS_ACCESS_KEY_ID without AWS_SECRET_ACCESS_KEY"],
        },
        Failure {
            name: "the environment's secret without its key",
            set: |stage| {
                let Keys { secret, .. } = stage.keys("ENVKEYS");
                stage.set("AWS_SECRET_ACCESS_KEY", &secret);
            },
            says: &["AWS_SECRET_ACCESS_KEY without AWS_ACCESS_KEY_ID"],
        },
        Failure {
            name: "a profile's key without its secret",
            set: |stage| {
                let settings = [("aws_access_key_id", "AKIAIOSFODNN7EXAMPLE")];
                stage.credentials("default", &settings);
            },
            says: &["profile `default`", "aws_secret_access_key"],
        },
        Failure {
            name: "a web identity's token without its role",
            set: |stage| {
                let file = stage.web_token_file();
                stage.set("AWS_WEB_IDENTITY_TOKEN_FILE", &file);
            },
            says: &["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"],
        },
    ]);
}

#[test]
fn a_profile_that_can_not_be_meant_is_told() {
    all_fail(&[
        Failure {
            name: "the block's",
            set: |stage| {
                shared(stage, "default", "SHARED");
                shared(stage, "other", "OTHER");
                stage.argue("profile = \"wrok\"");
            },
            says: &["profile", "`wrok`", "default, other"],
        },
        Failure {
            name: "the environment's, beside good keys",
            set: |stage| {
                let Keys { id, secret } = stage.keys("ENVKEYS");
                stage.set("AWS_ACCESS_KEY_ID", &id);
                stage.set("AWS_SECRET_ACCESS_KEY", &secret);
                stage.set("AWS_PROFILE", "wrok");
            },
            says: &["AWS_PROFILE", "`wrok`", "none"],
        },
        Failure {
            name: "the one that another starts from",
            set: |stage| {
                let role = stage.role("ROLE");
                stage.config(
                    "default",
                    &[("role_arn", &role), ("source_profile", "wrok")],
                );
            },
            says: &["profile `default`", "`wrok`"],
        },
        Failure {
            name: "two that start from each other",
            set: |stage| {
                let role = stage.role("ROLE");
                stage.config(
                    "default",
                    &[("role_arn", &role), ("source_profile", "other")],
                );
                stage.config(
                    "profile other",
                    &[("role_arn", &role), ("source_profile", "default")],
                );
            },
            says: &["profile `default`", "other", "loop"],
        },
        Failure {
            name: "a source that there is not",
            set: |stage| {
                let role = stage.role("ROLE");
                stage.config(
                    "default",
                    &[("role_arn", &role), ("credential_source", "Ec2Instance")],
                );
            },
            says: &["profile `default`", "Ec2Instance"],
        },
        Failure {
            name: "one without credentials",
            set: |stage| {
                stage.config("profile work", &[("region", "us-east-1")]);
                stage.argue("profile = \"work\"");
            },
            says: &["No usable AWS credentials", "profile `work`"],
        },
        Failure {
            name: "a file that is not understood",
            set: |stage| stage.config("profile work\nregion", &[("a", "b")]),
            says: &["shared files", "config"],
        },
    ]);
}

/// Nothing anywhere: every source is named, in the order in which it was asked, and what to set.
#[test]
fn no_source_at_all_is_told() {
    all_fail(&[Failure {
        name: "no source",
        set: |_| {},
        says: &[
            "No usable AWS credentials",
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            "profile `default`",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            "instance metadata",
            "AWS_PROFILE",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
        ],
    }]);
}

#[test]
fn a_region_that_is_missing_or_misspelt_is_told() {
    all_fail(&[
        Failure {
            name: "none anywhere",
            set: |stage| {
                shared(stage, "default", "SHARED");
                stage.unset("AWS_REGION");
            },
            says: &["No Region", "region", "AWS_REGION"],
        },
        Failure {
            name: "the block's",
            set: |stage| {
                shared(stage, "default", "SHARED");
                stage.argue("region = \"us-east1\"");
            },
            says: &["Region", "`us-east1`", "us-east-1"],
        },
        Failure {
            name: "the environment's",
            set: |stage| {
                shared(stage, "default", "SHARED");
                stage.set("AWS_REGION", "US-EAST-1");
            },
            says: &["Region", "`US-EAST-1`", "AWS_REGION"],
        },
        Failure {
            name: "a profile's",
            set: |stage| {
                shared(stage, "default", "SHARED");
                stage.unset("AWS_REGION");
                stage.config("default", &[("region", "us_east_1")]);
            },
            says: &["Region", "`us_east_1`", "profile"],
        },
    ]);
}
