//! A test of a provider as a row of steps, each proved in the same order.
//!
//! A step with a configuration goes: write it and run the hook; `validate`; `plan -out`; checks of
//! the plan; `apply` of the saved plan; checks of the state; a plan without refresh, which must be
//! empty (the state is what apply promised); a plan with refresh, which must be empty and find no
//! drift (Read agrees with Apply). When all steps are done: destroy, and a look at what the service
//! has then.
//!
//! Imports [`super::prove`], which carries the steps out, [`super::terraform`], [`super::service`]
//! and [`super::state`].

use super::prove::{GENERATED, Hook, Phase, Wanted, assert_nothing_left, known};
use super::service::Service;
use super::state::{Plan, State};
use super::terraform::{CONFIGURATION, PROVIDER, STATE, Terraform};

/// The address that the resource under test has in most cases.
pub(crate) const THIS: &str = "iam_only_trail_selector.this";

/// A test: steps on one service in one working directory.
pub(crate) struct Case<'s> {
    service: &'s Service,
    terraform: Terraform,
    provider: String,
    provider_file: &'static str,
    steps: Vec<Step<'s>>,
    destroyed: Option<Hook<'s>>,
}

impl<'s> Case<'s> {
    /// A case whose provider is set to `us-east-1`.
    pub(crate) fn new(service: &'s Service) -> Self {
        Self {
            service,
            terraform: service.terraform(),
            provider: service.provider("us-east-1", ""),
            provider_file: PROVIDER,
            steps: Vec::new(),
            destroyed: None,
        }
    }

    /// Another provider block, such as one of [`Service::provider`].
    pub(crate) fn provider(mut self, hcl: String) -> Self {
        self.provider = hcl;
        self
    }

    /// For a configuration that brings its own provider block: ours goes over it, argument by
    /// argument, by way of an override file.
    pub(crate) fn overriding(mut self) -> Self {
        self.provider_file = "provider_override.tf";
        self
    }

    /// Changes the environment of the case's commands.
    pub(crate) fn terraform(mut self, change: impl FnOnce(&mut Terraform)) -> Self {
        change(&mut self.terraform);
        self
    }

    /// One more step.
    pub(crate) fn step(mut self, step: Step<'s>) -> Self {
        self.steps.push(step);
        self
    }

    /// What must hold once everything is destroyed.
    pub(crate) fn destroyed(mut self, check: impl FnOnce() + 's) -> Self {
        self.destroyed = Some(Box::new(check));
        self
    }

    /// Runs the steps, destroys what is left, and looks at the service.
    pub(crate) fn run(self) {
        let Self {
            service,
            terraform,
            provider,
            provider_file,
            steps,
            destroyed,
        } = self;
        terraform.write(provider_file, &provider);
        for (number, step) in steps.into_iter().enumerate() {
            let _report = Report {
                step: format!("step {} ({})", number + 1, step.kind.name()),
                hcl: format!(
                    "{}\n{provider}",
                    step.kind.configuration().unwrap_or_default()
                ),
            };
            step.run(service, &terraform, &provider);
        }
        let _report = Report {
            step: "the destroy at the end".to_owned(),
            hcl: provider,
        };
        if terraform.read(STATE).is_some() {
            terraform.run(&["destroy", "-auto-approve"]).success();
            assert_nothing_left(&terraform);
        }
        if let Some(check) = destroyed {
            check();
        }
    }
}

enum Kind {
    /// Apply this configuration.
    Configuration(String),
    /// Plan this configuration, and no more.
    PlanOnly(String),
    /// `terraform import` of an id into an empty directory.
    Import {
        address: String,
        id: String,
        configuration: String,
    },
    /// Forget the address and take it in again by an `import` block beside this configuration.
    ImportBlock {
        address: String,
        id: String,
        configuration: String,
    },
    /// Have the configuration written by Terraform from an `import` block in an empty directory.
    Generate { address: String, id: String },
    /// `terraform apply -refresh-only`.
    Refresh,
    /// `terraform destroy`.
    Destroy,
}

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Self::Configuration(_) => "configuration",
            Self::PlanOnly(_) => "plan only",
            Self::Import { .. } => "import",
            Self::ImportBlock { .. } => "import block",
            Self::Generate { .. } => "generated configuration",
            Self::Refresh => "refresh",
            Self::Destroy => "destroy",
        }
    }

    fn configuration(&self) -> Option<&str> {
        match self {
            Self::Configuration(hcl) | Self::PlanOnly(hcl) => Some(hcl),
            Self::Import { configuration, .. } | Self::ImportBlock { configuration, .. } => {
                Some(configuration)
            }
            Self::Generate { .. } | Self::Refresh | Self::Destroy => None,
        }
    }
}

/// One step: what is done, and what must come of it.
pub(crate) struct Step<'s> {
    kind: Kind,
    before: Option<Hook<'s>>,
    before_apply: Option<Hook<'s>>,
    wanted: Wanted<'s>,
}

impl<'s> Step<'s> {
    /// Applies `hcl`, with everything that the module's text says.
    pub(crate) fn config(hcl: impl Into<String>) -> Self {
        Self::new(Kind::Configuration(hcl.into()))
    }

    /// Plans `hcl` and applies nothing. Without [`Self::plans`] the plan must be empty.
    pub(crate) fn plan_only(hcl: impl Into<String>) -> Self {
        Self::new(Kind::PlanOnly(hcl.into()))
    }

    /// Imports `id` into an empty directory with this configuration. What comes in must be what
    /// this case's state has, but for what an import can't know; the plan after it must be empty
    /// or an update that calls no one.
    pub(crate) fn import(address: &str, id: &str, hcl: impl Into<String>) -> Self {
        let (address, id) = (address.to_owned(), id.to_owned());
        Self::new(Kind::Import {
            address,
            id,
            configuration: hcl.into(),
        })
    }

