//! Applies that fail or are stopped half-way: whatever happened, the state tells what is there, and
//! the next apply comes to the end.
//!
//! On the simulator only: moto does not fail on demand.

use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use super::{RECIPE, event_names, only, selector};
use crate::simulator::{Fault, What};
use crate::support::case::{Case, Step, THIS};
use crate::support::prove::Phase;
use crate::support::selectors::{self, by_name, everything, service_default, set};
use crate::support::service::{Service, Trail};
use crate::support::state::State;
use crate::support::terraform::{CONFIGURATION, Outcome, PROVIDER, Running, Terraform};

/// How long a Put is held up, so that an interrupt comes in the middle of it.
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

/// Reading back fails: the trail is changed, so state must know it, with what to restore. Terraform
/// has it as tainted, and the next apply ends well.
#[test]
fn a_create_that_fails_after_the_put_knows_its_trail() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let before = set(&[everything("before")]);
    trail.put(&before);
    let hcl = selector(&trail.name, &only(&RECIPE));
    Case::new(&service)
        .step(
            Step::config(&hcl)
                // Apply plans once more and reads before it puts: the third one reads back.
                .before_apply(|| simulator.inject(Fault::on("GetEventSelectors", denied()).skip(2)))
                .fails(Phase::Apply, &["Error:", "AccessDenied", &trail.name])
                .check(|state| {
                    assert!(state.is_tainted(THIS));
                    state.has(THIS, "trail_arn", trail.arn.as_str());
                    let replaced = &state.at(THIS)["replaced_selectors"]["advanced_event_selectors"];
                    assert_eq!(super::wire(replaced), selectors::normal(&before));
                    assert_eq!(event_names(&trail.selectors()).len(), RECIPE.len());
                }),
        )
        .step(Step::config(&hcl).check(|state| {
            assert!(!state.is_tainted(THIS));
            assert_eq!(event_names(&trail.selectors()).len(), RECIPE.len());
        }))
        .destroyed(|| trail.has(&before))
        .run();
}

/// A Put that is denied leaves nothing behind, neither on the trail nor in state.
#[test]
fn a_create_that_fails_before_the_put_leaves_nothing() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    Case::new(&service)
        .step(
            Step::config(selector(&trail.name, &only(&RECIPE)))
                .before_apply(|| simulator.inject(Fault::on("PutEventSelectors", denied())))
                .fails(
                    Phase::Apply,
                    &[
                        "Error:",
                        "AccessDenied",
                        "cloudtrail:PutEventSelectors",
                        "Nothing was changed",
                    ],
                )
                .check(|state| {
                    assert!(state.addresses().is_empty());
                    trail.has(&service_default());
                }),
        )
        .run();
}

/// The answer to a Put is lost: whether it was carried out or not, apply ends well and once.
#[test]
fn a_lost_answer_is_found_out_about() {
    for what in [What::CutBeforeAnswer, What::CutBeforeDoing] {
        let service = Service::simulator();
        let simulator = service.as_simulator().expect("a simulator");
        let trail = service.trail();
        Case::new(&service)
            .step(
                Step::config(selector(&trail.name, &only(&RECIPE)))
                    .before_apply(|| simulator.inject(Fault::on("PutEventSelectors", what)))
                    .check(|_| assert_eq!(event_names(&trail.selectors()).len(), RECIPE.len())),
            )
            .destroyed(|| trail.has(&service_default()))
            .run();
    }
}

/// Every answer to the Put is lost, and each time it had been carried out: the trail is changed, so
/// state has it.
#[test]
fn a_put_that_is_never_answered_is_in_the_state() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("us-east-1", "max_retries = 1"));
    terraform.write(CONFIGURATION, &selector(&trail.arn, &only(&RECIPE)));
    simulator.inject(Fault::on("PutEventSelectors", What::CutBeforeAnswer).always());
    _ = terraform.run(&["apply", "-auto-approve"]);
    simulator.clear_faults();
    let state = State::new(terraform.show_state());
    state.has(THIS, "trail_arn", trail.arn.as_str());
    finished_by_another_apply(&terraform, &trail);
}

