//! The acts, in the order in which somebody would live through them.
//!
//! May import [`crate::stage`] and [`crate::support`].

use crate::stage::Stage;
use crate::support::selectors::{self, IAM_NAMES, RECIPE, by_name, data, everything, normal, set};
use crate::support::service::{Make, Service, Trail};
use crate::support::state::State;
use crate::support::terraform::{CONFIGURATION, PROVIDER, Terraform};

/// The address of the resource in each act.
const AUDIT: &str = "iam_only_trail_selector.audit";

/// Plays all of them.
pub(crate) fn play(stage: &mut Stage) {
    // A service as emulators are: it takes event names on a trail.
    let service = Service::simulator();
    let trail = service.trail_with(Make {
        name: Some("audit"),
        ..Make::default()
    });
    let before = set(&[
        everything("All management events"),
        data("Objects", "AWS::S3::Object"),
    ]);
    trail.put(&before);
    let terraform = directory(&service);

    create(stage, &service, &terraform, &trail);
    second_plan(stage, &terraform);
    drift(stage, &terraform, &trail);
    update(stage, &terraform, &trail);
    import(stage, &service);
    refusal_and_fallback(stage);
    destroy(stage, &terraform, &trail, &before);
}

fn directory(service: &Service) -> Terraform {
    let terraform = service.terraform();
    terraform.write(PROVIDER, &service.provider("us-east-1", ""));
    terraform
}

/// The resource with these arguments, formatted as `terraform fmt` does it.
fn resource(trail: &Trail<'_>, arguments: &[(&str, &str)]) -> String {
    let all = [&[("trail_name", trail.name.as_str())], arguments].concat();
    let width = all
        .iter()
        .map(|(name, _)| name.len())
        .max()
        .unwrap_or_default();
    let lines = all
        .iter()
        .map(|(name, value)| format!("  {name:width$} = {value:?}\n"));
    format!(
        "resource \"iam_only_trail_selector\" \"audit\" {{\n{}}}\n",
        lines.collect::<String>()
    )
}

fn state(terraform: &Terraform) -> State {
    State::new(terraform.show_state())
}

fn create(stage: &mut Stage, service: &Service, terraform: &Terraform, trail: &Trail<'_>) {
    stage.act(
        "Create: a trail logs IAM only, by event name",
        "A trail that somebody made logs everything, and S3 objects besides. Three lines of HCL make\n\
         it log the 180 operations of IAM. CloudTrail here is an emulator's: it takes event names on\n\
         a trail. The plan warns that AWS documents otherwise, and of what is going to be replaced.",
        |scene| {
            scene.show_file(PROVIDER, &service.provider("us-east-1", ""));
            scene.configure(terraform, CONFIGURATION, &resource(trail, &[]));
            scene.show_selectors("before", trail);
            let applied = scene.terraform(terraform, &["apply", "-auto-approve"]);
            scene.show_selectors("after", trail);
            scene.expect("apply succeeds", applied.succeeded());
            let told = state(terraform);
            let names: Vec<String> = told.texts(AUDIT, "event_names").into_iter().collect();
            scene.expect("180 names are in the filter", names.len() == IAM_NAMES);
            let expected = normal(&set(&[by_name("iam-only", &names)]));
            scene.expect(
                "the trail has eventCategory Management and these names, and nothing else",
                trail.selectors() == expected,
            );
            scene.expect(
                "state calls it by_name, because other services share some of the names",
                told.text(AUDIT, "precision") == "by_name",
            );
        },
    );
}

fn second_plan(stage: &mut Stage, terraform: &Terraform) {
    stage.act(
        "A second plan is empty",
        "What was applied is what is read.",
        |scene| {
            let plan = scene.terraform(terraform, &["plan", "-detailed-exitcode"]);
            scene.expect("nothing is to be done", plan.code == Some(0));
        },
    );
}

fn drift(stage: &mut Stage, terraform: &Terraform, trail: &Trail<'_>) {
    stage.act(
        "Drift is found and repaired",
        "Somebody at a console resets the trail to CloudTrail's default: all management events.",
        |scene| {
            let ours = trail.selectors();
            trail.put(&selectors::service_default());
            scene.show_selectors("changed behind Terraform's back", trail);
            let plan = scene.terraform(terraform, &["plan", "-detailed-exitcode"]);
            scene.expect("the plan sees it", plan.code == Some(2));
            let applied = scene.terraform(terraform, &["apply", "-auto-approve"]);
            scene.show_selectors("repaired", trail);
            scene.expect(
                "apply repairs it",
                applied.succeeded() && trail.selectors() == ours,
            );
        },
    );
}

