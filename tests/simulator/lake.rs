//! `CloudTrail` Lake: the operations on event data stores, who may do what to which of them, and from
//! where. Every account is taken for a customer from before Lake was closed to new ones, on
//! 2026-05-31:
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-service-availability-change.html>.
//!
//! Imports the cloud, the stores, the selectors' rules and the rule table. [`super::operations`]
//! hands the calls on. Insights of a store are in [`super::extras`].

use serde_json::{Value, json};

use super::{
    account::{self, Standing},
    clock,
    cloud::{Caller, Cloud},
    error::Refusal,
    extras,
    fault::What,
    operations::{Body, flag, text},
    rule::{
        Rule,
        stores::{
            NO_LAKE, STORE_BILLING, STORE_BUSY, STORE_CATEGORY, STORE_CONVERSION, STORE_COUNT,
            STORE_ELSEWHERE, STORE_EXISTS, STORE_FOREIGN, STORE_IMPORT, STORE_INACTIVE,
            STORE_INSIGHT_CLASH, STORE_MEMBER, STORE_MEMBER_CREATES, STORE_NO_ORGANIZATION,
            STORE_NOTHING, STORE_OUTSIDE, STORE_PROTECTED, STORE_RESTORED, STORE_RETENTION,
            STORE_STATUS, STORE_TOKEN, STORE_TYPE, STORE_UNKNOWN,
        },
    },
    selectors::{category_group, judge_store},
    store::{Arn, EXTENDABLE, FIXED, Status, Store, check_id},
    trail::Selectors,
};

/// Stores that a region has room for, in whatever state:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html>.
const MOST_STORES: usize = 10;

/// What a call is going to do with the store that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Look.
    Read,
    /// Any change.
    Change,
}

fn refuse<T>(rule: &Rule, message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(rule, message))
}

/// Lake is not in every partition.
fn check_partition(caller: Caller<'_>) -> Result<(), Refusal> {
    if caller.account.partition == "aws-cn" {
        return refuse(&NO_LAKE, "This operation is not supported in this Region.");
    }
    Ok(())
}

/// Whether the account may act on the organization's stores as on its own.
fn administers(caller: Caller<'_>) -> bool {
    match caller.account.standing {
        Standing::Management | Standing::Delegated => true,
        Standing::Member | Standing::Alone => false,
    }
}

/// Finds the store that a request names by ARN or ID, if the caller may do this with it here. An ID
/// means the caller's own stores in the region of the call.
pub(crate) fn find<'a>(
    cloud: &'a mut Cloud,
    caller: Caller<'_>,
    reference: &str,
    access: Access,
) -> Result<&'a mut Store, Refusal> {
    check_partition(caller)?;
    let unknown = |rule| {
        let message = format!("The specified event data store was not found: {reference}");
        Refusal::new(rule, message)
    };
    let key = if reference.starts_with("arn:") {
        let arn = Arn::parse(reference)?;
        let own = arn.account == caller.account.id;
        // A member can't see the organization's stores:
        // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-lake-organizations.html
        let store = cloud.stores.get(reference);
        let shared = store.is_some_and(|store| store.organization);
        let member = caller.account.standing == Standing::Member;
        if !own && shared && member && access == Access::Change {
            let message = format!("{} is not the management account", caller.account.id);
            return refuse(&STORE_MEMBER, message);
        }
        let may = own || shared && administers(caller);
        if !may {
            let message = format!(
                "The specified event data store ARN does not map to an event data store in your \
                 account: {reference}"
            );
            return refuse(&STORE_FOREIGN, message);
        }
        if store.is_some() && arn.region != caller.region {
            return Err(unknown(&STORE_ELSEWHERE));
        }
        reference.to_owned()
    } else {
        check_id(reference)?;
        let arn = Arn {
            partition: caller.account.partition.to_owned(),
            region: caller.region.to_owned(),
            account: caller.account.id.to_owned(),
            id: reference.to_owned(),
        };
        arn.to_string()
    };
    let store = cloud.stores.get_mut(&key);
    let store = store.ok_or_else(|| unknown(&STORE_UNKNOWN))?;
    if access == Access::Change {
        store.settle();
    }
    Ok(store)
}

