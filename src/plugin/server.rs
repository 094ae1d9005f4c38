//! The service that Terraform calls: finds the object that a call is about, and lets it answer.
//!
//! The law here: every call gets an answer, and nothing that goes wrong in one reaches another. A
//! call runs in a task of its own, so that it comes to its end even if the client hangs up, and a
//! panic in it is an error of that call alone. What goes wrong is a diagnostic, never a status of
//! gRPC: at a status Terraform would forget the state that the answer carries. Diagnostics are
//! masked and logged in one place. May import the rooms of the host and `protocol`.

mod calls;

use std::future::Future;
use std::sync::Arc;

use tokio::time::Instant;
use tokio_util::task::TaskTracker;
use tonic::{Response, Status};
use tracing::{Instrument as _, Span};

use super::objects::Objects;
use super::proto::tfplugin6 as wire;
use super::{crash, diagnostics};
use crate::protocol::{Host, Masks};

/// The protocol's version as logs tell it.
const PROTOCOL: &str = "6.10";

/// Serves the objects of a provider.
#[derive(Clone)]
pub(super) struct Server {
    objects: Arc<Objects>,
    schemas: Arc<wire::get_provider_schema::Response>,
    host: Host,
    address: &'static str,
    /// The calls in progress.
    pub(super) calls: TaskTracker,
}

/// Which kind of object a call is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Provider,
    Resource,
    DataSource,
    ListResource,
    Function,
}

/// What a call is about.
#[derive(Debug, Clone, Copy)]
struct About<'a> {
    kind: Kind,
    name: &'a str,
}

impl About<'_> {
    /// The provider itself.
    const PROVIDER: Self = Self {
        kind: Kind::Provider,
        name: "",
    };

    /// The kind in a sentence.
    fn word(self) -> &'static str {
        match self.kind {
            Kind::Provider => "provider",
            Kind::Resource => "resource",
            Kind::DataSource => "data source",
            Kind::ListResource => "list resource",
            Kind::Function => "function",
        }
    }
}

impl Server {
    /// A server of these objects; `address` is the provider's, for logs.
    pub(super) fn new(objects: Objects, host: Host, address: &'static str) -> Self {
        Self {
            schemas: Arc::new(objects.schemas()),
            objects: Arc::new(objects),
            host,
            address,
            calls: TaskTracker::new(),
        }
    }

    fn span(&self, call: &'static str, about: About<'_>) -> Span {
        let is = |kind, name| (about.kind == kind).then_some(name);
        tracing::error_span!(
            "call",
            tf_rpc = call,
            tf_req_id = %uuid::Uuid::new_v4(),
            tf_provider_addr = self.address,
            tf_proto_version = PROTOCOL,
            tf_resource_type = is(Kind::Resource, about.name),
            tf_data_source_type = is(Kind::DataSource, about.name),
            tf_list_resource_type = is(Kind::ListResource, about.name),
            tf_function_name = is(Kind::Function, about.name),
        )
    }

    /// Carries out a call. `otherwise` is the answer if nothing comes of it.
    async fn call<R: Answer>(
        &self,
        span: Span,
        otherwise: R,
        work: impl Future<Output = R> + Send + 'static,
    ) -> Result<Response<R>, Status> {
        let masks = self.host.masks.clone();
        let work = async move {
            let started = Instant::now();
            tracing::trace!("Received request");
            let mut answer = match tokio::spawn(work.in_current_span()).await {
                Ok(answer) => answer,
                Err(failed) => {
                    let mut answer = otherwise;
                    answer.fail(panicked(failed));
                    answer
                }
            };
            let (errors, warnings) = finish(answer.diagnostics(), &masks);
            if let Some(error) = answer.function_error() {
                error.text = masks.mask(&error.text).into_owned();
                tracing::error!(
                    function_error_text = error.text,
                    "Response contains function error"
                );
            }
            tracing::trace!(
                tf_req_duration_ms = u64::try_from(started.elapsed().as_millis()).ok(),
                diagnostic_error_count = errors,
                diagnostic_warning_count = warnings,
                "Served request"
            );
            answer
        };
        let done = self.calls.spawn(work.instrument(span)).await;
        // The task only waits for another one and writes the log.
        done.map(Response::new)
            .map_err(|_| Status::internal("the call was lost"))
    }

