//! The session's blocks as they were typed, and which of their values are not known yet. They have no
//! `Debug` form: one of them holds a credential.
//!
//! The arguments beside the blocks stand in [`ProviderModel`](crate::provider::ProviderModel). May
//! import the value types of `provider` only.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

use crate::provider::iam_only_trail_selector::model::{Text, TextSet};

/// A list or set of texts, in the order in which Terraform sends it.
pub(in crate::provider) type TextList = TextSet;
/// A map of texts.
pub(in crate::provider) type TextMap = Value<BTreeMap<String, Text>>;
/// Blocks of one kind.
pub(in crate::provider) type Blocks<T> = Value<Vec<Value<T>>>;

/// Something that may hold values which are not known yet.
pub(super) trait Known {
    /// Whether any value in it is not known yet.
    fn is_open(&self) -> bool;
}

/// One `endpoints` block.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(in crate::provider) struct EndpointsModel {
    pub(super) cloudtrail: Text,
    pub(super) sts: Text,
}

/// One `assume_role` block.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(in crate::provider) struct AssumeRoleModel {
    pub(super) role_arn: Text,
    pub(super) session_name: Text,
    pub(super) external_id: Text,
    pub(super) duration: Text,
    pub(super) policy: Text,
    pub(super) policy_arns: TextList,
    pub(super) tags: TextMap,
    pub(super) transitive_tag_keys: TextList,
    pub(super) source_identity: Text,
}

/// The `assume_role_with_web_identity` block.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(in crate::provider) struct WebIdentityModel {
    pub(super) role_arn: Text,
    pub(super) session_name: Text,
    pub(super) duration: Text,
    pub(super) policy: Text,
    pub(super) policy_arns: TextList,
    pub(super) web_identity_token: Text,
    pub(super) web_identity_token_file: Text,
}

impl Known for String {
    fn is_open(&self) -> bool {
        false
    }
}

impl Known for bool {
    fn is_open(&self) -> bool {
        false
    }
}

impl Known for f64 {
    fn is_open(&self) -> bool {
        false
    }
}

impl<T: Known> Known for Value<T> {
    fn is_open(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Null => false,
            Self::Value(inner) => inner.is_open(),
        }
    }
}

impl<T: Known> Known for Vec<T> {
    fn is_open(&self) -> bool {
        self.iter().any(Known::is_open)
    }
}

impl<T: Known> Known for BTreeMap<String, T> {
    fn is_open(&self) -> bool {
        self.values().any(Known::is_open)
    }
}

impl Known for EndpointsModel {
    fn is_open(&self) -> bool {
        let Self { cloudtrail, sts } = self;
        cloudtrail.is_open() || sts.is_open()
    }
}

impl Known for AssumeRoleModel {
    fn is_open(&self) -> bool {
        let Self {
            role_arn,
            session_name,
            external_id,
            duration,
            policy,
            policy_arns,
            tags,
            transitive_tag_keys,
            source_identity,
        } = self;
        [
            role_arn,
            session_name,
            external_id,
            duration,
            policy,
            source_identity,
        ]
        .into_iter()
        .any(Known::is_open)
            || policy_arns.is_open()
            || tags.is_open()
            || transitive_tag_keys.is_open()
    }
}

impl Known for WebIdentityModel {
    fn is_open(&self) -> bool {
        let Self {
            role_arn,
            session_name,
            duration,
            policy,
            policy_arns,
            web_identity_token,
            web_identity_token_file,
        } = self;
        [
            role_arn,
            session_name,
            duration,
            policy,
            web_identity_token,
            web_identity_token_file,
        ]
        .into_iter()
        .any(Known::is_open)
            || policy_arns.is_open()
    }
}