fn named<'a>(
    cloud: &'a mut Cloud,
    caller: Caller<'_>,
    body: &Body,
    access: Access,
) -> Result<&'a mut Store, Refusal> {
    find(cloud, caller, text(body, "EventDataStore"), access)
}

/// Refuses what a store in its state does not take.
fn check_ready(store: &Store) -> Result<(), Refusal> {
    let status = store.status.name();
    match store.status {
        Status::Enabled | Status::Stopped => Ok(()),
        Status::PendingDeletion => {
            let message = format!("The event data store is inactive: {status}");
            refuse(&STORE_INACTIVE, message)
        }
        Status::Created | Status::Starting | Status::Stopping => {
            let message = format!("The event data store is not ready: {status}");
            refuse(&STORE_BUSY, message)
        }
    }
}

pub(crate) fn create(cloud: &mut Cloud, caller: Caller<'_>, body: &Body) -> Result<Value, Refusal> {
    check_partition(caller)?;
    let mut owner = caller.account.id;
    if flag(body, "OrganizationEnabled") == Some(true) {
        // The management account owns it, whoever creates it (same page).
        owner = match caller.account.standing {
            Standing::Management | Standing::Delegated => account::ACCOUNT,
            Standing::Member => {
                let message = format!("{owner} is not the management account");
                return refuse(&STORE_MEMBER_CREATES, message);
            }
            Standing::Alone => {
                let message = format!("{owner} is in no organization");
                return refuse(&STORE_NO_ORGANIZATION, message);
            }
        };
    }
    let name = text(body, "Name");
    check_name(cloud, owner, caller.region, name)?;
    let here = cloud
        .stores
        .values()
        .filter(|store| store.arn.account == owner && store.arn.region == caller.region);
    if here.count() >= MOST_STORES {
        let message = format!("Account {owner} already has {MOST_STORES} event data stores");
        return refuse(&STORE_COUNT, message);
    }
    cloud.made += 1;
    let arn = Arn {
        partition: caller.account.partition.to_owned(),
        region: caller.region.to_owned(),
        account: owner.to_owned(),
        id: id(cloud.made),
    };
    let key = arn.to_string();
    let mut store = Store::new(arn, name, clock::now());
    if text(body, "BillingMode") == FIXED {
        store.retention = 2_557;
    }
    apply(&mut store, body)?;
    if let Some(Selectors::Advanced(list)) = Selectors::read(body) {
        judge_store(&list)?;
        store.selectors = Selectors::Advanced(list);
        check_outside(&store, store.list())?;
    }
    extras::tag(&mut store.tags, body)?;
    store.pass(Status::Created, cloud.lasting);
    let mut answer = store.described(cloud.old_read_form);
    let tags: Vec<Value> = store
        .tags
        .iter()
        .map(|(key, value)| json!({ "Key": key, "Value": value }))
        .collect();
    answer.insert("TagsList".to_owned(), json!(tags));
    if flag(body, "StartIngestion") == Some(false) {
        store.pass(Status::Stopped, 0);
    }
    cloud.stores.insert(key, store);
    Ok(Value::Object(answer))
}

/// The ID of the store that is made as the nth, in the form of a UUID.
pub(crate) fn id(nth: u64) -> String {
    format!("{nth:08x}-eda5-4e8f-8bd1-{nth:012x}")
}

fn check_name(cloud: &Cloud, owner: &str, region: &str, name: &str) -> Result<(), Refusal> {
    let taken = cloud.stores.values().any(|store| {
        store.name == name && store.arn.account == owner && store.arn.region == region
    });
    if taken {
        let message = format!("An event data store with the name {name} already exists");
        return refuse(&STORE_EXISTS, message);
    }
    Ok(())
}

/// An organization's store has no events from outside AWS.
fn check_outside(store: &Store, list: &[Value]) -> Result<(), Refusal> {
    if store.organization && category_group(list) == "ActivityAuditLog" {
        let message = "An organization event data store can't have events from outside of AWS";
        return refuse(&STORE_OUTSIDE, message);
    }
    Ok(())
}

