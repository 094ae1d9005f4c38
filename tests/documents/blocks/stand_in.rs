//! A provider with nothing but the block `advanced_event_selector` of hashicorp/aws, so that Terraform
//! itself reads blocks where that provider can't be had.
//!
//! The block is written from
//! <https://github.com/hashicorp/terraform-provider-aws/blob/main/website/docs/r/cloudtrail.html.markdown>: a list of
//! blocks with a name and a set of blocks `field_selector`. It is the data source `aws_cloudtrail`
//! here, which is read when planned. Imports the crate's `protocol`.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_provider_iam::protocol::{Objects, Served};
use tf_provider::schema::{
    Attribute, AttributeConstraint, AttributeType, Block, Description, NestedBlock, Schema,
};
use tf_provider::value::{Value, ValueEmpty};
use tf_provider::{DataSource, Diagnostics, Provider};

type Text = Value<String>;
type Texts = Value<Vec<Text>>;

/// The provider.
#[derive(Debug)]
pub(super) struct StandIn;

/// The data source.
#[derive(Debug)]
struct Cloudtrail;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Given {
    advanced_event_selector: Value<Vec<Value<Selector>>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Selector {
    name: Text,
    field_selector: Value<Vec<Value<Condition>>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Condition {
    field: Text,
    equals: Texts,
    not_equals: Texts,
    starts_with: Texts,
    not_starts_with: Texts,
    ends_with: Texts,
    not_ends_with: Texts,
}

fn block<const N: usize>(
    attributes: [(&str, AttributeType, AttributeConstraint); N],
    blocks: impl IntoIterator<Item = (&'static str, NestedBlock)>,
) -> Block {
    let attribute = |(name, attr_type, constraint): (&str, _, _)| {
        let attribute = Attribute {
            attr_type,
            description: Description::plain("As in hashicorp/aws."),
            constraint,
            sensitive: false,
            deprecated: false,
        };
        (name.to_owned(), attribute)
    };
    Block {
        version: 0,
        attributes: attributes.into_iter().map(attribute).collect(),
        blocks: blocks
            .into_iter()
            .map(|(name, block)| (name.to_owned(), block))
            .collect(),
        description: Description::plain("As in hashicorp/aws."),
        deprecated: false,
    }
}

fn schema(block: Block) -> Schema {
    Schema { version: 0, block }
}

#[async_trait]
impl Provider for StandIn {
    type Config<'a> = ValueEmpty;
    type MetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        Some(schema(block([], [])))
    }

    async fn validate<'a>(&self, _: &mut Diagnostics, _: ValueEmpty) -> Option<()> {
        Some(())
    }

    async fn configure<'a>(&self, _: &mut Diagnostics, _: String, _: ValueEmpty) -> Option<()> {
        Some(())
    }
}

impl Served for StandIn {
    fn objects(&self, into: &mut impl Objects) {
        into.data_source("cloudtrail", Cloudtrail);
    }
}

#[async_trait]
impl DataSource for Cloudtrail {
    type State<'a> = Value<Given>;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        use AttributeConstraint::{Optional, Required};
        let texts = || AttributeType::List(Box::new(AttributeType::String));
        let field = block(
            [
                ("field", AttributeType::String, Required),
                ("equals", texts(), Optional),
                ("not_equals", texts(), Optional),
                ("starts_with", texts(), Optional),
                ("not_starts_with", texts(), Optional),
                ("ends_with", texts(), Optional),
                ("not_ends_with", texts(), Optional),
            ],
            [],
        );
        let selector = block(
            [("name", AttributeType::String, Optional)],
            [("field_selector", NestedBlock::Set(field))],
        );
        Some(schema(block(
            [],
            [("advanced_event_selector", NestedBlock::List(selector))],
        )))
    }

    async fn validate<'a>(&self, _: &mut Diagnostics, _: Value<Given>) -> Option<()> {
        Some(())
    }

    async fn read<'a>(
        &self,
        _: &mut Diagnostics,
        config: Value<Given>,
        _: ValueEmpty,
    ) -> Option<Value<Given>> {
        Some(config)
    }
}
