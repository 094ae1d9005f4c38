//! Selectors as the state holds them, and back: nothing is dropped, in either direction.

use crate::provider::iam_only_trail_selector::model::{
    AdvancedModel, BasicModel, DataResourceModel, FieldModel, ReplacedModel,
};
use crate::selector::{
    AdvancedEventSelector, DataResource, EventSelector, Field, FieldSelector, Operator,
    ReadWriteType, Selectors, ShapeError,
};

/// Advanced selectors as the state holds them.
pub(crate) fn advanced_model(selectors: &[AdvancedEventSelector]) -> Vec<AdvancedModel> {
    let field = |field_selector: &FieldSelector| {
        let values = |operator| {
            Some(field_selector.values(operator).to_vec()).filter(|values| !values.is_empty())
        };
        FieldModel {
            field: field_selector.field().as_str().to_owned(),
            equals: values(Operator::Equals),
            not_equals: values(Operator::NotEquals),
            starts_with: values(Operator::StartsWith),
            not_starts_with: values(Operator::NotStartsWith),
            ends_with: values(Operator::EndsWith),
            not_ends_with: values(Operator::NotEndsWith),
        }
    };
    selectors
        .iter()
        .map(|selector| AdvancedModel {
            name: selector.name().map(str::to_owned),
            field_selectors: selector.field_selectors().iter().map(field).collect(),
        })
        .collect()
}

/// Advanced selectors back from the state.
///
/// # Errors
///
/// [`ShapeError`], where the state was edited by hand into something that is no selector.
pub(crate) fn advanced(models: &[AdvancedModel]) -> Result<Vec<AdvancedEventSelector>, ShapeError> {
    let field = |model: &FieldModel| {
        let conditions = [
            (Operator::Equals, &model.equals),
            (Operator::NotEquals, &model.not_equals),
            (Operator::StartsWith, &model.starts_with),
            (Operator::NotStartsWith, &model.not_starts_with),
            (Operator::EndsWith, &model.ends_with),
            (Operator::NotEndsWith, &model.not_ends_with),
        ];
        let conditions = conditions
            .into_iter()
            .map(|(operator, values)| (operator, values.clone().unwrap_or_default()));
        FieldSelector::new(Field::parse(&model.field)?, conditions)
    };
    models
        .iter()
        .map(|model| {
            let fields = model
                .field_selectors
                .iter()
                .map(field)
                .collect::<Result<_, _>>()?;
            AdvancedEventSelector::new(model.name.clone(), fields)
        })
        .collect()
}

/// What was on the trail, as the state remembers it: verbatim and in its order.
pub(crate) fn replaced_model(selectors: &Selectors) -> ReplacedModel {
    match selectors {
        Selectors::Advanced(selectors) => ReplacedModel {
            event_selectors: None,
            advanced_event_selectors: Some(advanced_model(selectors)),
        },
        Selectors::Basic(selectors) => ReplacedModel {
            event_selectors: Some(selectors.iter().map(basic_model).collect()),
            advanced_event_selectors: None,
        },
    }
}

fn basic_model(selector: &EventSelector) -> BasicModel {
    BasicModel {
        read_write_type: selector.read_write_type.as_str().to_owned(),
        include_management_events: selector.include_management_events,
        exclude_management_event_sources: selector.exclude_management_event_sources.clone(),
        data_resources: selector
            .data_resources
            .iter()
            .map(|resource| DataResourceModel {
                r#type: resource.kind.clone(),
                values: resource.values.clone(),
            })
            .collect(),
    }
}

/// What was on the trail, back from the state.
///
/// # Errors
///
/// A sentence, where the state was edited by hand into something that is no selector.
pub(crate) fn replaced(model: &ReplacedModel) -> Result<Selectors, String> {
    if let Some(models) = &model.advanced_event_selectors {
        return advanced(models)
            .map(Selectors::Advanced)
            .map_err(|error| error.to_string());
    }
    let basic = model.event_selectors.iter().flatten().map(basic);
    basic.collect::<Result<_, _>>().map(Selectors::Basic)
}

fn basic(model: &BasicModel) -> Result<EventSelector, String> {
    let unknown = || format!("`{}` is no read-write type", model.read_write_type);
    Ok(EventSelector {
        read_write_type: ReadWriteType::parse(&model.read_write_type).ok_or_else(unknown)?,
        include_management_events: model.include_management_events,
        data_resources: model
            .data_resources
            .iter()
            .map(|resource| DataResource {
                kind: resource.r#type.clone(),
                values: resource.values.clone(),
            })
            .collect(),
        exclude_management_event_sources: model.exclude_management_event_sources.clone(),
    })
}
