//! The blocks that assume a role: what was typed becomes what STS is to be asked for.
//!
//! What is not known yet is not judged. May import `explain`, `convert` and `aws`.

use std::time::Duration;

use tf_provider::{AttributePath, Diagnostics};

use super::model::{AssumeRoleModel, Blocks, WebIdentityModel};
use super::rule::{ARN, EXTERNAL_ID, POLICY, ROLE_ARN, Rule, SESSION_NAME, SOURCE_IDENTITY, list};
use super::text;
use crate::aws::config::{AssumeRole, Secret, WebIdentity};
use crate::aws::environment::Environment;
use crate::provider::iam_only_trail_selector::model::Text;
use crate::provider::{ProviderModel, convert, explain};

/// The name of the block that assumes a role.
pub(super) const ASSUME_ROLE: &str = "assume_role";
/// The name of the block that assumes one with a web identity.
pub(super) const WEB_IDENTITY: &str = "assume_role_with_web_identity";

/// How long a role's session may last:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.
const DURATION: std::ops::RangeInclusive<Duration> =
    Duration::from_mins(15)..=Duration::from_hours(12);

/// How long a token may be, in characters:
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>.
const TOKEN: std::ops::RangeInclusive<usize> = 4..=20_000;

/// Reads the `assume_role` blocks, in the order in which the roles are assumed.
///
/// A block without a role is ignored with a warning if it is the only one, as provider `aws` does; in
/// a chain it would be a gap, and is an error.
pub(super) fn assumed(diags: &mut Diagnostics, given: &Blocks<AssumeRoleModel>) -> Vec<AssumeRole> {
    let blocks = given.as_ref_option().map(Vec::as_slice).unwrap_or_default();
    let alone = blocks.len() == 1;
    let mut roles = Vec::new();
    for (index, block) in (0_i64..).zip(blocks) {
        let Some(block) = block.as_ref_option() else {
            continue;
        };
        let root = AttributePath::new(ASSUME_ROLE).index(index);
        let role = assume_role(diags, &root, block);
        if !role.role_arn.is_empty() {
            roles.push(role);
        } else if !block.role_arn.is_unknown() {
            no_role(diags, &root, alone);
        }
    }
    roles
}

/// Tells that a block names no role.
fn no_role(diags: &mut Diagnostics, root: &AttributePath, alone: bool) {
    let path = root.clone().attribute("role_arn");
    if alone {
        explain::warning(
            diags,
            path,
            "No role to assume",
            "Found a block assume_role without role_arn. It is ignored, as in provider aws: calls are \
             signed with the credentials that there are without it.\n\nSet role_arn, or take the \
             block away.",
        );
    } else {
        explain::error(
            diags,
            path,
            "A role of the chain is missing",
            "Found several blocks assume_role, one of them without role_arn. Expected a role_arn in \
             each: every role is assumed with the credentials of the one before.\n\nSet role_arn, or \
             take the block away.",
        );
    }
}

fn assume_role(
    diags: &mut Diagnostics,
    root: &AttributePath,
    block: &AssumeRoleModel,
) -> AssumeRole {
    let at = |name: &'static str| root.clone().attribute(name);
    let mut read = |name, text: &Text, rule: &Rule| rule.text(diags, at(name), text);
    let role_arn = read("role_arn", &block.role_arn, &ROLE_ARN);
    let session_name = read("session_name", &block.session_name, &SESSION_NAME);
    let external_id = read("external_id", &block.external_id, &EXTERNAL_ID);
    let policy = read("policy", &block.policy, &POLICY);
    let source_identity = read("source_identity", &block.source_identity, &SOURCE_IDENTITY);
    let tags = block.tags.as_ref_option().into_iter().flatten();
    transitive_tag_keys(diags, root, block);
    AssumeRole {
        role_arn: role_arn.unwrap_or_default(),
        session_name,
        external_id,
        duration: duration(diags, at("duration"), &block.duration),
        policy,
        policy_arns: ARN.texts(diags, &at("policy_arns"), &block.policy_arns),
        tags: tags
            .filter_map(|(key, value)| Some((key.clone(), value.as_ref_option()?.clone())))
            .collect(),
        transitive_tag_keys: list(&block.transitive_tag_keys),
        source_identity,
    }
}

/// Every transitive tag has to be a tag.
fn transitive_tag_keys(diags: &mut Diagnostics, root: &AttributePath, block: &AssumeRoleModel) {
    if block.tags.is_unknown() {
        return;
    }
    let tags = block.tags.as_ref_option();
    for key in list(&block.transitive_tag_keys) {
        if !tags.is_some_and(|tags| tags.contains_key(&key)) {
            explain::error(
                diags,
                root.clone().attribute("transitive_tag_keys"),
                "Not the key of a tag",
                format!(
                    "Found `{key}` in transitive_tag_keys, which tags do not have. Expected keys of \
                     tags.\n\nAdd the tag, or take the key away."
                ),
            );
        }
    }
}

