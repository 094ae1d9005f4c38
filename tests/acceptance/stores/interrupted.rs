//! Applies that fail or are stopped half-way: whatever happened, the state tells what is there, and
//! the next apply comes to the end.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use super::super::{RECIPE, event_names};
use super::{GET, STORE, UPDATE, by_names, lake, recipe, replaced, selector};
use crate::simulator::{Fault, What};
use crate::support::case::{Case, Step};
use crate::support::process::eventually;
use crate::support::prove::Phase;
use crate::support::selectors::{self, by_name, everything, set, store_default};
use crate::support::service::Service;
use crate::support::state::State;
use crate::support::store::Store;
use crate::support::terraform::{CONFIGURATION, PROVIDER, Running, Terraform};

/// How long an update is held up, so that an interrupt comes in the middle of it.
const HELD: Duration = Duration::from_millis(1500);
/// By when an interrupted terraform must have ended.
const PATIENCE: Duration = Duration::from_secs(30);

fn denied() -> What {
    What::Error {
        status: 403,
        code: "AccessDeniedException".to_owned(),
        message: "User is not authorized to perform this action".to_owned(),
    }
}

/// Reading back fails: the store is changed, so state must know it, with what to restore. Terraform has
/// it as tainted, and the next apply ends well.
#[test]
fn a_create_that_fails_after_the_update_knows_its_store() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    let before = set(&[everything("before")]);
    store.put(&before);
    let hcl = selector(&store.arn, &by_names(&RECIPE));
    Case::new(&service)
        .step(
            Step::config(&hcl)
                // Apply plans once more and reads before it puts: the third one reads back.
                .before_apply(|| simulator.inject(Fault::on(GET, denied()).skip(2)))
                .fails(Phase::Apply, &["Error:", "AccessDenied", &store.id])
                .check(|state| {
                    assert!(state.is_tainted(STORE));
                    state.has(STORE, "event_data_store_arn", store.arn.as_str());
                    assert_eq!(replaced(state), selectors::normal(&before));
                    assert_eq!(event_names(&store.selectors()).len(), RECIPE.len());
                }),
        )
        .step(Step::config(&hcl).check(|state| {
            assert!(!state.is_tainted(STORE));
            assert_eq!(event_names(&store.selectors()).len(), RECIPE.len());
        }))
        .destroyed(|| store.has(&before))
        .run();
}

/// An update that is denied leaves nothing behind, neither on the store nor in state.
#[test]
fn a_create_that_fails_before_the_update_leaves_nothing() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, ""))
                .before_apply(|| simulator.inject(Fault::on(UPDATE, denied())))
                .fails(
                    Phase::Apply,
                    &[
                        "Error:",
                        "AccessDenied",
                        "cloudtrail:UpdateEventDataStore",
                        "Nothing was changed",
                    ],
                )
                .check(|state| {
                    assert!(state.addresses().is_empty());
                    store.has(&store_default());
                }),
        )
        .run();
}

/// The answer to an update is lost: whether it was carried out or not, apply ends well and once.
#[test]
fn a_lost_answer_is_found_out_about() {
    for what in [What::CutBeforeAnswer, What::CutBeforeDoing] {
        let service = lake();
        let simulator = service.as_simulator().expect("a simulator");
        let store = service.store();
        Case::new(&service)
            .step(
                Step::config(selector(&store.arn, &by_names(&RECIPE)))
                    .before_apply(|| simulator.inject(Fault::on(UPDATE, what)))
                    .check(|_| assert_eq!(event_names(&store.selectors()).len(), RECIPE.len())),
            )
            .destroyed(|| store.has(&store_default()))
            .run();
    }
}

/// Every answer to the update is lost, and each time it had been carried out: the store is changed, so
/// state has it.
#[test]
fn an_update_that_is_never_answered_is_in_the_state() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("us-east-1", "max_retries = 1"));
    terraform.write(CONFIGURATION, &selector(&store.arn, &by_names(&RECIPE)));
    simulator.inject(Fault::on(UPDATE, What::CutBeforeAnswer).always());
    _ = terraform.run(&["apply", "-auto-approve"]);
    simulator.clear_faults();
    let state = State::new(terraform.show_state());
    state.has(STORE, "event_data_store_arn", store.arn.as_str());
    finished_by_another_apply(&terraform, &store);
}

/// CloudTrail stored something else than was put: a warning, the state is kept, and the plan after it
/// shows the difference.
#[test]
fn a_store_that_reads_otherwise_than_written_is_warned_of() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    let other = set(&[by_name("iam-only", &RECIPE[1..])]);
    let stored = other.clone();
    let alter = What::alter(move |_| stored.clone());
    let hcl = selector(&store.arn, &by_names(&RECIPE));
    Case::new(&service)
        .step(
            Step::config(&hcl)
                .before_apply(|| simulator.inject(Fault::on(UPDATE, alter)))
                .says(
                    Phase::Apply,
                    &["Warning:", "reads otherwise than written", &store.id],
                )
                .check(|state| {
                    assert!(!state.is_tainted(STORE));
                    store.has(&other);
                })
                .leaves_changes(),
        )
        .step(Step::config(&hcl).plans(STORE, &["update"]))
        .run();
}

/// CloudTrail answers the old selectors for a while: a warning, and nothing is left to do once it
/// answers the new ones.
#[test]
fn a_read_that_lags_behind_is_no_failure() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, ""))
                .before_apply(|| {
                    simulator.inject(Fault::on(UPDATE, What::StaleReads { n: 1 }));
                })
                .says(Phase::Apply, &["Warning:"]),
        )
        .run();
}

