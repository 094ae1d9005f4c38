//! The function `event_names`: the catalog's names of some services and access levels.
//!
//! What it may import is told in its parent. Next: [`crate::intent::NameFilter`], which selects.

use std::collections::BTreeSet;

use async_trait::async_trait;
use tf_provider::schema::{Description, FunctionSchema, Type};
use tf_provider::{Diagnostics, Function};

use super::{error, parameter, shown, unexpected};
use crate::catalog::{AccessLevel, Service};
use crate::intent::NameFilter;
use crate::provider::attribute::one_of;

/// The function.
#[derive(Debug)]
pub(in crate::provider) struct EventNames;

/// A list of texts; Terraform lets null into it.
type Texts = Vec<Option<String>>;

fn services() -> String {
    one_of(Service::ALL.iter().map(|one| one.key()))
}

fn access_levels() -> String {
    one_of(AccessLevel::ALL.iter().map(|one| one.as_str()))
}

/// Reads a list of texts that each have to be one of a fixed list; tells the first that is not.
fn keys<T: Ord>(
    diags: &mut Diagnostics,
    argument: i64,
    given: &Texts,
    parse: impl Fn(&str) -> Option<T>,
    allowed: &str,
) -> Option<BTreeSet<T>> {
    let mut found = BTreeSet::new();
    for (index, text) in given.iter().enumerate() {
        match text.as_deref().map(|text| (text, parse(text))) {
            Some((_, Some(key))) => {
                found.insert(key);
            }
            wrong => {
                let wrong = wrong.map_or("null".to_owned(), |(text, _)| shown(text));
                let text = format!("[{index}]: found {wrong}; expected one of {allowed}");
                error(diags, argument, text);
                return None;
            }
        }
    }
    Some(found)
}

#[async_trait]
impl Function for EventNames {
    type Input<'a> = (Texts, Texts);
    type Output<'a> = Vec<String>;

    fn schema(&self, _: &mut Diagnostics) -> Option<FunctionSchema> {
        let texts = || Type::List(Box::new(Type::String));
        Some(FunctionSchema {
            parameters: vec![
                parameter(
                    "services",
                    texts(),
                    format!("One or more services, of {}.", services()),
                ),
                parameter(
                    "access_levels",
                    texts(),
                    format!(
                        "Access levels as the Service Authorization Reference has them, of {}. Empty: \
                         all, and names without a level too.",
                        access_levels()
                    ),
                ),
            ],
            variadic: None,
            return_type: texts(),
            summary: "Lists the CloudTrail event names of services".to_owned(),
            description: Description::markdown(
                "Lists the names of the events that these services record, those of these access \
                 levels only, sorted and each once. They come from the catalog inside the provider; \
                 the provider's `event_catalog` has no part in it. Empty when no name of the services \
                 has one of the levels.",
            ),
            deprecated: None,
        })
    }

    async fn call<'a>(
        &self,
        diags: &mut Diagnostics,
        (of, levels): (Texts, Texts),
    ) -> Option<Vec<String>> {
        let of = keys(diags, 0, &of, Service::from_key, &services())?;
        if of.is_empty() {
            let expected = format!("one or more of {}", services());
            unexpected(diags, 0, "an empty list", &expected);
            return None;
        }
        let filter = NameFilter {
            services: of,
            access_levels: keys(diags, 1, &levels, AccessLevel::parse, &access_levels())?,
            resource_families: BTreeSet::new(),
            include: BTreeSet::new(),
            exclude: BTreeSet::new(),
        };
        // Nothing is added or excluded here: that no name is left means that none has the level.
        Some(filter.selected().unwrap_or_default().into_iter().collect())
    }
}
