//! A trail as CloudTrail answers it, and its selectors to AWS's types and back.
//!
//! Nothing is dropped on the way: what this crate's types can't hold is an error, because a selector
//! that is lost here would be lost on the trail. May import `selector` only.

use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::types;

use super::error::{Error, ErrorKind};
use super::home_region::TrailArn;
use crate::selector::{
    AdvancedEventSelector, DataResource, EventSelector, Field, FieldSelector, Operator,
    ReadWriteType, Selectors,
};

/// The facts of a trail that matter here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the service's own flags of a trail"
)]
pub struct Trail {
    /// Its ARN, whose Region is the home Region.
    pub arn: TrailArn,
    /// Whether it is applied to all Regions.
    pub multi_region: bool,
    /// Whether it is applied to all accounts of an organization.
    pub organization: bool,
    /// `IncludeGlobalServiceEvents`: whether events of IAM and other global services may reach it.
    pub global_service_events: bool,
    /// Whether Insights are on.
    pub insights: bool,
    /// Where its log files go.
    pub delivery: Delivery,
}

/// Where the log files of a trail go, and in what form
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Trail.html>).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivery {
    /// The S3 bucket.
    pub bucket: Option<String>,
    /// What the keys in it begin with.
    pub prefix: Option<String>,
    /// The ARN of the CloudWatch Logs group that gets the events as well.
    pub log_group: Option<String>,
    /// The ARN of the SNS topic that is told of each file.
    pub topic: Option<String>,
    /// The KMS key that the files are encrypted with.
    pub key: Option<String>,
    /// Whether digest files are written, by which a change of a log file is found out.
    pub validation: bool,
}

/// A trail together with the selectors that are on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailReading {
    /// The trail.
    pub trail: Trail,
    /// Its selectors, verbatim and in their order.
    pub selectors: Selectors,
}

/// Reads the answer of `GetTrail` or one entry of `DescribeTrails`. The home Region is taken from the
/// ARN: not every service that speaks this API fills `HomeRegion`.
pub(super) fn trail(
    answer: &types::Trail,
    operation: &'static str,
    region: &str,
) -> Result<Trail, Error> {
    let text = answer.trail_arn().unwrap_or_default();
    let arn = TrailArn::parse(text).map_err(|error| {
        Error::local(ErrorKind::UnexpectedAnswer, operation, region).with_message(error.to_string())
    })?;
    Ok(Trail {
        arn,
        multi_region: answer.is_multi_region_trail().unwrap_or_default(),
        organization: answer.is_organization_trail().unwrap_or_default(),
        global_service_events: answer.include_global_service_events().unwrap_or_default(),
        insights: answer.has_insight_selectors().unwrap_or_default(),
        delivery: Delivery {
            bucket: answer.s3_bucket_name().map(str::to_owned),
            prefix: answer.s3_key_prefix().map(str::to_owned),
            log_group: answer.cloud_watch_logs_log_group_arn().map(str::to_owned),
            topic: answer.sns_topic_arn().map(str::to_owned),
            key: answer.kms_key_id().map(str::to_owned),
            validation: answer.log_file_validation_enabled().unwrap_or_default(),
        },
    })
}

/// Reads the answer of `GetEventSelectors`.
///
/// A trail has either kind of selectors, never both: setting one removes the other
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html>). Should
/// an answer hold both all the same, the basic ones are the later word, because setting advanced
/// ones always empties the basic list. Neither is a trail that was never configured.
pub(super) fn selectors(
    answer: &GetEventSelectorsOutput,
    region: &str,
) -> Result<Selectors, Error> {
    let unexpected = |message: String| {
        Error::local(ErrorKind::UnexpectedAnswer, "GetEventSelectors", region).with_message(message)
    };
    if answer.event_selectors().is_empty() && !answer.advanced_event_selectors().is_empty() {
        let advanced = answer
            .advanced_event_selectors()
            .iter()
            .map(advanced_from_aws);
        return Ok(Selectors::Advanced(
            advanced.collect::<Result<_, _>>().map_err(unexpected)?,
        ));
    }
    let basic = answer.event_selectors().iter().map(basic_from_aws);
    Ok(Selectors::Basic(
        basic.collect::<Result<_, _>>().map_err(unexpected)?,
    ))
}

