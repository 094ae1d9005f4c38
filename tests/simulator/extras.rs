//! Insights and tags: operations that a narrowed trail meets on the way, not its own.
//!
//! Imports the cloud, [`super::operations`]'s readers and the rule table.

use serde_json::{Value, json};

use super::{
    cloud::{Access, Caller, Cloud},
    error::Refusal,
    operations::{Body, found, text},
    rule::{self, Rule},
    trail::{Arn, Trail},
};

fn refuse<T>(rule: &Rule, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(rule, message))
}

/// A request about Insights is about a trail or about an event data store; only trails are here.
fn check_target(body: &Body) -> Result<(), Refusal> {
    let given = |name: &str| body.get(name).is_some_and(|value| !value.is_null());
    let store = given("EventDataStore") || given("InsightsDestination");
    match (given("TrailName"), store) {
        (true, false) => Ok(()),
        (false, true) => refuse(&rule::NOT_SIMULATED, "event data stores are not simulated"),
        (true, true) | (false, false) => refuse(
            &rule::INSIGHT_TARGET,
            "exactly one of TrailName and EventDataStore must be given",
        ),
    }
}

fn insights(trail: &Trail) -> Value {
    let selectors: Vec<Value> = trail
        .insights
        .iter()
        .map(|(kind, categories)| json!({ "InsightType": kind, "EventCategories": categories }))
        .collect();
    json!({ "TrailARN": trail.arn.to_string(), "InsightSelectors": selectors })
}

pub(crate) fn get_insight_selectors(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
) -> Result<Value, Refusal> {
    check_target(body)?;
    let trail = found(cloud, caller, body, "TrailName", Access::Selectors)?;
    if trail.insights.is_empty() {
        return refuse(&rule::INSIGHT_OFF, format!("{} has no Insights", trail.arn));
    }
    Ok(insights(trail))
}

pub(crate) fn put_insight_selectors(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
) -> Result<Value, Refusal> {
    check_target(body)?;
    let trail = found(cloud, caller, body, "TrailName", Access::Change)?;
    let mut put = std::collections::BTreeMap::new();
    for selector in body
        .get("InsightSelectors")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let kind = selector
            .get("InsightType")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if kind.is_empty() {
            return refuse(&rule::INSIGHT_NEEDS, "InsightType is missing");
        }
        let categories = selector
            .get("EventCategories")
            .filter(|value| !value.is_null())
            .cloned();
        let categories = categories.unwrap_or_else(|| json!(["Management"]));
        let management = categories
            .as_array()
            .is_some_and(|list| list.contains(&json!("Management")));
        let call_rate = kind == "ApiCallRateInsight";
        if management && !trail.selectors.log_management(!call_rate) {
            let needed = if call_rate { "write" } else { "read or write" };
            let message = format!("{kind} needs a trail that logs {needed} management events");
            return refuse(&rule::INSIGHT_NEEDS, message);
        }
        put.insert(kind.to_owned(), categories);
    }
    trail.insights = put;
    Ok(insights(trail))
}

/// Adds the tags in a request's `TagsList`.
pub(crate) fn tag(trail: &mut Trail, body: &Body) -> Result<(), Refusal> {
    let mut tags = trail.tags.clone();
    let mut seen = std::collections::BTreeSet::new();
    for (key, value) in tags_in(body) {
        if !seen.insert(key) {
            return refuse(
                &rule::TAG_TWICE,
                format!("Tag {key} is there more than once"),
            );
        }
        tags.insert(key.to_owned(), value.to_owned());
    }
    if tags.len() > 50 {
        return refuse(&rule::TAG_COUNT, format!("{} tags, at most 50", tags.len()));
    }
    trail.tags = tags;
    Ok(())
}

fn tags_in(body: &Body) -> impl Iterator<Item = (&str, &str)> {
    let tags = body
        .get("TagsList")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    tags.map(|tag| {
        let part = |name: &str| tag.get(name).and_then(Value::as_str).unwrap_or_default();
        (part("Key"), part("Value"))
    })
}

/// The trail with this ARN, if the caller may tag it.
fn tagged<'a>(
    cloud: &'a mut Cloud,
    caller: Caller<'_>,
    resource: &str,
    access: Access,
) -> Result<&'a mut Trail, Refusal> {
    if Arn::parse(resource).is_err() {
        let message = format!("{resource} is not a trail ARN");
        return refuse(&rule::TAGS_FOREIGN, message);
    }
    let unknown = || Refusal::new(&rule::TAGGED_UNKNOWN, format!("No trail {resource}"));
    // A trail's tags are kept in its home region; a call elsewhere is let through (assumed).
    let home = cloud
        .trails
        .get(resource)
        .map_or("", |trail| trail.arn.region.as_str())
        .to_owned();
    let caller = Caller {
        region: &home,
        ..caller
    };
    let arn = cloud
        .find(caller, resource, access)
        .map_err(|_| unknown())?;
    cloud.trails.get_mut(&arn).ok_or_else(unknown)
}

pub(crate) fn add_tags(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
) -> Result<Value, Refusal> {
    let trail = tagged(cloud, caller, text(body, "ResourceId"), Access::Change)?;
    tag(trail, body)?;
    Ok(json!({}))
}

pub(crate) fn remove_tags(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
) -> Result<Value, Refusal> {
    let trail = tagged(cloud, caller, text(body, "ResourceId"), Access::Change)?;
    for (key, _) in tags_in(body) {
        trail.tags.remove(key);
    }
    Ok(json!({}))
}

pub(crate) fn list_tags(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
) -> Result<Value, Refusal> {
    let resources = body.get("ResourceIdList").and_then(Value::as_array);
    let resources: Vec<&str> = resources
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if resources.is_empty() || resources.len() > 20 {
        let message = format!(
            "{} ARNs in ResourceIdList, 1 to 20 are allowed",
            resources.len()
        );
        return refuse(&rule::TAGS_LIST_COUNT, message);
    }
    let mut answer = Vec::new();
    for resource in resources {
        let trail = tagged(cloud, caller, resource, Access::Settings)?;
        let tags: Vec<Value> = trail
            .tags
            .iter()
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect();
        answer.push(json!({ "ResourceId": resource, "TagsList": tags }));
    }
    Ok(json!({ "ResourceTagList": answer }))
}