    /// Drops `address` from the state, if it is there, and takes it in by an `import` block.
    pub(crate) fn import_block(address: &str, id: &str, hcl: impl Into<String>) -> Self {
        let (address, id) = (address.to_owned(), id.to_owned());
        Self::new(Kind::ImportBlock {
            address,
            id,
            configuration: hcl.into(),
        })
    }

    /// Imports `id` with a configuration that Terraform writes; it must plan empty.
    pub(crate) fn generate(id: &str) -> Self {
        Self::generate_at(GENERATED, id)
    }

    /// The same for a resource of another type, at this address.
    pub(crate) fn generate_at(address: &str, id: &str) -> Self {
        let (address, id) = (address.to_owned(), id.to_owned());
        Self::new(Kind::Generate { address, id })
    }

    /// Refreshes the state and applies nothing.
    pub(crate) fn refresh() -> Self {
        Self::new(Kind::Refresh)
    }

    /// Destroys everything.
    pub(crate) fn destroy() -> Self {
        Self::new(Kind::Destroy)
    }

    /// Runs first: where a trail is changed behind Terraform's back.
    pub(crate) fn before(mut self, hook: impl FnOnce() + 's) -> Self {
        self.before = Some(Box::new(hook));
        self
    }

    /// Runs between plan and apply.
    pub(crate) fn before_apply(mut self, hook: impl FnOnce() + 's) -> Self {
        self.before_apply = Some(Box::new(hook));
        self
    }

    /// The step must fail, in this phase and not before, and say each of `needles`.
    pub(crate) fn fails(mut self, phase: Phase, needles: &[&str]) -> Self {
        self.wanted.fails = Some((vec![phase], owned(needles)));
        self
    }

    /// The step must fail in validate or in plan, before anything is touched, and say each of
    /// `needles`.
    pub(crate) fn fails_before_apply(mut self, needles: &[&str]) -> Self {
        self.wanted.fails = Some((vec![Phase::Validate, Phase::Plan], owned(needles)));
        self
    }

    /// The step must fail in validate, plan or apply, whichever can know, and say each of
    /// `needles`.
    pub(crate) fn fails_at_last(mut self, needles: &[&str]) -> Self {
        let phases = vec![Phase::Validate, Phase::Plan, Phase::Apply];
        self.wanted.fails = Some((phases, owned(needles)));
        self
    }

    /// The phase must say each of `needles`, in a warning or elsewhere.
    pub(crate) fn says(mut self, phase: Phase, needles: &[&str]) -> Self {
        self.wanted.says.push((phase, owned(needles)));
        self
    }

    /// The phase must say none of `needles`.
    pub(crate) fn never_says(mut self, phase: Phase, needles: &[&str]) -> Self {
        self.wanted.silent.push((phase, owned(needles)));
        self
    }

    /// What must be planned for `address`, such as `&["update"]`.
    pub(crate) fn plans(mut self, address: &str, actions: &[&str]) -> Self {
        self.wanted
            .actions
            .push((address.to_owned(), owned(actions)));
        self
    }

    /// A check of the plan.
    pub(crate) fn check_plan(mut self, check: impl Fn(&Plan) + 's) -> Self {
        self.wanted.plan_checks.push(Box::new(check));
        self
    }

    /// A check of the state after the step.
    pub(crate) fn check(mut self, check: impl Fn(&State) + 's) -> Self {
        self.wanted.checks.push(Box::new(check));
        self
    }

    /// The last plan, which is empty otherwise, must have something to do.
    pub(crate) fn leaves_changes(mut self) -> Self {
        self.wanted.leaves_changes = true;
        self
    }

    fn new(kind: Kind) -> Self {
        Self {
            kind,
            before: None,
            before_apply: None,
            wanted: Wanted::default(),
        }
    }

    fn run(self, service: &Service, terraform: &Terraform, provider: &str) {
        let Self {
            kind,
            before,
            before_apply,
            wanted,
        } = self;
        if let Some(hook) = before {
            hook();
        }
        match kind {
            Kind::Configuration(hcl) => {
                terraform.write(CONFIGURATION, &hcl);
                wanted.configuration(terraform, before_apply);
            }
            Kind::PlanOnly(hcl) => {
                terraform.write(CONFIGURATION, &hcl);
                wanted.plan_only(terraform);
            }
            Kind::Import {
                address,
                id,
                configuration,
            } => {
                let fresh = service.terraform();
                fresh.write(PROVIDER, provider);
                fresh.write(CONFIGURATION, &configuration);
                wanted.import(terraform, &fresh, &address, &id);
            }
            Kind::ImportBlock {
                address,
                id,
                configuration,
            } => {
                if known(terraform, &address).is_some() {
                    terraform.run(&["state", "rm", &address]).success();
                }
                let block = format!("import {{\n  to = {address}\n  id = {id:?}\n}}\n");
                terraform.write(CONFIGURATION, &format!("{configuration}\n{block}"));
                wanted.configuration(terraform, before_apply);
                terraform.write(CONFIGURATION, &configuration);
            }
            Kind::Generate { address, id } => {
                let fresh = service.terraform();
                fresh.write(PROVIDER, provider);
                wanted.generated(&fresh, &address, &id);
            }
            Kind::Refresh => wanted.refresh(terraform),
            Kind::Destroy => wanted.destroy(terraform),
        }
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// Prints which step it was, and its configuration, when the test fails within it.
struct Report {
    step: String,
    hcl: String,
}

impl Drop for Report {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "--- {} failed with this configuration\n{}\n---",
                self.step,
                self.hcl.trim()
            );
        }
    }
}
