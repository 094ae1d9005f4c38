//! How the steps of a case are carried out, and each expectation held against what came of them.
//!
//! Imports [`super::terraform`], [`super::reattached`] and [`super::state`]. [`super::case`] says what
//! a step is.

use serde_json::Value;

use super::reattached;
use super::state::{Plan, State};
use super::terraform::{CONFIGURATION, Outcome, PLAN, STATE, Terraform};

/// Exit code of `plan -detailed-exitcode` when there is something to do.
const CHANGES: i32 = 2;

/// Attributes which an import can't know: what a trail or an event data store had before us, and what stands in the
/// configuration alone.
const NOT_IMPORTED: [&str; 2] = ["replaced_selectors", "timeouts"];

/// The address under which the configuration of a trail's selector is generated.
pub(crate) const GENERATED: &str = "iam_only_trail_selector.generated";

/// What a test does at a certain moment of a step.
pub(crate) type Hook<'s> = Box<dyn FnOnce() + 's>;
/// What a test looks at.
pub(crate) type Check<'s, T> = Box<dyn Fn(&T) + 's>;

/// The part of a step in which something is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// `terraform validate`
    Validate,
    /// `terraform plan`
    Plan,
    /// `terraform apply` of the saved plan
    Apply,
    /// `terraform apply -refresh-only`
    Refresh,
    /// `terraform import`
    Import,
    /// `terraform destroy`
    Destroy,
}

/// What must come of a step.
#[derive(Default)]
pub(crate) struct Wanted<'s> {
    /// The phases one of which must fail, the last at the latest, and what it must say.
    pub(crate) fails: Option<(Vec<Phase>, Vec<String>)>,
    /// What a phase must say.
    pub(crate) says: Vec<(Phase, Vec<String>)>,
    /// What a phase must not say.
    pub(crate) silent: Vec<(Phase, Vec<String>)>,
    /// What must be planned, by address.
    pub(crate) actions: Vec<(String, Vec<String>)>,
    /// Checks of the plan.
    pub(crate) plan_checks: Vec<Check<'s, Plan>>,
    /// Checks of the state.
    pub(crate) checks: Vec<Check<'s, State>>,
    /// Whether the last plan must have something to do.
    pub(crate) leaves_changes: bool,
}