    /// Answers what is known without asking anyone.
    async fn tell<R: Answer + Default>(
        &self,
        call: &'static str,
        about: About<'_>,
        answer: R,
    ) -> Result<Response<R>, Status> {
        let span = self.span(call, about);
        self.call(span, R::default(), async { answer }).await
    }
}

/// What a panic has become.
fn panicked(failed: tokio::task::JoinError) -> wire::Diagnostic {
    let found = match failed.try_into_panic() {
        Ok(payload) => crash::text(payload.as_ref()).to_owned(),
        Err(_) => "the call was cut off".to_owned(),
    };
    diagnostics::error(
        "The provider has a bug",
        format!(
            "It stopped in the middle of this call: {found}.\n\nOther calls are not affected. What this \
             one has changed is not known: plan again and look before you apply. Please report this, \
             with the stack trace that Terraform prints below."
        ),
    )
}

/// Masks diagnostics and logs them. Returns how many errors and warnings there are.
fn finish(diagnostics: Option<&mut Vec<wire::Diagnostic>>, masks: &Masks) -> (usize, usize) {
    let (mut errors, mut warnings) = (0, 0);
    for diagnostic in diagnostics.into_iter().flatten() {
        for text in [&mut diagnostic.summary, &mut diagnostic.detail] {
            if let std::borrow::Cow::Owned(masked) = masks.mask(text) {
                *text = masked;
            }
        }
        let path = diagnostic.attribute.as_ref().map(path_text);
        match diagnostic.severity() {
            wire::diagnostic::Severity::Warning => {
                warnings += 1;
                tracing::warn!(
                    diagnostic_severity = "WARNING",
                    diagnostic_summary = diagnostic.summary,
                    diagnostic_detail = diagnostic.detail,
                    diagnostic_attribute = path,
                    "Response contains warning diagnostic"
                );
            }
            wire::diagnostic::Severity::Error | wire::diagnostic::Severity::Invalid => {
                errors += 1;
                tracing::error!(
                    diagnostic_severity = "ERROR",
                    diagnostic_summary = diagnostic.summary,
                    diagnostic_detail = diagnostic.detail,
                    diagnostic_attribute = path,
                    "Response contains error diagnostic"
                );
            }
        }
    }
    (errors, warnings)
}

/// A path as a person writes it.
fn path_text(path: &wire::AttributePath) -> String {
    use wire::attribute_path::step::Selector;
    let selectors = path.steps.iter().filter_map(|step| step.selector.as_ref());
    let steps = selectors.map(|selector| match selector {
        Selector::AttributeName(name) => format!(".{name}"),
        Selector::ElementKeyString(key) => format!("[{key:?}]"),
        Selector::ElementKeyInt(index) => format!("[{index}]"),
    });
    let text: String = steps.collect();
    text.trim_start_matches('.').to_owned()
}

/// An answer that can say that its call has failed.
trait Answer: Send + 'static {
    fn diagnostics(&mut self) -> Option<&mut Vec<wire::Diagnostic>>;

    fn function_error(&mut self) -> Option<&mut wire::FunctionError> {
        None
    }

    fn fail(&mut self, diagnostic: wire::Diagnostic) {
        if let Some(diagnostics) = self.diagnostics() {
            diagnostics.push(diagnostic);
        }
    }
}

macro_rules! answers {
    ($($call:ident),+ $(,)?) => {
        $(
            impl Answer for wire::$call::Response {
                fn diagnostics(&mut self) -> Option<&mut Vec<wire::Diagnostic>> {
                    Some(&mut self.diagnostics)
                }
            }
        )+
    };
}

answers!(
    get_metadata,
    get_provider_schema,
    get_resource_identity_schemas,
    get_functions,
    move_resource_state,
    validate_provider_config,
    configure_provider,
    validate_resource_config,
    upgrade_resource_state,
    upgrade_resource_identity,
    read_resource,
    plan_resource_change,
    apply_resource_change,
    import_resource_state,
    generate_resource_config,
    validate_list_resource_config,
    validate_data_resource_config,
    read_data_source,
);

impl Answer for wire::call_function::Response {
    fn diagnostics(&mut self) -> Option<&mut Vec<wire::Diagnostic>> {
        None
    }

    fn function_error(&mut self) -> Option<&mut wire::FunctionError> {
        self.error.as_mut()
    }

    fn fail(&mut self, diagnostic: wire::Diagnostic) {
        self.error = Some(wire::FunctionError {
            text: format!("{}: {}", diagnostic.summary, diagnostic.detail),
            function_argument: None,
        });
    }
}
