//! Insights and tags: operations that a narrowed trail or event data store meets on the way, not its
//! own.
//!
//! Imports the cloud, [`super::operations`]'s readers, [`super::lake`] to find stores, and the rule
//! table.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    account::Standing,
    cloud::{Access, Caller, Cloud},
    error::Refusal,
    lake,
    operations::{Body, found, text},
    rule::{self, Rule, stores},
    selectors::category_group,
    store::{Insights, Store},
    trail::{self, Trail},
};

fn refuse<T>(rule: &Rule, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(rule, message))
}

/// What a request about Insights is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Trail,
    Store,
}

fn target(body: &Body) -> Result<Target, Refusal> {
    let given = |name: &str| body.get(name).is_some_and(|value| !value.is_null());
    let store = given("EventDataStore") || given("InsightsDestination");
    match (given("TrailName"), store) {
        (true, false) => Ok(Target::Trail),
        (false, true) => Ok(Target::Store),
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
    if target(body)? == Target::Store {
        return get_store_insights(cloud, caller, body);
    }
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
    if target(body)? == Target::Store {
        return put_store_insights(cloud, caller, body);
    }
    let trail = found(cloud, caller, body, "TrailName", Access::Change)?;
    let mut put = BTreeMap::new();
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

fn store_insights(store: &Store) -> Value {
    let selectors: Vec<Value> = store
        .insights
        .kinds
        .iter()
        .map(|kind| json!({ "InsightType": kind, "EventCategories": ["Management"] }))
        .collect();
    json!({
        "EventDataStoreArn": store.arn.to_string(),
        "InsightsDestination": store.insights.destination,
        "InsightSelectors": selectors,
    })
}

fn get_store_insights(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
) -> Result<Value, Refusal> {
    let reference = text(body, "EventDataStore");
    let store = lake::find(cloud, caller, reference, lake::Access::Read)?;
    if store.insights.kinds.is_empty() {
        return refuse(&rule::INSIGHT_OFF, format!("{} has no Insights", store.arn));
    }
    Ok(store_insights(store))
}

/// Sets the Insights of a store:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutInsightSelectors.html>.
fn put_store_insights(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
) -> Result<Value, Refusal> {
    let mut put = Insights::default();
    let selectors = body.get("InsightSelectors").and_then(Value::as_array);
    for selector in selectors.into_iter().flatten() {
        let kind = selector.get("InsightType").and_then(Value::as_str);
        put.kinds.push(kind.unwrap_or_default().to_owned());
        let categories = selector.get("EventCategories").and_then(Value::as_array);
        if categories.is_some_and(|list| list.contains(&json!("Data"))) {
            let message = "Insights on data events are not supported on event data stores";
            return refuse(&stores::STORE_INSIGHT_DATA, message);
        }
    }
    if !put.kinds.is_empty() {
        let given = ["EventDataStore", "InsightsDestination"];
        if given.iter().any(|name| text(body, name).is_empty()) {
            let message = "both EventDataStore and InsightsDestination must be given";
            return refuse(&stores::STORE_INSIGHT_PAIR, message);
        }
        let destination = text(body, "InsightsDestination");
        let destination = lake::find(cloud, caller, destination, lake::Access::Change)?;
        if category_group(destination.list()) != "Insight" {
            let message = format!("{} does not log Insights events", destination.arn);
            return refuse(&stores::STORE_INSIGHT_DESTINATION, message);
        }
        put.destination = destination.arn.to_string();
    }
    let reference = text(body, "EventDataStore");
    let source = lake::find(cloud, caller, reference, lake::Access::Change)?;
    if source.organization && caller.account.standing != Standing::Management {
        let message = "Only the management account enables Insights for an organization";
        return refuse(&stores::STORE_INSIGHT_MEMBER, message);
    }
    let former = std::mem::replace(&mut source.insights, put);
    if let Some((kind, needed)) = source.starved(&source.selectors) {
        let message = format!("{kind} needs an event data store with {needed} management events");
        source.insights = former;
        return refuse(&rule::INSIGHT_NEEDS, message);
    }
    Ok(store_insights(source))
}

/// Adds the tags in a request's `TagsList`.
pub(crate) fn tag(on: &mut BTreeMap<String, String>, body: &Body) -> Result<(), Refusal> {
    let mut tags = on.clone();
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
    *on = tags;
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

/// The tags of the trail or event data store with this ARN, if the caller may see or change them.
fn tagged<'a>(
    cloud: &'a mut Cloud,
    caller: Caller<'_>,
    resource: &str,
    access: Access,
) -> Result<&'a mut BTreeMap<String, String>, Refusal> {
    if resource.contains(":eventdatastore/") {
        let access = if access == Access::Change {
            lake::Access::Change
        } else {
            lake::Access::Read
        };
        return Ok(&mut lake::find(cloud, caller, resource, access)?.tags);
    }
    if trail::Arn::parse(resource).is_err() {
        let message = format!("{resource} is not the ARN of a trail or an event data store");
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
    let trail = cloud.trails.get_mut(&arn).ok_or_else(unknown)?;
    Ok(&mut trail.tags)
}

pub(crate) fn add_tags(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
) -> Result<Value, Refusal> {
    tag(
        tagged(cloud, caller, text(body, "ResourceId"), Access::Change)?,
        body,
    )?;
    Ok(json!({}))
}

pub(crate) fn remove_tags(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
) -> Result<Value, Refusal> {
    let tags = tagged(cloud, caller, text(body, "ResourceId"), Access::Change)?;
    for (key, _) in tags_in(body) {
        tags.remove(key);
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
        let tags: Vec<Value> = tagged(cloud, caller, resource, Access::Settings)?
            .iter()
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect();
        answer.push(json!({ "ResourceId": resource, "TagsList": tags }));
    }
    Ok(json!({ "ResourceTagList": answer }))
}
