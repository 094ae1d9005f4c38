//! Basic event selectors, the older kind, and their advanced equal.
//!
//! Imports nothing of this crate but its own parent. Next: [`super::Selectors`], which holds one kind
//! or the other.
//!
//! <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html>

use super::{AdvancedEventSelector, Field, FieldSelector, MANAGEMENT, Operator, ShapeError};

/// Which events are meant, by whether they change anything.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReadWriteType {
    /// Reads and writes.
    All,
    /// Reads.
    ReadOnly,
    /// Writes.
    WriteOnly,
}

impl ReadWriteType {
    /// All three.
    pub const ALL: &[Self] = &[Self::All, Self::ReadOnly, Self::WriteOnly];

    /// As the API spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::ReadOnly => "ReadOnly",
            Self::WriteOnly => "WriteOnly",
        }
    }

    /// Reads the API's spelling, exactly; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// The value of the advanced field `readOnly` that means the same; `None` when no condition is
    /// needed.
    ///
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html>
    #[must_use]
    pub const fn read_only_value(self) -> Option<&'static str> {
        match self {
            Self::All => None,
            Self::ReadOnly => Some("true"),
            Self::WriteOnly => Some("false"),
        }
    }
}

/// The resources of one kind whose data events a basic selector logs.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DataResource {
    /// The resource type, such as `AWS::S3::Object`.
    pub kind: String,
    /// ARNs, or beginnings of them; `arn:aws:s3`, `arn:aws:lambda` and `arn:aws:dynamodb` mean all
    /// resources of the kind.
    pub values: Vec<String>,
}

/// One basic event selector, verbatim.
///
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html>
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventSelector {
    /// Reads, writes, or both; for management and for data events.
    pub read_write_type: ReadWriteType,
    /// Whether management events are logged at all.
    pub include_management_events: bool,
    /// The data events that are logged, one entry a resource type.
    pub data_resources: Vec<DataResource>,
    /// Services whose management events are left out: `kms.amazonaws.com`,
    /// `rdsdata.amazonaws.com`.
    pub exclude_management_event_sources: Vec<String>,
}

impl EventSelector {
    /// What a trail has that was made through the API and never configured: all management events,
    /// no data events.
    ///
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-additional-cli-commands.html>
    #[must_use]
    pub fn service_default() -> Self {
        Self {
            read_write_type: ReadWriteType::All,
            include_management_events: true,
            data_resources: Vec::new(),
            exclude_management_event_sources: Vec::new(),
        }
    }

    /// The advanced selectors that log the same: one for management events if they are included,
    /// and one for each resource type. They have no names, as basic selectors have none.
    ///
    /// The correspondence for management events follows the examples of
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html>;
    /// that of the data resources follows
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html>. It is
    /// assumed that a data resource without values logs nothing (no selector comes of it), and
    /// that types other than S3, Lambda and `DynamoDB` compare beginnings.
    ///
    /// # Errors
    /// A value or a type that no advanced selector can carry, such as an empty one.
    pub fn to_advanced(&self) -> Result<Vec<AdvancedEventSelector>, ShapeError> {
        let mut advanced = Vec::new();
        if self.include_management_events {
            let mut fields = self.fields(MANAGEMENT)?;
            if !self.exclude_management_event_sources.is_empty() {
                let sources = self.exclude_management_event_sources.iter().cloned();
                fields.push(FieldSelector::not_equals(Field::EventSource, sources)?);
            }
            advanced.push(AdvancedEventSelector::new(None, fields)?);
        }
        for resource in &self.data_resources {
            if resource.values.is_empty() {
                continue;
            }
            let mut fields = self.fields("Data")?;
            let kind = resource.kind.clone();
            fields.push(FieldSelector::equals(Field::ResourcesType, [kind])?);
            let comparison = Comparison::of(&resource.kind);
            if !resource.values.iter().any(|value| comparison.is_all(value)) {
                fields.push(FieldSelector::new(
                    Field::ResourcesArn,
                    [(comparison.operator, resource.values.clone())],
                )?);
            }
            advanced.push(AdvancedEventSelector::new(None, fields)?);
        }
        Ok(advanced)
    }

