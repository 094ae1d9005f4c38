//! Reading what `terraform show -json` tells of a state and of a plan.
//!
//! Imports nothing of ours. Every reader fails the test with the whole document when something is
//! not there, since a check which finds nothing must not pass.

use std::collections::BTreeSet;

use serde_json::Value;

/// A state.
pub(crate) struct State(Value);

impl State {
    /// Wraps the answer of `show -json`.
    pub(crate) fn new(shown: Value) -> Self {
        Self(shown)
    }

    /// The addresses of everything in the root module.
    pub(crate) fn addresses(&self) -> Vec<&str> {
        self.resources()
            .filter_map(|resource| resource["address"].as_str())
            .collect()
    }

    /// The attributes of what is at `address`.
    pub(crate) fn at(&self, address: &str) -> &Value {
        &self.instance(address)["values"]
    }

    /// Whether what is at `address` is tainted.
    pub(crate) fn is_tainted(&self, address: &str) -> bool {
        self.instance(address)["tainted"].as_bool().unwrap_or(false)
    }

    /// A string attribute.
    pub(crate) fn text(&self, address: &str, attribute: &str) -> &str {
        let value = &self.at(address)[attribute];
        value
            .as_str()
            .unwrap_or_else(|| panic!("{address}.{attribute} is {value}"))
    }

    /// An attribute that is a list or a set of strings.
    pub(crate) fn texts(&self, address: &str, attribute: &str) -> BTreeSet<String> {
        strings(&self.at(address)[attribute])
    }

    /// The value of an output.
    pub(crate) fn output(&self, name: &str) -> &Value {
        &self.0["values"]["outputs"][name]["value"]
    }

    /// Fails unless the attribute has this value.
    pub(crate) fn has(&self, address: &str, attribute: &str, expected: impl Into<Value>) -> &Self {
        let (found, expected) = (&self.at(address)[attribute], expected.into());
        assert_eq!(
            *found,
            expected,
            "{address}.{attribute} in {:#}",
            self.at(address)
        );
        self
    }

    fn instance(&self, address: &str) -> &Value {
        self.resources()
            .find(|resource| resource["address"] == address)
            .unwrap_or_else(|| panic!("{address} is not in the state: {:#}", self.0))
    }

    fn resources(&self) -> impl Iterator<Item = &Value> {
        self.0["values"]["root_module"]["resources"]
            .as_array()
            .into_iter()
            .flatten()
    }
}

/// A saved plan.
pub(crate) struct Plan(Value);

impl Plan {
    /// Wraps the answer of `show -json`.
    pub(crate) fn new(shown: Value) -> Self {
        Self(shown)
    }

    /// What is planned for `address`, such as `["update"]` or `["delete", "create"]`.
    pub(crate) fn actions(&self, address: &str) -> Vec<&str> {
        list(&self.change(address)["actions"])
    }

    /// The values that `address` is going to have; what is not known yet is not there.
    pub(crate) fn after(&self, address: &str) -> &Value {
        &self.change(address)["after"]
    }

    /// Whether an attribute, or any part of it, is known after apply only.
    pub(crate) fn is_unknown(&self, address: &str, attribute: &str) -> bool {
        let unknown = &self.change(address)["after_unknown"][attribute];
        has_true(unknown)
    }

    /// Whether `address` is going to be imported.
    pub(crate) fn imports(&self, address: &str) -> bool {
        self.change(address)["importing"].is_object()
    }

    /// Addresses, and outputs, for which anything at all is planned.
    pub(crate) fn changes(&self) -> Vec<String> {
        let resources = self.0["resource_changes"].as_array().into_iter().flatten();
        let resources = resources
            .filter(|one| {
                !matches!(
                    list(&one["change"]["actions"]).as_slice(),
                    ["no-op" | "read"]
                )
            })
            .map(|one| one["address"].to_string());
        let outputs = self.0["output_changes"].as_object().into_iter().flatten();
        let outputs = outputs
            .filter(|(_, one)| list(&one["actions"]) != ["no-op"])
            .map(|(name, _)| format!("output {name}"));
        resources.chain(outputs).collect()
    }

    /// What refreshing found to differ from the state, with before and after.
    pub(crate) fn drift(&self) -> &[Value] {
        self.0["resource_drift"]
            .as_array()
            .map_or(&[], Vec::as_slice)
    }

    fn change(&self, address: &str) -> &Value {
        let changes = self.0["resource_changes"].as_array();
        let found = changes
            .into_iter()
            .flatten()
            .find(|change| change["address"] == address);
        &found.unwrap_or_else(|| panic!("{address} is not in the plan: {:#}", self.0))["change"]
    }
}

/// The strings of a JSON list.
pub(crate) fn strings(value: &Value) -> BTreeSet<String> {
    let items = value
        .as_array()
        .unwrap_or_else(|| panic!("not a list: {value}"));
    items
        .iter()
        .map(|item| {
            item.as_str()
                .unwrap_or_else(|| panic!("not a string: {item}"))
                .to_owned()
        })
        .collect()
}

fn list(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn has_true(value: &Value) -> bool {
    match value {
        Value::Bool(unknown) => *unknown,
        Value::Array(items) => items.iter().any(has_true),
        Value::Object(items) => items.values().any(has_true),
        Value::Null | Value::Number(_) | Value::String(_) => false,
    }
}