/// Puts the settings of a `CreateEventDataStore` or `UpdateEventDataStore` on a store.
fn apply(store: &mut Store, body: &Body) -> Result<(), Refusal> {
    let billing = text(body, "BillingMode");
    if !billing.is_empty() {
        billing.clone_into(&mut store.billing);
    }
    if let Some(days) = body.get("RetentionPeriod").and_then(Value::as_i64) {
        store.retention = days;
    }
    if store.billing == FIXED && store.retention > 2_557 {
        let message = format!(
            "RetentionPeriod {} is more than the 2557 days of {FIXED}",
            store.retention
        );
        return refuse(&STORE_RETENTION, message);
    }
    for (name, switch) in [
        ("MultiRegionEnabled", &mut store.multi_region),
        ("OrganizationEnabled", &mut store.organization),
        ("TerminationProtectionEnabled", &mut store.protected),
    ] {
        *switch = flag(body, name).unwrap_or(*switch);
    }
    if let Some(key) = body.get("KmsKeyId").and_then(Value::as_str) {
        store.key = Some(key.to_owned());
    }
    Ok(())
}

pub(crate) fn get(cloud: &mut Cloud, caller: Caller<'_>, body: &Body) -> Result<Value, Refusal> {
    let old_form = cloud.old_read_form;
    Ok(named(cloud, caller, body, Access::Read)?.read(old_form))
}

pub(crate) fn update(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
    fault: Option<&What>,
) -> Result<Value, Refusal> {
    let old_form = cloud.old_read_form;
    let mut store = named(cloud, caller, body, Access::Change)?.clone();
    if body.values().filter(|value| !value.is_null()).count() < 2 {
        let message = "At least one optional parameter must be specified.";
        return refuse(&STORE_NOTHING, message);
    }
    check_ready(&store)?;
    if store.importing {
        let message = "An import into the event data store is in progress.";
        return refuse(&STORE_IMPORT, message);
    }
    check_conversion(&store, caller, body)?;
    if let Some(name) = body.get("Name").and_then(Value::as_str)
        && name != store.name
    {
        check_name(cloud, &store.arn.account, &store.arn.region, name)?;
        name.clone_into(&mut store.name);
    }
    if store.billing == EXTENDABLE && text(body, "BillingMode") == FIXED {
        let message = format!("The billing mode can't be changed from {EXTENDABLE} to {FIXED}");
        return refuse(&STORE_BILLING, message);
    }
    apply(&mut store, body)?;
    store.stale = None;
    if let Some(put) = Selectors::read(body) {
        check_selectors(&store, &put, body)?;
        let former = std::mem::replace(&mut store.selectors, put);
        if let Some(What::StaleReads { n }) = fault {
            store.stale = Some((former, *n));
        }
    }
    check_outside(&store, store.list())?;
    store.updated = clock::now();
    let answer = store.described(old_form);
    if let Some(What::AlterSelectors(alter)) = fault {
        let altered = alter(Value::Object(store.selectors.members(false)));
        if let Some(altered) = altered.as_object().and_then(Selectors::read) {
            store.selectors = altered;
        }
    }
    cloud.stores.insert(store.arn.to_string(), store);
    Ok(Value::Object(answer))
}

/// Only the management account makes a store the organization's, or takes that from it.
fn check_conversion(store: &Store, caller: Caller<'_>, body: &Body) -> Result<(), Refusal> {
    let wanted = flag(body, "OrganizationEnabled").unwrap_or(store.organization);
    if wanted == store.organization {
        return Ok(());
    }
    match caller.account.standing {
        Standing::Management => Ok(()),
        Standing::Alone => refuse(
            &STORE_NO_ORGANIZATION,
            format!("{} is in no organization", caller.account.id),
        ),
        Standing::Delegated | Standing::Member => refuse(
            &STORE_CONVERSION,
            "Only the management account can convert an event data store",
        ),
    }
}

