//! The operations of `CloudTrail`, one function each: a request that has passed its caller's
//! signature and the API model comes in, an answer or a refusal goes out.
//!
//! Imports the cloud, the selectors' rules and the rule table. [`super::server`] calls
//! [`carry_out`].

use serde_json::{Map, Value, json};

use super::{
    account::Standing,
    clock,
    cloud::{Access, Caller, Cloud},
    error::Refusal,
    extras,
    fault::What,
    lake,
    model::Operation,
    rule::{self, Rule},
    selectors,
    trail::{self, Selectors, Trail},
};

/// The members of a request's body.
pub(crate) type Body = Map<String, Value>;

/// Carries an operation out. The fault, if it is one of those that concern a Put, takes part.
pub(crate) fn carry_out(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    operation: Operation,
    body: &Body,
    fault: Option<&What>,
) -> Result<Value, Refusal> {
    match operation {
        Operation::CreateTrail => create_trail(cloud, caller, body),
        Operation::UpdateTrail => update_trail(cloud, caller, body),
        Operation::DeleteTrail => {
            let arn = cloud.find(caller, text(body, "Name"), Access::Change)?;
            cloud.trails.remove(&arn);
            Ok(json!({}))
        }
        Operation::GetTrail => {
            let trail = found(cloud, caller, body, "Name", Access::Settings)?;
            Ok(json!({ "Trail": trail.described() }))
        }
        Operation::GetTrailStatus => {
            Ok(found(cloud, caller, body, "Name", Access::Status)?.status())
        }
        Operation::DescribeTrails => describe_trails(cloud, caller, body),
        Operation::ListTrails => list_trails(cloud, caller, body),
        Operation::StartLogging => set_logging(cloud, caller, body, true),
        Operation::StopLogging => set_logging(cloud, caller, body, false),
        Operation::GetEventSelectors => get_event_selectors(cloud, caller, body),
        Operation::PutEventSelectors => put_event_selectors(cloud, caller, body, fault),
        Operation::GetInsightSelectors => extras::get_insight_selectors(cloud, caller, body),
        Operation::PutInsightSelectors => extras::put_insight_selectors(cloud, caller, body),
        Operation::AddTags => extras::add_tags(cloud, caller, body),
        Operation::RemoveTags => extras::remove_tags(cloud, caller, body),
        Operation::ListTags => extras::list_tags(cloud, caller, body),
        Operation::CreateEventDataStore => lake::create(cloud, caller, body),
        Operation::GetEventDataStore => lake::get(cloud, caller, body),
        Operation::UpdateEventDataStore => lake::update(cloud, caller, body, fault),
        Operation::ListEventDataStores => lake::list(cloud, caller, body),
        Operation::DeleteEventDataStore => lake::delete(cloud, caller, body),
        Operation::RestoreEventDataStore => lake::restore(cloud, caller, body),
        Operation::StartEventDataStoreIngestion => lake::ingest(cloud, caller, body, true),
        Operation::StopEventDataStoreIngestion => lake::ingest(cloud, caller, body, false),
    }
}

/// A string member, `""` if it is absent.
pub(crate) fn text<'a>(body: &'a Body, name: &str) -> &'a str {
    body.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The trail that a member of the request names.
pub(crate) fn found<'a>(
    cloud: &'a mut Cloud,
    caller: Caller<'_>,
    body: &Body,
    member: &str,
    access: Access,
) -> Result<&'a mut Trail, Refusal> {
    let reference = text(body, member);
    let arn = cloud.find(caller, reference, access)?;
    let unknown = || Refusal::new(&rule::TRAIL_UNKNOWN, format!("Unknown trail: {reference}"));
    cloud.trails.get_mut(&arn).ok_or_else(unknown)
}

/// A boolean member, if it is there.
pub(crate) fn flag(body: &Body, name: &str) -> Option<bool> {
    body.get(name).and_then(Value::as_bool)
}

fn refuse<T>(rule: &Rule, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(rule, message))
}

fn create_trail(cloud: &mut Cloud, caller: Caller<'_>, body: &Body) -> Result<Value, Refusal> {
    let name = text(body, "Name");
    trail::check_name(name)?;
    let mut arn = caller.arn(name);
    if flag(body, "IsOrganizationTrail") == Some(true) {
        // The management account owns it, whoever creates it:
        // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-delegated-administrator.html
        let Some(owner) = Cloud::organization_owner(caller.account) else {
            let who = caller.account.id;
            return match caller.account.standing {
                Standing::Alone => refuse(
                    &rule::NO_ORGANIZATION,
                    format!("{who} is in no organization"),
                ),
                Standing::Member | Standing::Management | Standing::Delegated => refuse(
                    &rule::MEMBER_CREATES,
                    format!("{who} is not the management account of its organization"),
                ),
            };
        };
        owner.clone_into(&mut arn.account);
    }
    let key = arn.to_string();
    if cloud.trails.contains_key(&key) {
        let message = format!("Trail {name} already exists for customer: {}", arn.account);
        return refuse(&rule::TRAIL_EXISTS, message);
    }
    let mut trail = Trail::new(arn);
    trail.organization = flag(body, "IsOrganizationTrail") == Some(true);
    apply(&mut trail, body)?;
    extras::tag(&mut trail.tags, body)?;
    check_room(cloud, caller, trail.multi_region)?;
    let answer = Value::Object(trail.as_made());
    cloud.trails.insert(key, trail);
    Ok(answer)
}

