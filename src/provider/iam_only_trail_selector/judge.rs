//! What a plan warns of that is the trail's own: whether events reach it, its Insights, its organization.

use tf_provider::{AttributePath, Diagnostics};

use crate::aws::home_region::TrailArn;
use crate::aws::trail::Trail;
use crate::intent::FilterBy;
use crate::provider::convert::Wish;
use crate::provider::destination::judge;
use crate::provider::explain;
use crate::provider::shared::Configured;
use crate::rules::Destination;
use crate::rules::reach::Facts;
use crate::selector::ReadWriteType;

/// Holds what a trail is against what it is wanted for.
pub(super) fn trail(diags: &mut Diagnostics, configured: &Configured, wish: &Wish, trail: &Trail) {
    reach(
        diags,
        wish,
        &trail.arn,
        trail.multi_region,
        trail.global_service_events,
    );
    let starves = wish.intent.filter_by != FilterBy::Exclusion
        || wish.intent.read_write_type == ReadWriteType::ReadOnly;
    if trail.insights && starves {
        explain::warning(
            diags,
            AttributePath::new("trail_name"),
            "Insights will see IAM events only",
            "The trail has CloudTrail Insights on. Insights analyses only what the trail logs, so \
             from now on it will find unusual activity in the selected events alone; with \
             read_write_type = \"ReadOnly\" the call-rate Insights have nothing left to analyse. Keep \
             Insights on a trail that logs all management events. Source: \
             https://docs.aws.amazon.com/awscloudtrail/latest/userguide/insights-events-cli-enable.html",
        );
    }
    let owner = trail.arn.account();
    if let Some(caller) = configured
        .session
        .as_ref()
        .and_then(|session| session.caller_account())
        && trail.organization
        && caller != owner
    {
        explain::warning(
            diags,
            AttributePath::new("trail_name"),
            "Organization trail of another account",
            format!(
                "The trail belongs to the organization's management account {owner}, the credentials \
                 to account {caller}. CloudTrail lets the management account and a delegated \
                 administrator change it, a member account not: if {caller} is a member, the apply \
                 will be refused and change nothing. Source: \
                 https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html"
            ),
        );
    }
}

/// Whether the events that are wanted reach a trail at all.
pub(super) fn reach(
    diags: &mut Diagnostics,
    wish: &Wish,
    arn: &TrailArn,
    multi_region: bool,
    global_service_events: bool,
) {
    let facts = Facts {
        destination: Destination::Trail,
        home_region: arn.region(),
        partition: arn.partition(),
        multi_region,
        global_service_events,
    };
    judge::reach(diags, wish, &facts);
}