/// The rules for selectors, and what the store is to them: its type stays, and its Insights are fed.
fn check_selectors(store: &Store, put: &Selectors, body: &Body) -> Result<(), Refusal> {
    let list = body.get("AdvancedEventSelectors").and_then(Value::as_array);
    let list = list.map(Vec::as_slice).unwrap_or_default();
    judge_store(list)?;
    let (former, wanted) = (category_group(store.list()), category_group(list));
    if former != wanted {
        let message =
            format!("An event data store of {former} events can't be changed to {wanted} events");
        return refuse(&STORE_TYPE, message);
    }
    if let Some((kind, needed)) = store.starved(put) {
        let message = format!(
            "{kind} is enabled on the event data store, which needs {needed} management events"
        );
        return refuse(&STORE_INSIGHT_CLASH, message);
    }
    Ok(())
}

pub(crate) fn list(cloud: &Cloud, caller: Caller<'_>, body: &Body) -> Result<Value, Refusal> {
    check_partition(caller)?;
    let from = match body.get("NextToken").and_then(Value::as_str) {
        None => 0,
        Some(token) => match token
            .strip_prefix("page-from-")
            .and_then(|at| at.parse().ok())
        {
            Some(from) => from,
            None => return refuse(&STORE_TOKEN, format!("NextToken {token} is not valid")),
        },
    };
    let visible: Vec<&Store> = cloud
        .stores
        .values()
        .filter(|store| store.arn.region == caller.region)
        .filter(|store| {
            store.arn.account == caller.account.id || store.organization && administers(caller)
        })
        .collect();
    let most = body.get("MaxResults").and_then(Value::as_u64);
    let most = most.and_then(|most| usize::try_from(most).ok());
    let size = most
        .unwrap_or(usize::MAX)
        .min(cloud.page_size.unwrap_or(usize::MAX));
    // The other members of the type are deprecated, and not answered (assumed):
    // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventDataStore.html
    let page: Vec<Value> = visible
        .iter()
        .skip(from)
        .take(size)
        .map(|store| json!({ "EventDataStoreArn": store.arn.to_string(), "Name": store.name }))
        .collect();
    let next = from.saturating_add(page.len());
    let mut answer = json!({ "EventDataStores": page });
    if next < visible.len()
        && let Some(answer) = answer.as_object_mut()
    {
        answer.insert("NextToken".to_owned(), json!(format!("page-from-{next}")));
    }
    Ok(answer)
}

pub(crate) fn delete(cloud: &mut Cloud, caller: Caller<'_>, body: &Body) -> Result<Value, Refusal> {
    let store = named(cloud, caller, body, Access::Change)?;
    check_ready(store)?;
    if store.protected {
        let message = "Termination protection is enabled for the event data store.";
        return refuse(&STORE_PROTECTED, message);
    }
    if store.importing {
        let message = "An import into the event data store is in progress.";
        return refuse(&STORE_IMPORT, message);
    }
    store.pass(Status::PendingDeletion, 0);
    Ok(json!({}))
}

/// In which state a restored store is, and whether it takes events in, is not documented: here it
/// starts to.
pub(crate) fn restore(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
) -> Result<Value, Refusal> {
    let (old_form, lasting) = (cloud.old_read_form, cloud.lasting);
    let store = named(cloud, caller, body, Access::Change)?;
    if store.status != Status::PendingDeletion {
        let message = format!("The event data store is {}", store.status.name());
        return refuse(&STORE_RESTORED, message);
    }
    store.pass(Status::Starting, lasting);
    Ok(Value::Object(store.described(old_form)))
}

/// Starts, or stops, the ingestion of events.
pub(crate) fn ingest(
    cloud: &mut Cloud,
    caller: Caller<'_>,
    body: &Body,
    on: bool,
) -> Result<Value, Refusal> {
    let lasting = cloud.lasting;
    let store = named(cloud, caller, body, Access::Change)?;
    let group = category_group(store.list());
    if !["CloudTrail", "ConfigurationItem"].contains(&group) {
        let message = format!("Ingestion of {group} events is neither started nor stopped");
        return refuse(&STORE_CATEGORY, message);
    }
    let (needed, next) = if on {
        (Status::Stopped, Status::Starting)
    } else {
        (Status::Enabled, Status::Stopping)
    };
    if store.status != needed {
        let message = format!(
            "The event data store is {}, and has to be {}",
            store.status.name(),
            needed.name()
        );
        return refuse(&STORE_STATUS, message);
    }
    store.pass(next, lasting);
    Ok(json!({}))
}