fn update(stage: &mut Stage, terraform: &Terraform, trail: &Trail<'_>) {
    stage.act(
        "Update in place: changes only",
        "One more line, and the calls that only read drop out of the filter.",
        |scene| {
            let hcl = resource(trail, &[("read_write_type", "WriteOnly")]);
            scene.configure(terraform, CONFIGURATION, &hcl);
            let applied = scene.terraform(terraform, &["apply", "-auto-approve"]);
            scene.show_selectors("after", trail);
            scene.expect("apply succeeds", applied.succeeded());
            let in_place = applied.prose().contains("1 changed, 0 destroyed");
            scene.expect("in place: nothing is destroyed", in_place);
            let names = state(terraform).texts(AUDIT, "event_names");
            let writes = names.contains("CreateUser") && !names.contains("ListUsers");
            scene.expect("CreateUser is in the filter, ListUsers is not", writes);
        },
    );
}

fn import(stage: &mut Stage, service: &Service) {
    stage.act(
        "Import a trail that someone made by hand",
        "Another trail has the thirteen names of a published recipe. Terraform takes it in, and writes\n\
         the configuration itself.",
        |scene| {
            let trail = service.trail_with(Make { name: Some("by-hand"), ..Make::default() });
            trail.put(&set(&[by_name("IAM changes", &RECIPE)]));
            let terraform = directory(service);
            scene.show_selectors("made by hand", &trail);
            let by_hand = trail.selectors();
            let block = format!("import {{\n  to = {AUDIT}\n  id = \"{}\"\n}}\n", trail.name);
            scene.configure(&terraform, "import.tf", &block);
            let plan = scene
                .terraform(&terraform, &["plan", "-generate-config-out=generated.tf", "-out=import.tfplan"]);
            scene.expect("the plan succeeds", plan.succeeded());
            let written = terraform.read("generated.tf").unwrap_or_default();
            scene.show_file("generated.tf, written by Terraform", &written);
            let applied = scene.terraform(&terraform, &["apply", "import.tfplan"]);
            scene.expect("the import changes nothing", trail.selectors() == by_hand);
            let taken_in = applied.prose().contains("1 imported, 0 added, 0 changed, 0 destroyed");
            scene.expect("one trail is imported", taken_in);
            let plan = scene.terraform(&terraform, &["plan", "-detailed-exitcode"]);
            scene.expect("the written configuration plans empty", plan.code == Some(0));
        },
    );
}

fn refusal_and_fallback(stage: &mut Stage) {
    // A CloudTrail that holds to what AWS documents.
    let service = Service::documented();
    let trail = service.trail_with(Make {
        name: Some("documented"),
        ..Make::default()
    });
    let terraform = directory(&service);
    let untouched = trail.selectors();
    stage.act(
        "Refusal: CloudTrail as AWS documents it",
        "AWS documents event names on management events for event data stores, not for trails. A\n\
         CloudTrail that holds to this refuses; then nothing is changed.",
        |scene| {
            scene.configure(&terraform, CONFIGURATION, &resource(&trail, &[]));
            let applied = scene.terraform(&terraform, &["apply", "-auto-approve"]);
            scene.show_selectors("after the refusal", &trail);
            scene.expect("apply fails", !applied.succeeded());
            let told = applied.prose().contains("fallback = \"exclusion\"");
            scene.expect("the error says what can be done", told);
            scene.expect("the trail is as it was", trail.selectors() == untouched);
            scene.expect(
                "the state is empty",
                state(&terraform).addresses().is_empty(),
            );
        },
    );
    stage.act(
        "The fallback: the narrowest that is documented",
        "With fallback = \"exclusion\" a refusal is followed by the documented exclusions. That is not\n\
         IAM-only, and state says so.",
        |scene| {
            let hcl = resource(&trail, &[("fallback", "exclusion")]);
            scene.configure(&terraform, CONFIGURATION, &hcl);
            let applied = scene.terraform(&terraform, &["apply", "-auto-approve"]);
            scene.show_selectors("after", &trail);
            scene.expect("apply succeeds", applied.succeeded());
            let told = state(&terraform);
            let effective = told.text(AUDIT, "effective_filter") == "exclusion";
            scene.expect("the exclusions are on the trail", effective);
            let honest = told.text(AUDIT, "precision") == "superset";
            scene.expect("precision says that the trail logs more than IAM", honest);
            let plan = scene.terraform(&terraform, &["plan", "-detailed-exitcode"]);
            scene.expect("the next plan is empty all the same", plan.code == Some(0));
        },
    );
}

fn destroy(
    stage: &mut Stage,
    terraform: &Terraform,
    trail: &Trail<'_>,
    before: &serde_json::Value,
) {
    stage.act(
        "Destroy puts back exactly what was there",
        "The trail of the first act gets back what it had then, S3 objects included.",
        |scene| {
            scene.show_selectors("before destroy", trail);
            let destroyed = scene.terraform(terraform, &["destroy", "-auto-approve"]);
            let after = scene.show_selectors("after destroy", trail);
            scene.expect("destroy succeeds", destroyed.succeeded());
            scene.expect("everything is back, to the letter", after == normal(before));
            scene.say("The trail itself was never touched: it is not Terraform's.");
        },
    );
}