/// At most five trails in a region, shadows included.
fn check_room(cloud: &Cloud, caller: Caller<'_>, multi_region: bool) -> Result<(), Refusal> {
    match Cloud::reach(caller, multi_region)
        .into_iter()
        .find(|r| cloud.count(caller, r) >= 5)
    {
        Some(region) => {
            let message = format!(
                "User: {} already has 5 trails in {region}",
                caller.account.id
            );
            refuse(&rule::TRAIL_COUNT, message)
        }
        None => Ok(()),
    }
}

/// Puts the settings of a `CreateTrail` or `UpdateTrail` on a trail.
fn apply(trail: &mut Trail, body: &Body) -> Result<(), Refusal> {
    if let Some(bucket) = body.get("S3BucketName").and_then(Value::as_str) {
        let well_formed = (3..=63).contains(&bucket.len())
            && bucket
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-')
            && !bucket.starts_with(['.', '-'])
            && !bucket.ends_with(['.', '-']);
        if !well_formed {
            return refuse(
                &rule::BUCKET_NAME,
                format!("Bucket name {bucket} is not valid"),
            );
        }
    }
    if text(body, "S3KeyPrefix").chars().count() > 200 {
        return refuse(
            &rule::BUCKET_PREFIX,
            "S3KeyPrefix has more than 200 characters",
        );
    }
    if text(body, "SnsTopicName").chars().count() > 256 {
        return refuse(
            &rule::TOPIC_NAME,
            "SnsTopicName has more than 256 characters",
        );
    }
    for name in [
        "S3BucketName",
        "S3KeyPrefix",
        "SnsTopicName",
        "CloudWatchLogsLogGroupArn",
        "CloudWatchLogsRoleArn",
        "KmsKeyId",
    ] {
        match body.get(name).and_then(Value::as_str) {
            // An empty string takes a setting away (assumed; it is what Terraform sends).
            Some("") => drop(trail.settings.remove(name)),
            Some(value) => drop(trail.settings.insert(name, value.to_owned())),
            None => {}
        }
    }
    let has = |name: &str| trail.settings.contains_key(name);
    if has("CloudWatchLogsLogGroupArn") != has("CloudWatchLogsRoleArn") {
        let message = "CloudWatchLogsLogGroupArn and CloudWatchLogsRoleArn need each other";
        return refuse(&rule::LOG_GROUP_AND_ROLE, message);
    }
    if let Some(topic) = trail.settings.get("SnsTopicName").cloned() {
        let arn = &trail.arn;
        let topic_arn = if topic.starts_with("arn:") {
            topic
        } else {
            format!(
                "arn:{}:sns:{}:{}:{topic}",
                arn.partition, arn.region, arn.account
            )
        };
        trail.settings.insert("SnsTopicARN", topic_arn);
    } else {
        trail.settings.remove("SnsTopicARN");
    }
    if let Some(validation) = flag(body, "EnableLogFileValidation") {
        trail.validation = validation;
    }
    let was_multi_region = trail.multi_region;
    if let Some(multi_region) = flag(body, "IsMultiRegionTrail") {
        trail.multi_region = multi_region;
    }
    // Conversion switches global service events:
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
    if was_multi_region != trail.multi_region {
        trail.global_service_events = trail.multi_region;
    }
    if let Some(global) = flag(body, "IncludeGlobalServiceEvents") {
        trail.global_service_events = global;
    }
    if trail.multi_region && !trail.global_service_events {
        let message = "A multi-Region trail must include global service events.";
        return refuse(&rule::GLOBAL_EVENTS, message);
    }
    Ok(())
}

fn update_trail(cloud: &mut Cloud, caller: Caller<'_>, body: &Body) -> Result<Value, Refusal> {
    let mut trail = found(cloud, caller, body, "Name", Access::Change)?.clone();
    let key = trail.arn.to_string();
    let was_multi_region = trail.multi_region;
    if let Some(organization) = flag(body, "IsOrganizationTrail")
        && organization != trail.organization
    {
        match caller.account.standing {
            Standing::Management => trail.organization = organization,
            Standing::Alone => {
                let message = format!("{} is in no organization", caller.account.id);
                return refuse(&rule::NO_ORGANIZATION, message);
            }
            Standing::Delegated | Standing::Member => {
                let message = "Only the management account can convert a trail";
                return refuse(&rule::CONVERSION, message);
            }
        }
    }
    apply(&mut trail, body)?;
    if trail.multi_region && !was_multi_region {
        let elsewhere = |region: &&str| *region != caller.region;
        let full = Cloud::reach(caller, true)
            .into_iter()
            .filter(elsewhere)
            .find(|region| cloud.count(caller, region) >= 5);
        if let Some(region) = full {
            let message = format!(
                "User: {} already has 5 trails in {region}",
                caller.account.id
            );
            return refuse(&rule::TRAIL_COUNT, message);
        }
    }
    let answer = Value::Object(trail.as_made());
    cloud.trails.insert(key, trail);
    Ok(answer)
}

