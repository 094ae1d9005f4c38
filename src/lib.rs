//! A Terraform provider that makes a CloudTrail trail log IAM activity only, as far as CloudTrail
//! allows it, and that says what the trail really logs.
//!
//! Two towers do not know each other and meet in [`provider`] only:
//!
//! ```text
//!                        main                    wires; sole reader of process state
//!                      /      \  `------> command  for people: reads rules and evaluate
//!    Terraform tower  v        v
//!                plugin     provider             the only meeting place
//!                     \    /   |  \
//!                      v  v    |   v             Domain tower
//!                    protocol  |   aws           selectors to AWS and back
//!                              v    |
//!  intent   rules   evaluate  render |            siblings: never import each other
//!    |  \    /  |       |       |    |
//!    v   x--x   v       v       v    v
//!  catalog            selector                    three roots: data, shape, and protocol
//! ```
//!
//! To read it in the order in which data flows:
//!
//! 1. [`provider`]: what was typed in HCL, one file a Terraform object, and what a user reads.
//! 2. [`intent`]: what the user asks for, and the selectors that say it.
//! 3. [`catalog`]: the event names of IAM and its neighbours, one row a name.
//! 4. [`selector`]: event selectors of which only valid shapes can be built.
//! 5. [`rules`]: what AWS documents about selectors, on trails and event data stores, one value a
//!    rule.
//! 6. [`evaluate`]: would these selectors log this record, and why; files of records, and counts.
//! 7. [`render`]: the same as documents for the AWS CLI, `CloudFormation`, `EventBridge` and others.
//! 8. [`aws`]: the session and the few calls, each in the trail's home Region.
//! 9. [`protocol`]: what Terraform can ask beyond what tf-provider's traits can say.
//! 10. [`plugin`]: how Terraform, and nobody else, gets to talk to all this.
//! 11. [`command`]: the same rules and verdicts on a command line.
//!
//! A test reads the sources and holds them to the arrows of the picture.

pub mod aws;
pub mod catalog;
pub mod command;
pub mod evaluate;
pub mod intent;
pub mod plugin;
pub mod protocol;
pub mod provider;
pub mod render;
pub mod rules;
pub mod selector;