impl Wanted<'_> {
    /// Validate, plan, apply the saved plan, and both empty plans.
    pub(crate) fn configuration(&self, terraform: &Terraform, before_apply: Option<Hook<'_>>) {
        if !self.plan(terraform) {
            return;
        }
        if let Some(hook) = before_apply {
            hook();
        }
        let outcome = terraform.run(&["apply", PLAN]);
        let passed = self.passes(Phase::Apply, &outcome);
        self.look(terraform);
        if !passed {
            return;
        }
        // It is the state that is looked at, and not the way to the provider.
        if !reattached::is_on() {
            let unrefreshed = terraform.run(&["plan", "-refresh=false", "-detailed-exitcode"]);
            assert!(
                unrefreshed.succeeded(),
                "after apply a plan without refresh must be empty: {unrefreshed}"
            );
        }
        self.settled(terraform);
    }

    /// Validate and plan; the plan must be what is expected, or empty if nothing is.
    pub(crate) fn plan_only(&self, terraform: &Terraform) {
        if self.plan(terraform) && self.actions.is_empty() {
            let changes = Plan::new(terraform.show_plan(PLAN)).changes();
            assert!(
                changes.is_empty(),
                "the plan must be empty and has {changes:?}"
            );
        }
    }

    /// `apply -refresh-only`, and the plan after it.
    pub(crate) fn refresh(&self, terraform: &Terraform) {
        let outcome = terraform.run(&["apply", "-refresh-only", "-auto-approve"]);
        let passed = self.passes(Phase::Refresh, &outcome);
        self.look(terraform);
        if passed {
            self.settled(terraform);
        }
    }

    /// `destroy`, which must leave nothing in the state.
    pub(crate) fn destroy(&self, terraform: &Terraform) {
        let outcome = terraform.run(&["destroy", "-auto-approve"]);
        if self.passes(Phase::Destroy, &outcome) {
            assert_nothing_left(terraform);
        } else {
            self.look(terraform);
        }
    }

    /// `import` into the directory `fresh`; what comes in is what `terraform`'s state has.
    pub(crate) fn import(&self, terraform: &Terraform, fresh: &Terraform, address: &str, id: &str) {
        let outcome = fresh.run(&["import", address, id]);
        if !self.passes(Phase::Import, &outcome) {
            return;
        }
        self.look(fresh);
        let imported = State::new(fresh.show_state());
        if let Some(known) = known(terraform, address) {
            same_attributes(&known, imported.at(address));
        }
        self.settled(fresh);
    }

    /// Plans an `import` block with `-generate-config-out` in the directory `fresh`, applies it,
    /// and plans the configuration that came of it.
    pub(crate) fn generated(&self, fresh: &Terraform, address: &str, id: &str) {
        let block = format!("import {{\n  to = {address}\n  id = {id:?}\n}}\n");
        fresh.write(CONFIGURATION, &block);
        let out = format!("-out={PLAN}");
        let outcome = fresh.run(&["plan", "-generate-config-out=generated.tf", &out]);
        if !self.passes(Phase::Plan, &outcome) {
            return;
        }
        let written = fresh.read("generated.tf").unwrap_or_default();
        let plan = Plan::new(fresh.show_plan(PLAN));
        assert!(plan.imports(address), "nothing is imported: {outcome}");
        assert_eq!(plan.actions(address), ["no-op"], "{outcome}\n{written}");
        for check in &self.plan_checks {
            check(&plan);
        }
        let applied = fresh.run(&["apply", PLAN]);
        assert!(applied.succeeded(), "{applied}\n{written}");
        let after = fresh.run(&["plan", "-detailed-exitcode"]);
        assert!(
            after.succeeded(),
            "the generated configuration plans empty: {after}\n{written}"
        );
        self.look(fresh);
    }

    /// Validate and plan; whether the step goes on.
    fn plan(&self, terraform: &Terraform) -> bool {
        // A plan validates too: the command by itself is run where something is expected of it.
        if self.concerns(Phase::Validate)
            && !self.passes(Phase::Validate, &terraform.run(&["validate"]))
        {
            return false;
        }
        let outcome = terraform.run(&["plan", &format!("-out={PLAN}")]);
        if !self.passes(Phase::Plan, &outcome) {
            return false;
        }
        if self.actions.is_empty() && self.plan_checks.is_empty() {
            return true;
        }
        let plan = Plan::new(terraform.show_plan(PLAN));
        for (address, expected) in &self.actions {
            assert_eq!(
                plan.actions(address),
                *expected,
                "planned for {address}: {outcome}"
            );
        }
        for check in &self.plan_checks {
            check(&plan);
        }
        true
    }

    /// The last plan: nothing to do and no drift, unless the step is to leave changes.
    fn settled(&self, terraform: &Terraform) {
        let refreshed = terraform.run(&["plan", "-json", "-detailed-exitcode"]);
        if self.leaves_changes {
            assert_eq!(
                refreshed.code,
                Some(CHANGES),
                "changes must be left: {refreshed}"
            );
            return;
        }
        assert!(
            refreshed.succeeded(),
            "a plan with refresh must be empty: {refreshed}"
        );
        if refreshed.tells("resource_drift") {
            // What the events leave out, before and after, is in a saved plan.
            terraform.run(&["plan", &format!("-out={PLAN}")]).success();
            let plan = Plan::new(terraform.show_plan(PLAN));
            panic!("Read disagrees with Apply: {:#?}", plan.drift());
        }
    }

    /// Whether anything is expected of a phase.
    fn concerns(&self, phase: Phase) -> bool {
        let said = self
            .says
            .iter()
            .chain(&self.silent)
            .any(|(at, _)| *at == phase);
        said || self
            .fails
            .as_ref()
            .is_some_and(|(phases, _)| phases.contains(&phase))
    }

    /// Whether the step goes on after this outcome, which must be the expected one.
    fn passes(&self, phase: Phase, outcome: &Outcome) -> bool {
        let of_phase = |wanted: &[(Phase, Vec<String>)]| -> Vec<String> {
            wanted
                .iter()
                .filter(|(at, _)| *at == phase)
                .flat_map(|(_, all)| all.clone())
                .collect()
        };
        outcome.says(&of_phase(&self.says));
        let prose = outcome.prose();
        for needle in of_phase(&self.silent) {
            assert!(
                !prose.contains(&needle),
                "{needle:?} must not be said: {outcome}"
            );
        }
        if let Some((phases, needles)) = &self.fails
            && phases.contains(&phase)
        {
            if outcome.succeeded() {
                assert_ne!(
                    phases.last(),
                    Some(&phase),
                    "{phase:?} must fail: {outcome}"
                );
                return true;
            }
            outcome.says(needles);
            return false;
        }
        assert!(outcome.succeeded(), "{phase:?} failed: {outcome}");
        true
    }

    fn look(&self, terraform: &Terraform) {
        if self.checks.is_empty() {
            return;
        }
        let state = State::new(terraform.show_state());
        for check in &self.checks {
            check(&state);
        }
    }
}

/// Fails unless the state is empty. Looks at the file itself, which costs no start of a provider.
pub(crate) fn assert_nothing_left(terraform: &Terraform) {
    let state = terraform.read(STATE).unwrap_or_default();
    let state: Value = serde_json::from_str(&state).expect("the state is JSON");
    assert_eq!(
        state["resources"],
        serde_json::json!([]),
        "destroy leaves nothing"
    );
}

/// The attributes that the state of `terraform` has at `address`, if it has it.
pub(crate) fn known(terraform: &Terraform, address: &str) -> Option<Value> {
    terraform.read(STATE)?;
    let state = State::new(terraform.show_state());
    state
        .addresses()
        .contains(&address)
        .then(|| state.at(address).clone())
}

/// Fails unless an imported object has every attribute that the known one has.
fn same_attributes(known: &Value, imported: &Value) {
    for (name, value) in known.as_object().into_iter().flatten() {
        if !NOT_IMPORTED.contains(&name.as_str()) {
            assert_eq!(imported[name], *value, "{name} after the import");
        }
    }
}