    /// The conditions that management and data selectors have in common.
    fn fields(&self, category: &str) -> Result<Vec<FieldSelector>, ShapeError> {
        let mut fields = vec![FieldSelector::equals(Field::EventCategory, [category])?];
        if let Some(value) = self.read_write_type.read_only_value() {
            fields.push(FieldSelector::equals(Field::ReadOnly, [value])?);
        }
        Ok(fields)
    }
}

/// How the values of one resource type are compared with the ARN of a resource.
struct Comparison {
    operator: Operator,
    /// The service in the ARN that stands, alone, for all resources of the type.
    service: Option<&'static str>,
}

impl Comparison {
    fn of(kind: &str) -> Self {
        let (operator, service) = match kind {
            "AWS::S3::Object" => (Operator::StartsWith, Some("s3")),
            "AWS::Lambda::Function" => (Operator::Equals, Some("lambda")),
            "AWS::DynamoDB::Table" => (Operator::Equals, Some("dynamodb")),
            _ => (Operator::StartsWith, None),
        };
        Self { operator, service }
    }

    /// Whether the value means every resource: `arn:<partition>:<service>`, with or without the
    /// empty rest of an ARN behind it.
    fn is_all(&self, value: &str) -> bool {
        let Some(service) = self.service else {
            return false;
        };
        let mut parts = value.split(':');
        parts.next() == Some("arn")
            && parts.next().is_some_and(|partition| !partition.is_empty())
            && parts.next() == Some(service)
            && parts.all(str::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Selectors, diff};
    use super::*;
    use proptest::prelude::*;

    fn summaries(selector: &EventSelector) -> Vec<String> {
        let advanced = selector.to_advanced().unwrap();
        advanced
            .iter()
            .map(AdvancedEventSelector::summary)
            .collect()
    }

    fn data(kind: &str, values: &[&str]) -> EventSelector {
        EventSelector {
            include_management_events: false,
            data_resources: vec![DataResource {
                kind: kind.to_owned(),
                values: values.iter().map(|value| (*value).to_owned()).collect(),
            }],
            ..EventSelector::service_default()
        }
    }

    #[test]
    fn read_write_types_are_read_back_as_printed() {
        for kind in ReadWriteType::ALL {
            assert_eq!(ReadWriteType::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(ReadWriteType::parse("readonly"), None);
    }

    #[test]
    fn the_default_logs_all_management_events_in_both_kinds() {
        let basic = Selectors::Basic(vec![EventSelector::service_default()]);
        let advanced = Selectors::Advanced(basic.to_advanced().unwrap());
        assert!(advanced.is_service_default());
    }

    #[test]
    fn management_exclusions_and_read_write_type_become_fields() {
        let selector = EventSelector {
            read_write_type: ReadWriteType::WriteOnly,
            exclude_management_event_sources: vec!["kms.amazonaws.com".to_owned()],
            ..EventSelector::service_default()
        };
        assert_eq!(
            summaries(&selector),
            [
                "unnamed (Management: readOnly Equals false; eventSource NotEquals kms.amazonaws.com)"
            ]
        );
    }

    #[test]
    fn objects_and_unknown_types_compare_beginnings() {
        assert_eq!(
            summaries(&data(
                "AWS::S3::Object",
                &["arn:aws:s3:::bucket/", "arn:aws:s3:::other/p"]
            )),
            [
                "unnamed (Data: resources.type Equals AWS::S3::Object; resources.ARN StartsWith \
              arn:aws:s3:::bucket/, arn:aws:s3:::other/p)"
            ]
        );
        assert_eq!(
            summaries(&data("AWS::New::Thing", &["arn:aws:new"])),
            [
                "unnamed (Data: resources.type Equals AWS::New::Thing; resources.ARN StartsWith \
              arn:aws:new)"
            ]
        );
    }

    #[test]
    fn functions_and_tables_are_named_whole() {
        let function = "arn:aws:lambda:us-west-2:111122223333:function:f";
        assert_eq!(
            summaries(&data("AWS::Lambda::Function", &[function])),
            [format!(
                "unnamed (Data: resources.type Equals AWS::Lambda::Function; resources.ARN Equals \
                 {function})"
            )]
        );
        let table = "arn:aws-us-gov:dynamodb:us-gov-west-1:111122223333:table/t";
        assert_eq!(
            summaries(&data("AWS::DynamoDB::Table", &[table])),
            [format!(
                "unnamed (Data: resources.type Equals AWS::DynamoDB::Table; resources.ARN Equals \
                 {table})"
            )]
        );
    }

    #[test]
    fn a_value_that_means_all_leaves_the_type_alone_in_every_partition() {
        for (kind, values) in [
            (
                "AWS::S3::Object",
                ["arn:aws:s3", "arn:aws:s3:::", "arn:aws-cn:s3:::"].as_slice(),
            ),
            (
                "AWS::Lambda::Function",
                &["arn:aws:lambda", "arn:aws-us-gov:lambda"],
            ),
            (
                "AWS::DynamoDB::Table",
                &["arn:aws:dynamodb", "arn:aws-iso:dynamodb"],
            ),
        ] {
            for value in values {
                let expected = [format!("unnamed (Data: resources.type Equals {kind})")];
                assert_eq!(summaries(&data(kind, &[value])), expected, "{value}");
                assert_eq!(summaries(&data(kind, &["arn:aws:x:::y", value])), expected);
            }
        }
        for not_all in [
            "arn:aws:s3:::b",
            "arn::s3",
            "aws:s3",
            "arn:aws:s3x",
            "arn:aws",
        ] {
            let summary = summaries(&data("AWS::S3::Object", &[not_all])).concat();
            assert!(summary.contains("resources.ARN"), "{not_all}");
        }
    }

    #[test]
    fn a_type_without_values_logs_nothing_and_an_empty_type_is_refused() {
        assert_eq!(summaries(&data("AWS::S3::Object", &[])).len(), 0);
        assert_eq!(
            data("", &["x"]).to_advanced().unwrap_err().to_string(),
            "resources.type Equals has an empty value; a value has 1 to 2048 characters"
        );
    }

    proptest! {
        #[test]
        fn each_kind_of_event_has_its_selector_and_the_read_write_type_is_in_all(
            read_write_type in prop::sample::select(ReadWriteType::ALL),
            include_management_events in any::<bool>(),
            kinds in prop::collection::vec(
                prop::sample::select(vec!["AWS::S3::Object", "AWS::Lambda::Function", "AWS::X::Y"]),
                0..4,
            ),
        ) {
            let selector = EventSelector {
                read_write_type,
                include_management_events,
                data_resources: kinds
                    .iter()
                    .map(|kind| DataResource {
                        kind: (*kind).to_owned(),
                        values: vec!["arn:aws:s3:::b/".to_owned()],
                    })
                    .collect(),
                exclude_management_event_sources: vec![],
            };
            let advanced = selector.to_advanced().unwrap();
            prop_assert_eq!(advanced.len(), usize::from(include_management_events) + kinds.len());
            for one in &advanced {
                let value = one.field(&Field::ReadOnly).map(|f| f.values(Operator::Equals).concat());
                prop_assert_eq!(value.as_deref(), read_write_type.read_only_value());
                let expected = one.field(&Field::ResourcesType).map_or(MANAGEMENT, |_| "Data");
                prop_assert_eq!(one.category(), Some(expected));
            }
            prop_assert!(diff::same(&advanced, &Selectors::Basic(vec![selector]).to_advanced().unwrap()));
        }
    }
}