/// CloudTrail stored something else than was put: a warning, the state is kept, and the plan after
/// it shows the difference.
#[test]
fn a_trail_that_reads_otherwise_than_written_is_warned_of() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let other = set(&[by_name("iam-only", &RECIPE[1..])]);
    let stored = other.clone();
    let alter = What::alter(move |_| stored.clone());
    let hcl = selector(&trail.name, &only(&RECIPE));
    Case::new(&service)
        .step(
            Step::config(&hcl)
                .before_apply(|| simulator.inject(Fault::on("PutEventSelectors", alter)))
                .says(
                    Phase::Apply,
                    &["Warning:", "reads otherwise than written", &trail.name],
                )
                .check(|state| {
                    assert!(!state.is_tainted(THIS));
                    trail.has(&other);
                })
                .leaves_changes(),
        )
        .step(Step::config(&hcl).plans(THIS, &["update"]))
        .run();
}

/// CloudTrail answers the old selectors for a while: a warning, and nothing is left to do once it
/// answers the new ones.
#[test]
fn a_read_that_lags_behind_is_no_failure() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    Case::new(&service)
        .step(
            Step::config(selector(&trail.name, &only(&RECIPE)))
                .before_apply(|| {
                    simulator.inject(Fault::on("PutEventSelectors", What::StaleReads { n: 1 }));
                })
                .says(Phase::Apply, &["Warning:"]),
        )
        .run();
}

/// A call outside the home region is looked up once more, and not for ever.
#[test]
fn a_wrong_home_region_is_looked_up_once() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let elsewhere = What::error("InvalidHomeRegionException", "not the home region");
    Case::new(&service)
        .step(
            Step::config(selector(&trail.arn, &only(&RECIPE)))
                .before_apply(|| {
                    simulator.inject(Fault::on("PutEventSelectors", elsewhere).always());
                    simulator.clear_journal();
                })
                .fails(
                    Phase::Apply,
                    &["Error:", "InvalidHomeRegionException", &trail.name],
                )
                .check(|state| assert!(state.addresses().is_empty())),
        )
        .run();
    let puts = simulator
        .journal()
        .iter()
        .filter(|call| call.operation == "PutEventSelectors")
        .count();
    assert!(puts <= 2, "{puts} Puts");
}

/// Somebody else changes the trail all the time: the wait ends when `timeouts` says so.
#[test]
fn a_conflict_that_does_not_end_is_given_up_in_time() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let busy = What::error("ConflictException", "another change is under way");
    let arguments = format!("{}timeouts {{\n  create = \"4s\"\n}}\n", only(&RECIPE));
    let started = Instant::now();
    Case::new(&service)
        .step(
            Step::config(selector(&trail.arn, &arguments))
                .before(|| simulator.inject(Fault::on("PutEventSelectors", busy).always()))
                .fails(
                    Phase::Apply,
                    &["Error:", "ConflictException", &trail.name, "timeouts"],
                )
                .check(|state| assert!(state.addresses().is_empty())),
        )
        .run();
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    trail.has(&service_default());
}

/// Starts an apply and comes back when its Put is on the way, held up by the simulator.
fn in_the_middle_of_the_put(service: &Service, terraform: &Terraform) -> (Running, Receiver<()>) {
    let simulator = service.as_simulator().expect("a simulator");
    let (arrived, arrival) = channel();
    simulator.on_request(move |request| {
        if request.operation == "PutEventSelectors" {
            _ = arrived.send(());
            std::thread::sleep(HELD);
        }
    });
    let running = terraform.spawn(&["apply", "-auto-approve"]);
    arrival
        .recv_timeout(PATIENCE)
        .expect("the apply puts selectors");
    (running, arrival)
}

/// Another apply ends well, and destroy puts back what was there.
fn finished_by_another_apply(terraform: &Terraform, trail: &Trail<'_>) {
    terraform.run(&["apply", "-auto-approve"]).success();
    assert_eq!(event_names(&trail.selectors()).len(), RECIPE.len());
    let settled = terraform.run(&["plan", "-detailed-exitcode"]);
    assert!(settled.succeeded(), "{settled}");
    terraform.run(&["destroy", "-auto-approve"]).success();
    trail.has(&service_default());
}

