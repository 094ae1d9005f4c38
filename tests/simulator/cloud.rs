//! The simulated cloud: every trail and event data store of every account, and who may see and change
//! which of the trails from where; for the stores [`super::lake`] says it.
//!
//! Imports the accounts, the regions, the trails, the stores and the rule table.
//! [`super::operations`] works on it; tests reach it through `Simulator`.

use std::collections::BTreeMap;

use super::{
    account::{self, Account, Standing},
    error::Refusal,
    region,
    rule::{
        HOME_REGION, MEMBER_CHANGES, MEMBER_READS_SELECTORS, STATUS_BY_NAME, TRAIL_UNKNOWN,
        TRAIL_UNKNOWN_TO_CALLER,
    },
    store::Store,
    trail::{self, Arn, Trail},
};

/// Who calls, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller<'a> {
    /// The account whose key signed.
    pub(crate) account: &'static Account,
    /// The region in the credential scope.
    pub(crate) region: &'a str,
}

impl Caller<'_> {
    /// The ARN that a bare name stands for: the caller's account, the region of the call.
    pub(crate) fn arn(&self, name: &str) -> Arn {
        Arn {
            partition: self.account.partition.to_owned(),
            region: self.region.to_owned(),
            account: self.account.id.to_owned(),
            name: name.to_owned(),
        }
    }

    /// Whether this trail shows in the caller's account at all.
    pub(crate) fn sees(&self, trail: &Trail) -> bool {
        trail.arn.partition == self.account.partition
            && (trail.arn.account == self.account.id
                || trail.organization && in_organization(self.account))
    }
}

fn in_organization(account: &Account) -> bool {
    account.standing != Standing::Alone
}

/// What a call is going to do with the trail it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// `GetTrail`: the trail's settings. A bare name finds shadow trails too.
    Settings,
    /// `GetTrailStatus`. A shadow trail needs its ARN, as documented.
    Status,
    /// `GetEventSelectors` and `GetInsightSelectors`.
    Selectors,
    /// Any change.
    Change,
}

/// All that the simulator remembers of `CloudTrail`.
#[derive(Debug, Default)]
pub(crate) struct Cloud {
    /// Trails by ARN.
    pub(crate) trails: BTreeMap<String, Trail>,
    /// Event data stores by ARN.
    pub(crate) stores: BTreeMap<String, Store>,
    /// How many event data stores were ever made; their IDs come from it.
    pub(crate) made: u64,
    /// For how many reads a store stays in a state that passes.
    pub(crate) lasting: usize,
    /// How many trails or event data stores a list answers at once; `None` for all.
    pub(crate) page_size: Option<usize>,
    /// Whether reads use the old form, in which unused operators are empty lists.
    pub(crate) old_read_form: bool,
    /// Whether management events may be narrowed by undocumented fields.
    pub(crate) accept_undocumented: bool,
}

impl Cloud {
    /// Finds the trail that a request names by name or ARN, if the caller may do this with it here.
    /// Gives the ARN under which it is in [`Self::trails`].
    pub(crate) fn find(
        &self,
        caller: Caller<'_>,
        reference: &str,
        access: Access,
    ) -> Result<String, Refusal> {
        if !reference.starts_with("arn:") {
            return self.find_by_name(caller, reference, access);
        }
        Arn::parse(reference)?;
        let unknown = |rule| Err(unknown_trail(rule, reference, caller));
        let Some(trail) = self.trails.get(reference) else {
            return unknown(&TRAIL_UNKNOWN);
        };
        if !caller.sees(trail) {
            return unknown(&TRAIL_UNKNOWN_TO_CALLER);
        }
        if trail.arn.account != caller.account.id && caller.account.standing == Standing::Member {
            let who = format!(
                "account {} is a member of the organization",
                caller.account.id
            );
            match access {
                Access::Settings | Access::Status => {}
                Access::Selectors => {
                    let message = format!("{who}; it cannot read the selectors of {reference}");
                    return Err(Refusal::new(&MEMBER_READS_SELECTORS, message));
                }
                Access::Change => {
                    let message = format!("{who}; it cannot change {reference}");
                    return Err(Refusal::new(&MEMBER_CHANGES, message));
                }
            }
        }
        if access == Access::Change && trail.arn.region != caller.region {
            let message = format!(
                "The home region of {reference} is {}, not {}",
                trail.arn.region, caller.region
            );
            return Err(Refusal::new(&HOME_REGION, message));
        }
        Ok(reference.to_owned())
    }

    fn find_by_name(
        &self,
        caller: Caller<'_>,
        name: &str,
        access: Access,
    ) -> Result<String, Refusal> {
        trail::check_name(name)?;
        let here = caller.arn(name).to_string();
        if self.trails.contains_key(&here) {
            return Ok(here);
        }
        let shadow = self.trails.values().find(|trail| {
            trail.multi_region
                && trail.arn.name == name
                && trail.arn.account == caller.account.id
                && trail.arn.partition == caller.account.partition
        });
        match shadow {
            Some(trail) if access == Access::Settings => Ok(trail.arn.to_string()),
            Some(_) if access == Access::Status => {
                Err(unknown_trail(&STATUS_BY_NAME, &here, caller))
            }
            Some(_) | None => Err(unknown_trail(&TRAIL_UNKNOWN, &here, caller)),
        }
    }

    /// The trails that show in the region of the call: those at home there, and, with `shadows`,
    /// those which are replicated to it.
    pub(crate) fn shown(&self, caller: Caller<'_>, shadows: bool) -> Vec<&Trail> {
        self.trails
            .values()
            .filter(|trail| caller.sees(trail))
            .filter(|trail| {
                let own = trail.arn.account == caller.account.id;
                let home = trail.arn.region == caller.region;
                (home && own) || (shadows && (home || trail.multi_region))
            })
            .collect()
    }

    /// How many trails count against the limit of a region: those at home there and the shadows.
    pub(crate) fn count(&self, caller: Caller<'_>, region: &str) -> usize {
        self.shown(Caller { region, ..caller }, true).len()
    }

    /// The management account's id if the caller may create organization trails.
    pub(crate) fn organization_owner(caller: &Account) -> Option<&'static str> {
        match caller.standing {
            Standing::Management | Standing::Delegated => Some(account::ACCOUNT),
            Standing::Member | Standing::Alone => None,
        }
    }

    /// The regions in which a trail takes a place.
    pub(crate) fn reach(caller: Caller<'_>, multi_region: bool) -> Vec<&str> {
        if multi_region {
            region::regions_of(caller.account.partition).to_vec()
        } else {
            vec![caller.region]
        }
    }
}

/// `TrailNotFoundException`, in the service's own words:
/// <https://github.com/aws/aws-sdk-go-v2/issues/1957>.
fn unknown_trail(rule: &super::rule::Rule, arn: &str, caller: Caller<'_>) -> Refusal {
    Refusal::new(
        rule,
        format!("Unknown trail: {arn} for the user: {}", caller.account.id),
    )
}