/// One advanced selector, or why it can't be held here.
pub(super) fn advanced_from_aws(
    answer: &types::AdvancedEventSelector,
) -> Result<AdvancedEventSelector, String> {
    let fields = answer.field_selectors().iter().map(|field_selector| {
        let field = Field::parse(field_selector.field()).map_err(|error| error.to_string())?;
        let conditions = Operator::ALL
            .iter()
            .map(|&operator| (operator, values_of(field_selector, operator).to_vec()));
        FieldSelector::new(field, conditions).map_err(|error| error.to_string())
    });
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    AdvancedEventSelector::new(answer.name().map(str::to_owned), fields)
        .map_err(|error| error.to_string())
}

fn values_of(answer: &types::AdvancedFieldSelector, operator: Operator) -> &[String] {
    match operator {
        Operator::Equals => answer.equals(),
        Operator::StartsWith => answer.starts_with(),
        Operator::EndsWith => answer.ends_with(),
        Operator::NotEquals => answer.not_equals(),
        Operator::NotStartsWith => answer.not_starts_with(),
        Operator::NotEndsWith => answer.not_ends_with(),
    }
}

fn basic_from_aws(answer: &types::EventSelector) -> Result<EventSelector, String> {
    let read_write_type = match answer.read_write_type() {
        None => ReadWriteType::All,
        Some(text) => ReadWriteType::parse(text.as_str())
            .ok_or_else(|| format!("a ReadWriteType `{}` that is not known", text.as_str()))?,
    };
    Ok(EventSelector {
        read_write_type,
        include_management_events: answer.include_management_events().unwrap_or(true),
        data_resources: answer
            .data_resources()
            .iter()
            .map(|resource| DataResource {
                kind: resource.r#type().unwrap_or_default().to_owned(),
                values: resource.values().to_vec(),
            })
            .collect(),
        exclude_management_event_sources: answer.exclude_management_event_sources().to_vec(),
    })
}

/// Advanced selectors as AWS's type, in their own order, without a name where there is none.
pub(super) fn advanced_to_aws(
    selectors: &[AdvancedEventSelector],
) -> Result<Vec<types::AdvancedEventSelector>, String> {
    selectors
        .iter()
        .map(|selector| {
            let fields = selector.field_selectors().iter().map(|field_selector| {
                let mut builder =
                    types::AdvancedFieldSelector::builder().field(field_selector.field().as_str());
                for (operator, values) in field_selector.conditions() {
                    let values = Some(values.to_vec());
                    builder = match operator {
                        Operator::Equals => builder.set_equals(values),
                        Operator::StartsWith => builder.set_starts_with(values),
                        Operator::EndsWith => builder.set_ends_with(values),
                        Operator::NotEquals => builder.set_not_equals(values),
                        Operator::NotStartsWith => builder.set_not_starts_with(values),
                        Operator::NotEndsWith => builder.set_not_ends_with(values),
                    };
                }
                builder.build().map_err(|error| error.to_string())
            });
            types::AdvancedEventSelector::builder()
                .set_name(selector.name().map(str::to_owned))
                .set_field_selectors(Some(fields.collect::<Result<_, _>>()?))
                .build()
                .map_err(|error| error.to_string())
        })
        .collect()
}

/// Basic selectors as AWS's type.
pub(super) fn basic_to_aws(selectors: &[EventSelector]) -> Vec<types::EventSelector> {
    selectors
        .iter()
        .map(|selector| {
            let resources = selector.data_resources.iter().map(|resource| {
                types::DataResource::builder()
                    .r#type(&resource.kind)
                    .set_values(Some(resource.values.clone()))
                    .build()
            });
            types::EventSelector::builder()
                .read_write_type(types::ReadWriteType::from(
                    selector.read_write_type.as_str(),
                ))
                .include_management_events(selector.include_management_events)
                .set_data_resources(Some(resources.collect()))
                .set_exclude_management_event_sources(Some(
                    selector.exclude_management_event_sources.clone(),
                ))
                .build()
        })
        .collect()
}
