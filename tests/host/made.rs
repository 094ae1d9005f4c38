//! The provider `made`: made up, and does on demand what no provider should.
//!
//! What it is to do stands in the request itself, in `act`: `read=panic` makes the next refresh panic,
//! and `plan=warn,apply=late` two calls do something. So tests that share a host do not meet.
//! Imports the crate's `protocol`. Rooms: [`thing`] the resource, [`others`] all else.
//!
//! | act | what the call does |
//! |---|---|
//! | `panic` | panics with a text that holds the secret |
//! | `nothing` | returns `None` without a word |
//! | `error` | returns `None` with an error that holds the secret |
//! | `late` | does its work and makes an error besides |
//! | `warn` | does its work and makes a warning that holds the secret |
//! | `slow` | does its work, half a second later |
//! | `wait` | waits to be stopped, then does as `error` does |
//! | `look` | looks for half a second whether it is stopped, and tells in a warning |
//! | `hang` | never returns |

pub(crate) mod others;
pub(crate) mod thing;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_provider_iam::protocol::{Host, Objects, Served};
use tf_provider::schema::{
    Attribute, AttributeConstraint, AttributeType, Block, Description, Schema,
};
use tf_provider::value::{Value, ValueEmpty};
use tf_provider::{AttributePath, Diagnostic, Diagnostics, Provider};

/// The secret, which the provider block always holds in the tests.
pub(crate) const SECRET: &str = "correct horse battery";

/// How long something slow takes.
pub(crate) const SLOW: Duration = Duration::from_millis(500);

/// A text.
pub(crate) type Text = Value<String>;

/// What all objects of the provider share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) host: Host,
    /// The last `setting`.
    setting: Mutex<String>,
    /// What was done, for tests that look behind the client's back.
    journal: Arc<Mutex<Vec<String>>>,
}

impl Shared {
    /// Takes a note.
    pub(crate) fn note(&self, text: impl Into<String>) {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.push(text.into());
    }

    fn setting(&self) -> String {
        let setting = self.setting.lock().unwrap_or_else(PoisonError::into_inner);
        setting.clone()
    }

    /// Does what `acts` says of this call. `None`: the call is to return `None` too.
    pub(crate) async fn act(&self, diags: &mut Diagnostics, call: &str, acts: &str) -> Option<()> {
        let acts = acts.split(',').filter_map(|act| act.split_once('='));
        for (_, act) in acts.filter(|(name, _)| *name == call) {
            self.note(format!("{call}={act}"));
            let stop = self.host.stop.token();
            match act {
                "panic" => panic!("lost the key {SECRET} on the way"),
                "nothing" => return None,
                "error" => {
                    diags.add_error(told("Refused", AttributePath::new("act")));
                    return None;
                }
                "late" => diags.add_error(told("Refused too late", AttributePath::root())),
                "warn" => diags.add_warning(told("Careful", AttributePath::new("act"))),
                "slow" => tokio::time::sleep(SLOW).await,
                "wait" => {
                    stop.cancelled().await;
                    diags.add_error(told("Stopped", AttributePath::root()));
                    return None;
                }
                "look" => {
                    let looked = tokio::time::timeout(SLOW, stop.cancelled()).await;
                    let found = if looked.is_ok() {
                        "Stopped"
                    } else {
                        "Not stopped"
                    };
                    diags.add_warning(told(found, AttributePath::root()));
                }
                "hang" => std::future::pending().await,
                other => panic!("{other} is no act"),
            }
        }
        Some(())
    }
}

fn told(summary: &'static str, attribute: AttributePath) -> Diagnostic {
    Diagnostic {
        summary: format!("{summary} by {SECRET}").into(),
        detail: format!("The key is {SECRET}.").into(),
        attribute,
    }
}

/// The provider.
#[derive(Debug)]
pub(crate) struct Made {
    shared: Arc<Shared>,
}

impl Made {
    /// On a host, with the journal that it writes.
    pub(crate) fn new(host: Host, journal: Arc<Mutex<Vec<String>>>) -> Self {
        Self {
            shared: Arc::new(Shared {
                host,
                setting: Mutex::default(),
                journal,
            }),
        }
    }
}

/// The provider block.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Config {
    act: Text,
    secret: Text,
    setting: Text,
}

/// An attribute for a schema, given out of order.
pub(crate) fn attribute(
    name: &str,
    attr_type: AttributeType,
    constraint: AttributeConstraint,
) -> (String, Attribute) {
    let attribute = Attribute {
        attr_type,
        description: Description::plain(format!("The {name}.")),
        constraint,
        sensitive: name == "secret",
        deprecated: false,
    };
    (name.to_owned(), attribute)
}

/// A block of attributes only.
pub(crate) fn block(attributes: impl IntoIterator<Item = (String, Attribute)>) -> Block {
    Block {
        version: 0,
        attributes: attributes.into_iter().collect(),
        description: Description::plain("Made up."),
        ..Block::default()
    }
}

#[async_trait]
impl Provider for Made {
    type Config<'a> = Value<Config>;
    type MetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        let optional = AttributeConstraint::Optional;
        let names = ["setting", "secret", "act"];
        let attributes = names.map(|name| attribute(name, AttributeType::String, optional.clone()));
        Some(Schema {
            version: 0,
            block: block(attributes),
        })
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Value<Config>) -> Option<()> {
        let config = config.unwrap_or_default();
        let acts = config.act.unwrap_or_default();
        self.shared.act(diags, "validate", &acts).await
    }

    async fn configure<'a>(
        &self,
        diags: &mut Diagnostics,
        terraform: String,
        config: Value<Config>,
    ) -> Option<()> {
        let config = config.unwrap_or_default();
        if let Some(secret) = config.secret.as_ref_option() {
            self.shared.host.masks.hide(secret);
        }
        let acts = config.act.unwrap_or_default();
        self.shared.act(diags, "configure", &acts).await?;
        self.shared.note(format!("configured by {terraform}"));
        let setting = config.setting.unwrap_or_default();
        let mut last = self
            .shared
            .setting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *last = setting;
        Some(())
    }
}

impl Served for Made {
    fn objects(&self, into: &mut impl Objects) {
        let shared = || Arc::clone(&self.shared);
        into.resource("thing", thing::Things::new(shared(), true));
        into.resource("nameless", thing::Things::new(shared(), false));
        into.list_resource("thing", others::Listed(shared()));
        into.data_source("setting", others::Setting(shared()));
        into.function("join", others::Join(shared()));
        into.function("sum", others::Sum);
    }
}