/// Somebody else changes the store all the time: the wait ends when `timeouts` says so.
#[test]
fn a_conflict_that_does_not_end_is_given_up_in_time() {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    let busy = What::error("ConflictException", "another change is under way");
    let arguments = "timeouts {\n  create = \"4s\"\n}\n";
    let started = Instant::now();
    Case::new(&service)
        .step(
            Step::config(selector(&store.arn, arguments))
                .before(|| simulator.inject(Fault::on(UPDATE, busy).always()))
                .fails(
                    Phase::Apply,
                    &["Error:", "ConflictException", &store.id, "timeouts"],
                )
                .check(|state| assert!(state.addresses().is_empty())),
        )
        .run();
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    store.has(&store_default());
}

/// Starts an apply and comes back when its update is on the way, held up by the simulator.
fn in_the_middle_of_the_update(service: &Service, terraform: &Terraform) -> Running {
    let simulator = service.as_simulator().expect("a simulator");
    let (arrived, arrival) = channel();
    simulator.on_request(move |request| {
        if request.operation == UPDATE {
            _ = arrived.send(());
            std::thread::sleep(HELD);
        }
    });
    let running = terraform.spawn(&["apply", "-auto-approve"]);
    arrival
        .recv_timeout(PATIENCE)
        .expect("the apply puts selectors");
    running
}

/// Another apply ends well, and destroy puts back what was there.
fn finished_by_another_apply(terraform: &Terraform, store: &Store<'_>) {
    terraform.run(&["apply", "-auto-approve"]).success();
    store.has(&set(&[recipe()]));
    let settled = terraform.run(&["plan", "-detailed-exitcode"]);
    assert!(settled.succeeded(), "{settled}");
    terraform.run(&["destroy", "-auto-approve"]).success();
    store.has(&store_default());
}

/// What was under way when the interrupt came has been carried out, and state tells so. With a name
/// the store has that one first, and it is an update that is interrupted.
fn interrupted(first: Option<&str>, interrupt: impl Fn(&Running)) {
    let service = lake();
    let simulator = service.as_simulator().expect("a simulator");
    let store = service.store();
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("us-east-1", ""));
    if let Some(name) = first {
        terraform.write(CONFIGURATION, &selector(&store.arn, &by_names(&[name])));
        terraform.run(&["apply", "-auto-approve"]).success();
    }
    terraform.write(CONFIGURATION, &selector(&store.arn, &by_names(&RECIPE)));
    let running = in_the_middle_of_the_update(&service, &terraform);
    interrupt(&running);
    let outcome = running.finish(&terraform, PATIENCE);
    simulator.clear_hook();
    outcome.says(&["Interrupt received"]);
    store.has(&set(&[recipe()]));
    let state = State::new(terraform.show_state());
    state.has(STORE, "event_data_store_arn", store.arn.as_str());
    assert!(!state.is_tainted(STORE), "{outcome}");
    let plan = terraform.run(&["plan", "-detailed-exitcode"]);
    assert!(plan.succeeded(), "what was applied is in the state: {plan}");
    finished_by_another_apply(&terraform, &store);
}

/// Ctrl-C at a terminal reaches the provider as well.
#[test]
fn ctrl_c_in_the_middle_of_an_apply_leaves_a_right_state() {
    interrupted(None, Running::interrupt_group);
}

/// An interrupt from a supervisor reaches terraform alone.
#[test]
fn an_interrupt_of_terraform_alone_leaves_a_right_state() {
    interrupted(None, Running::interrupt_terraform);
}

/// An update that is interrupted is not lost either.
#[test]
fn ctrl_c_in_the_middle_of_an_update_leaves_a_right_state() {
    interrupted(Some("CreateUser"), Running::interrupt_group);
}

/// Ctrl-C while another change of the store, or a state of it, is waited out, which may take minutes:
/// the wait ends, the error tells what was waited for, and nothing was changed.
#[test]
fn ctrl_c_ends_the_wait() {
    for state in [None, Some(crate::simulator::StoreStatus::Starting)] {
        let service = lake();
        let simulator = service.as_simulator().expect("a simulator");
        let store = service.store();
        let terraform = service.terraform();
        terraform.write(PROVIDER, &service.provider("us-east-1", ""));
        terraform.write(CONFIGURATION, &selector(&store.arn, &by_names(&RECIPE)));
        let busy = What::error("ConflictException", "another change is under way");
        let waited_for = if let Some(state) = state {
            store.pass(state, usize::MAX);
            state.name()
        } else {
            simulator.inject(Fault::on(UPDATE, busy).always());
            "ConflictException"
        };

        let running = terraform.spawn(&["apply", "-auto-approve"]);
        eventually("the apply waits", PATIENCE, || {
            let journal = simulator.journal();
            let calls = |operation: &str| {
                let of_it = journal.iter().filter(|call| call.operation == operation);
                of_it.count()
            };
            // The plan and the plan within apply read, and so does the create.
            (calls(UPDATE) > 0 || calls(GET) > 2).then_some(())
        });
        let interrupted = Instant::now();
        running.interrupt_group();
        let outcome = running.finish(&terraform, PATIENCE);
        let took = interrupted.elapsed();

        assert!(!outcome.succeeded(), "{outcome}");
        assert!(took < Duration::from_secs(5), "{took:?}: {outcome}");
        outcome.says(&[
            "Interrupt received",
            "Error: Stopped before the work was done",
            waited_for,
            "Nothing was changed",
            "Run the command again",
        ]);
        assert!(State::new(terraform.show_state()).addresses().is_empty());
        store.has(&store_default());
        simulator.clear_faults();
        store.pass(crate::simulator::StoreStatus::Enabled, 0);
        finished_by_another_apply(&terraform, &store);
    }
}
