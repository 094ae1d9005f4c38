//! The conditions on a record's resources, of which it can have several.
//!
//! Imports `selector` only. Next: `condition.rs`, which compares one content.
//!
//! Documented: a selector names the type of a resource, and its ARNs have the form that belongs to
//! this type (<https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html>);
//! the record of an object in S3 has two resources, the object and its bucket
//! (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html>).
//! So type and ARN are asked of the same resource.
//!
//! Assumed, since nothing is said about it: of several resources of the wanted type, one whose ARN is
//! selected is enough. Where values leave ARNs out, and the resources of the type do not agree, the
//! answer is that it is unknown.

use super::condition::{Condition, Truth};
use super::event::{Event, Resource};
use crate::selector::Field;

/// All conditions of a selector on `resources.type` and `resources.ARN`.
#[derive(Debug, Clone, Default)]
pub(super) struct ResourceConditions {
    types: Vec<Condition>,
    arns: Vec<Condition>,
}

impl ResourceConditions {
    /// Takes the condition if it is one of these, and gives it back if not.
    pub(super) fn take(&mut self, condition: Condition) -> Option<Condition> {
        if condition.field == Field::ResourcesType {
            self.types.push(condition);
        } else if condition.field == Field::ResourcesArn {
            self.arns.push(condition);
        } else {
            return Some(condition);
        }
        None
    }

    /// Whether the record has a resource that fits; true when there is no condition.
    pub(super) fn judge(&self, event: &Event<'_>) -> Truth {
        if self.types.is_empty() && self.arns.is_empty() {
            return Truth::True;
        }
        if event.resources_unreadable.is_some() {
            return Truth::Unknown;
        }
        // A record without resources is asked like one with a resource that has neither field.
        if event.resources.is_empty() {
            return self.fits(&Resource::default());
        }
        let fits = || self.candidates(event).map(|resource| self.fits(resource));
        let deselects = |conditions: &[Condition]| conditions.iter().any(Condition::deselects);
        if !deselects(&self.types) && !deselects(&self.arns) {
            return Truth::any(fits());
        }
        let Some(first) = fits().next() else {
            return Truth::False;
        };
        if fits().all(|other| other == first) {
            first
        } else {
            Truth::Unknown
        }
    }

    /// Why no resource fits, or why that is not known: the field, and a clause about it.
    pub(super) fn clause(&self, event: &Event<'_>) -> (Field, String) {
        if let Some(what) = event.resources_unreadable {
            let clause = format!("resources is {what} in the record, which it never should be");
            return (Field::ResourcesType, clause);
        }
        let nothing = Resource::default();
        let candidates: Vec<&Resource<'_>> = self.candidates(event).collect();
        let one = match (event.resources.as_slice(), candidates.as_slice()) {
            ([], _) => Some(&nothing),
            ([only], _) => Some(only),
            (_, [only]) => Some(*only),
            _ => None,
        };
        if let Some(one) = one {
            return self.clause_of_one(one);
        }
        if candidates.is_empty() {
            let count = event.resources.len();
            let clause = format!("resources.type fits for none of the record's {count} resources");
            return (Field::ResourcesType, clause);
        }
        let count = candidates.len();
        let clause = if self.judge(event) == Truth::False {
            format!("resources.ARN fits for none of the record's {count} resources of the type")
        } else {
            format!(
                "resources.ARN does not fit alike for the record's {count} resources of the type, \
                 and it is not documented which of them count"
            )
        };
        (Field::ResourcesArn, clause)
    }

    /// The resources that are of a wanted type, as far as is known. Where types are left out, all
    /// resources have a say.
    fn candidates<'e, 'a>(
        &'e self,
        event: &'e Event<'a>,
    ) -> impl Iterator<Item = &'e Resource<'a>> + use<'e, 'a> {
        let all = self.types.iter().any(Condition::deselects);
        let wanted = move |resource: &&Resource<'_>| all || self.has_type(resource) != Truth::False;
        event.resources.iter().filter(wanted)
    }

    fn has_type(&self, resource: &Resource<'_>) -> Truth {
        let seen = resource.kind.optional();
        Truth::all(self.types.iter().map(|condition| condition.judge(seen)))
    }

    fn fits(&self, resource: &Resource<'_>) -> Truth {
        let seen = resource.seen_arn();
        let arns = Truth::all(self.arns.iter().map(|condition| condition.judge(seen)));
        self.has_type(resource).and(arns)
    }

    fn clause_of_one(&self, resource: &Resource<'_>) -> (Field, String) {
        let types = self
            .types
            .iter()
            .map(|condition| (condition, resource.kind.optional()));
        let arns = self
            .arns
            .iter()
            .map(|condition| (condition, resource.seen_arn()));
        let verdict = self.fits(resource);
        types
            .chain(arns)
            .find(|(condition, seen)| condition.judge(*seen) == verdict)
            .map_or_else(
                || (Field::ResourcesType, "resources.type fits".to_owned()),
                |(condition, seen)| (condition.field.clone(), condition.clause(seen)),
            )
    }
}