/// Reads the `assume_role_with_web_identity` block, and what the environment has in place of what is
/// not set in it.
pub(super) fn web_identity(
    diags: &mut Diagnostics,
    given: &Blocks<WebIdentityModel>,
    environment: &Environment,
) -> Option<WebIdentity> {
    let block = given.as_ref_option()?.first()?.as_ref_option()?;
    let root = AttributePath::new(WEB_IDENTITY).index(0);
    let at = |name: &'static str| root.clone().attribute(name);
    let role_arn = ROLE_ARN.text(diags, at("role_arn"), &block.role_arn);
    let role_arn = role_arn.or_else(|| environment.role_arn.clone());
    if role_arn.is_none() && !block.role_arn.is_unknown() {
        explain::error(
            diags,
            at("role_arn"),
            "No role to assume",
            "Found a block assume_role_with_web_identity without role_arn, and no AWS_ROLE_ARN in the \
             environment. Expected the ARN of an IAM role.\n\nSet role_arn, or take the block away.",
        );
    }
    let session_name = SESSION_NAME.text(diags, at("session_name"), &block.session_name);
    let (token, token_file) = token(diags, &root, block, environment);
    Some(WebIdentity {
        role_arn: role_arn.unwrap_or_default(),
        session_name: session_name.or_else(|| environment.role_session_name.clone()),
        duration: duration(diags, at("duration"), &block.duration),
        policy: POLICY.text(diags, at("policy"), &block.policy),
        policy_arns: ARN.texts(diags, &at("policy_arns"), &block.policy_arns),
        token,
        token_file,
    })
}

/// The web identity of the environment, which is asked where nothing in the provider block goes before
/// it: a role, and a token or the file that holds it.
pub(super) fn of_environment(
    diags: &mut Diagnostics,
    model: &ProviderModel,
    environment: &Environment,
) -> Option<WebIdentity> {
    let blocks = model.assume_role_with_web_identity.as_ref_option();
    let goes_before = blocks.is_some_and(|blocks| !blocks.is_empty())
        || [&model.profile, &model.access_key]
            .into_iter()
            .any(|given| given.is_unknown() || text(given).is_some());
    if goes_before {
        return None;
    }
    let (token, token_file) = of_environment_token(environment);
    match (&environment.role_arn, &token_file) {
        (Some(role_arn), _) if token.is_some() || token_file.is_some() => Some(WebIdentity {
            role_arn: role_arn.clone(),
            session_name: environment.role_session_name.clone(),
            token,
            token_file,
            ..WebIdentity::default()
        }),
        (None, Some(_)) => {
            explain::error(
                diags,
                AttributePath::root(),
                "A web identity without a role",
                "Found AWS_WEB_IDENTITY_TOKEN_FILE in the environment without AWS_ROLE_ARN. Expected \
                 both or neither.\n\nSet AWS_ROLE_ARN to the role that the token is for.",
            );
            None
        }
        (Some(_) | None, _) => None,
    }
}

/// The token that the environment has, or else the file.
fn of_environment_token(environment: &Environment) -> (Option<Secret>, Option<String>) {
    match &environment.web_identity_token {
        Some(token) => (Some(token.clone()), None),
        None => (None, environment.web_identity_token_file.clone()),
    }
}

/// Reads the token or the file that holds it: exactly one of the two, or else what the environment
/// has. A token is never shown, not even one that can't be right.
fn token(
    diags: &mut Diagnostics,
    root: &AttributePath,
    block: &WebIdentityModel,
    environment: &Environment,
) -> (Option<Secret>, Option<String>) {
    // Not the token's own path: Terraform shows the line that a path leads to.
    let path = root.clone();
    let token = text(&block.web_identity_token);
    let file = text(&block.web_identity_token_file);
    let open = block.web_identity_token.is_unknown() || block.web_identity_token_file.is_unknown();
    let of_environment = of_environment_token(environment);
    let found = match (&token, &file) {
        (Some(_), Some(_)) => "both web_identity_token and web_identity_token_file",
        (None, None) if !open && of_environment != (None, None) => return of_environment,
        (None, None) if !open => {
            "neither web_identity_token nor web_identity_token_file, and no TF_AWS_WEB_IDENTITY_TOKEN \
             or AWS_WEB_IDENTITY_TOKEN_FILE in the environment"
        }
        (Some(_), None) | (None, Some(_) | None) => "",
    };
    if !found.is_empty() {
        explain::error(
            diags,
            path.clone(),
            "Not one web identity token",
            format!(
                "Found {found}. Expected exactly one of them.\n\nGive the token itself, or the path of \
                 a file that holds it, which is read anew whenever the role is assumed."
            ),
        );
    }
    let length = token.as_ref().map(|token| token.chars().count());
    if let Some(length) = length.filter(|length| !TOKEN.contains(length)) {
        explain::error(
            diags,
            path,
            "Not a web identity token",
            format!(
                "Found a text of {length} characters. Expected the token that the identity provider \
                 issued, of 4 to 20,000 characters. For the path of a file set \
                 web_identity_token_file."
            ),
        );
    }
    (token.map(Secret::new), file)
}

/// Reads how long a role's session is to last.
fn duration(diags: &mut Diagnostics, path: AttributePath, given: &Text) -> Option<Duration> {
    let text = given.as_ref_option().filter(|text| !text.is_empty())?;
    let read = convert::duration(text);
    match read {
        Ok(duration) if DURATION.contains(&duration) => Some(duration),
        Ok(_) | Err(_) => {
            explain::error(
                diags,
                path,
                "Not the duration of a session",
                format!(
                    "Found `{text}`. Expected `15m` to `12h`, such as `1h` or `1h30m`, and no more than \
                     the role's own maximum."
                ),
            );
            None
        }
    }
}