fn describe_trails(cloud: &Cloud, caller: Caller<'_>, body: &Body) -> Result<Value, Refusal> {
    let shadows = flag(body, "includeShadowTrails").unwrap_or(true);
    let names = body.get("trailNameList").and_then(Value::as_array);
    let mut described = Vec::new();
    for name in names.into_iter().flatten().filter_map(Value::as_str) {
        if name.starts_with("arn:") {
            trail::Arn::parse(name)?;
            described.extend(cloud.trails.get(name).filter(|trail| {
                let own = trail.arn.account == caller.account.id;
                let home = own && trail.arn.region == caller.region;
                caller.sees(trail) && (shadows || home)
            }));
        } else {
            trail::check_name(name)?;
            described.extend(cloud.trails.get(&caller.arn(name).to_string()));
        }
    }
    if names.is_none_or(Vec::is_empty) {
        described = cloud.shown(caller, shadows);
    }
    Ok(json!({ "trailList": described.into_iter().map(Trail::described).collect::<Vec<_>>() }))
}

fn list_trails(cloud: &Cloud, caller: Caller<'_>, body: &Body) -> Result<Value, Refusal> {
    let from = match body.get("NextToken").and_then(Value::as_str) {
        None => 0,
        Some(token) => match token
            .strip_prefix("page-from-")
            .and_then(|at| at.parse().ok())
        {
            Some(from) => from,
            None => return refuse(&rule::NEXT_TOKEN, format!("NextToken {token} is not valid")),
        },
    };
    let visible: Vec<&Trail> = cloud
        .trails
        .values()
        .filter(|trail| caller.sees(trail))
        .collect();
    let size = cloud.page_size.unwrap_or(usize::MAX);
    let page: Vec<Value> = visible
        .iter()
        .skip(from)
        .take(size)
        .map(|trail| {
            json!({
                "Name": trail.arn.name,
                "TrailARN": trail.arn.to_string(),
                "HomeRegion": trail.arn.region,
            })
        })
        .collect();
    let next = from.saturating_add(page.len());
    let mut answer = json!({ "Trails": page });
    if next < visible.len()
        && let Some(answer) = answer.as_object_mut()
    {
        answer.insert("NextToken".to_owned(), json!(format!("page-from-{next}")));
    }
    Ok(answer)
}

fn set_logging(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
    logging: bool,
) -> Result<Value, Refusal> {
    let trail = found(cloud, caller, body, "Name", Access::Change)?;
    trail.logging = logging;
    let now = Some(clock::now());
    if logging {
        trail.started = now;
    } else {
        trail.stopped = now;
    }
    Ok(json!({}))
}

fn with_arn(arn: &str, mut members: Body) -> Value {
    members.insert("TrailARN".to_owned(), json!(arn));
    Value::Object(members)
}

fn get_event_selectors(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
) -> Result<Value, Refusal> {
    let old_form = cloud.old_read_form;
    let trail = found(cloud, caller, body, "TrailName", Access::Selectors)?;
    let arn = trail.arn.to_string();
    let members = match &mut trail.stale {
        Some((former, reads)) if *reads > 0 => {
            *reads -= 1;
            former.members(old_form)
        }
        Some(_) | None => trail.selectors.members(old_form),
    };
    Ok(with_arn(&arn, members))
}

fn put_event_selectors(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
    fault: Option<&What>,
) -> Result<Value, Refusal> {
    let (old_form, lenient) = (cloud.old_read_form, cloud.accept_undocumented);
    let trail = found(cloud, caller, body, "TrailName", Access::Change)?;
    selectors::judge(body, lenient)?;
    // One kind replaces the other, and the whole of what was there:
    // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
    let Some(put) = Selectors::read(body) else {
        return refuse(&rule::KIND_MISSING, "no selectors in the request");
    };
    let members = put.members(old_form);
    let former = std::mem::replace(&mut trail.selectors, put);
    trail.custom = true;
    trail.stale = None;
    match fault {
        Some(What::StaleReads { n }) => trail.stale = Some((former, *n)),
        Some(What::AlterSelectors(alter)) => {
            let altered = alter(Value::Object(trail.selectors.members(false)));
            if let Some(altered) = altered.as_object().and_then(Selectors::read) {
                trail.selectors = altered;
            }
        }
        _ => {}
    }
    Ok(with_arn(&trail.arn.to_string(), members))
}
