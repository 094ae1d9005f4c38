//! What is chosen: a few choices that lead to documents of every shape.
//!
//! Imports nothing.

/// One choice of events.
#[derive(Debug)]
pub(super) struct Choice {
    /// Its name in the configuration.
    pub(super) name: &'static str,
    /// What is typed.
    pub(super) typed: &'static str,
    /// The `filter_by` that is typed; empty for none.
    pub(super) filter_by: &'static str,
    /// The `filter_by` whose selectors log exactly the chosen events and no others. Where whole
    /// services are chosen, what stands behind a trail asks for their sources alone.
    pub(super) exact: &'static str,
    /// Whether it is a choice of reads or writes only.
    pub(super) is_of_type: bool,
}

/// A name with what each of the formats has a meaning for: quotes, templates, escapes, comments,
/// separators, and characters beyond ASCII.
pub(super) const AWKWARD: &str =
    "\"it's\" \\ ${x} $${y} %{z} #{ : - [a], {b: c} & *d !e | > @f `g` é 名 \u{2028} --";

/// The choices.
pub(super) const CHOICES: [Choice; 9] = [
    Choice {
        name: "whole",
        typed: "",
        filter_by: "",
        exact: "event_source",
        is_of_type: false,
    },
    Choice {
        name: "writes",
        typed: "read_write_type = \"WriteOnly\"",
        filter_by: "",
        exact: "event_source",
        is_of_type: true,
    },
    Choice {
        name: "keys",
        typed: "resource_families = [\"access_key\"]",
        filter_by: "",
        exact: "event_name_and_source",
        is_of_type: false,
    },
    Choice {
        name: "services",
        typed: "services = [\"iam\", \"sts\", \"signin\", \"sso\"]",
        filter_by: "",
        exact: "event_source",
        is_of_type: false,
    },
    Choice {
        name: "narrowed",
        typed: "services = [\"iam\", \"sts\", \"identitystore\"]\n  \
                exclude_event_names = [\"GetUser\", \"GetCallerIdentity\", \"DescribeUser\"]",
        filter_by: "",
        exact: "event_name_and_source",
        is_of_type: false,
    },
    Choice {
        name: "added",
        typed: "services = [\"iam\"]\n  access_levels = [\"Permissions management\"]\n  \
                include_event_names = [\"ConsoleLogin\", \"AssumeRole\"]",
        filter_by: "",
        exact: "event_name_and_source",
        is_of_type: false,
    },
    Choice {
        name: "awkward",
        typed: "resource_families = [\"mfa\"]\n  selector_name = local.awkward",
        filter_by: "",
        exact: "event_name_and_source",
        is_of_type: false,
    },
    Choice {
        name: "excluded",
        typed: "services = [\"iam\", \"sts\"]",
        filter_by: "exclusion",
        exact: "event_source",
        is_of_type: false,
    },
    Choice {
        name: "store",
        typed: "destination = \"event_data_store\"\n  services = [\"iam\", \"sts\"]\n  \
                read_write_type = \"ReadOnly\"\n  event_data_store_id = \"EXAMPLE-1234\"",
        filter_by: "",
        exact: "event_source",
        is_of_type: true,
    },
];
