//! The schema of `iam_trail`: one entry an attribute, each with the sentence that the registry page
//! prints.

use tf_provider::schema::{AttributeType, Schema};

use crate::provider::attribute::{
    Computed, Optional, Required, attribute, block, list_of, list_of_text, one_of,
};
use crate::provider::destination::schema::advanced;
use crate::provider::iam_only_trail_selector::schema::basic;
use crate::rules::coverage::{EffectiveFilter, Precision};

/// The schema, as `terraform providers schema` prints it.
#[expect(clippy::too_many_lines, reason = "a table: one entry an attribute")]
pub(super) fn schema() -> Schema {
    let text = || AttributeType::String;
    let flag = || AttributeType::Bool;
    let computed = |name, of, what: &str| attribute(name, of, Computed, what);
    let attributes = [
        attribute(
            "trail_name",
            text(),
            Required,
            "Name or ARN of an existing trail. Give the ARN for a trail of another account and for an \
             organization trail.",
        ),
        attribute(
            "region",
            text(),
            Optional,
            "Region in which a bare name in `trail_name` is looked up. Default: the provider's.",
        ),
        computed("id", text(), "The trail's ARN."),
        computed("trail_arn", text(), "The trail's ARN."),
        computed("name", text(), "The trail's name."),
        computed(
            "account_id",
            text(),
            "The account that owns the trail, from its ARN.",
        ),
        computed(
            "home_region",
            text(),
            "The trail's home Region, from its ARN: selectors are read and put there.",
        ),
        computed("logging", flag(), "Whether the trail's logging is on."),
        computed(
            "multi_region",
            flag(),
            "Whether the trail is applied to all Regions.",
        ),
        computed(
            "organization_trail",
            flag(),
            "Whether the trail is applied to all accounts of an organization.",
        ),
        computed(
            "global_service_events",
            flag(),
            "Whether the trail includes events of global services, such as IAM.",
        ),
        computed("insights", flag(), "Whether CloudTrail Insights are on."),
        computed(
            "s3_bucket_name",
            text(),
            "The S3 bucket that gets the log files.",
        ),
        computed(
            "s3_key_prefix",
            text(),
            "What the keys of the log files begin with. Null where there is none.",
        ),
        computed(
            "cloud_watch_logs_group_arn",
            text(),
            "The ARN of the log group that gets the events as well. Null where there is none.",
        ),
        computed(
            "sns_topic_arn",
            text(),
            "The ARN of the topic that is told of each log file. Null where there is none.",
        ),
        computed(
            "kms_key_id",
            text(),
            "The KMS key that the log files are encrypted with. Null where there is none.",
        ),
        computed(
            "log_file_validation",
            flag(),
            "Whether digest files are written, by which a change of a log file is found out.",
        ),
        computed(
            "event_selectors",
            list_of(basic()),
            "The basic selectors that are on the trail, verbatim. Null where it has advanced ones.",
        ),
        computed(
            "advanced_event_selectors",
            list_of(advanced()),
            "All selectors that are on the trail, in canonical order; basic selectors as their \
             advanced equal. The functions take them.",
        ),
        attribute(
            "effective_filter",
            text(),
            Computed,
            format!(
                "The filter that is on the trail: one of {}.",
                one_of(EffectiveFilter::ALL.iter().map(|one| one.as_str()))
            ),
        ),
        attribute(
            "precision",
            text(),
            Computed,
            format!(
                "What the selectors let in: one of {}. `exact`: events of the catalog's sources and no \
                 others. `by_name`: also events of other services that share a name. `superset`: more \
                 than IAM.",
                one_of(Precision::ALL.iter().map(|one| one.as_str()))
            ),
        ),
        computed(
            "receives_iam_events",
            flag(),
            "Whether IAM's own events get to the trail at all, before any selector: by its Region, its \
             global service events, and whether logging is on. Null where that is not known, as in a \
             partition of which no document says where IAM's events are recorded.",
        ),
        computed("reason", text(), "Why `receives_iam_events` is what it is."),
        computed(
            "logged_event_names",
            list_of_text(),
            "Those of the provider's `event_catalog` that the trail logs: their events get there, and \
             a selector takes them whichever of the chosen services they are of, as the catalog \
             describes them.",
        ),
        computed(
            "missed_event_names",
            list_of_text(),
            "Those of the provider's `event_catalog` that the trail does not log, or not for \
             certain.",
        ),
    ];
    Schema {
        version: 0,
        block: block(
            "A CloudTrail trail as it is: its facts, its selectors, how close they come to IAM \
             activity only, and which of the chosen event names it logs. Changes nothing.",
            attributes,
            [],
        ),
    }
}