fn interrupted(interrupt: impl Fn(&Running)) {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("us-east-1", ""));
    terraform.write(CONFIGURATION, &selector(&trail.arn, &only(&RECIPE)));
    let (running, _arrival) = in_the_middle_of_the_put(&service, &terraform);
    interrupt(&running);
    let outcome: Outcome = running.finish(&terraform, PATIENCE);
    simulator.clear_hook();
    outcome.says(&["Interrupt received"]);

    // The Put that was under way has been carried out, and state tells so.
    assert_eq!(
        event_names(&trail.selectors()).len(),
        RECIPE.len(),
        "{outcome}"
    );
    let state = State::new(terraform.show_state());
    state.has(THIS, "trail_arn", trail.arn.as_str());
    assert!(!state.is_tainted(THIS), "{outcome}");
    let plan = terraform.run(&["plan", "-detailed-exitcode"]);
    assert!(plan.succeeded(), "what was applied is in the state: {plan}");
    finished_by_another_apply(&terraform, &trail);
}

/// Ctrl-C at a terminal reaches the provider as well.
#[test]
fn ctrl_c_in_the_middle_of_an_apply_leaves_a_right_state() {
    interrupted(Running::interrupt_group);
}

/// An interrupt from a supervisor reaches terraform alone.
#[test]
fn an_interrupt_of_terraform_alone_leaves_a_right_state() {
    interrupted(Running::interrupt_terraform);
}

/// An update that is interrupted is not lost either.
#[test]
fn ctrl_c_in_the_middle_of_an_update_leaves_a_right_state() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("us-east-1", ""));
    terraform.write(CONFIGURATION, &selector(&trail.arn, &only(&["CreateUser"])));
    terraform.run(&["apply", "-auto-approve"]).success();
    terraform.write(CONFIGURATION, &selector(&trail.arn, &only(&RECIPE)));
    let (running, _arrival) = in_the_middle_of_the_put(&service, &terraform);
    running.interrupt_group();
    let outcome = running.finish(&terraform, PATIENCE);
    simulator.clear_hook();
    let state = State::new(terraform.show_state());
    assert_eq!(
        state.texts(THIS, "event_names").len(),
        RECIPE.len(),
        "{outcome}"
    );
    let plan = terraform.run(&["plan", "-detailed-exitcode"]);
    assert!(plan.succeeded(), "{plan}");
    finished_by_another_apply(&terraform, &trail);
}

/// Ctrl-C while another change of the trail is waited out, which may take minutes: the wait ends,
/// the error tells what was waited for, and nothing was changed.
#[test]
fn ctrl_c_ends_the_wait_for_another_change() {
    let service = Service::simulator();
    let simulator = service.as_simulator().expect("a simulator");
    let trail = service.trail();
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("us-east-1", ""));
    terraform.write(CONFIGURATION, &selector(&trail.arn, &only(&RECIPE)));
    let busy = What::error("ConflictException", "another change is under way");
    simulator.inject(Fault::on("PutEventSelectors", busy).always());
    let puts = || {
        let journal = simulator.journal();
        let puts = journal
            .iter()
            .filter(|call| call.operation == "PutEventSelectors");
        puts.count()
    };

    let running = terraform.spawn(&["apply", "-auto-approve"]);
    let started = Instant::now();
    while puts() == 0 {
        assert!(started.elapsed() < PATIENCE, "the apply puts selectors");
        std::thread::sleep(Duration::from_millis(20));
    }
    let interrupted = Instant::now();
    running.interrupt_group();
    let outcome = running.finish(&terraform, PATIENCE);
    let took = interrupted.elapsed();

    assert!(!outcome.succeeded(), "{outcome}");
    assert!(took < Duration::from_secs(5), "{took:?}: {outcome}");
    outcome.says(&[
        "Interrupt received",
        "Error: Stopped before the work was done",
        "ConflictException: another change is under way",
        "Nothing was changed",
        "Run the command again",
    ]);
    assert!(puts() <= 2, "{} Puts", puts());
    assert!(State::new(terraform.show_state()).addresses().is_empty());
    trail.has(&service_default());
    simulator.clear_faults();
    finished_by_another_apply(&terraform, &trail);
}
