//! Where credentials come from: every source by itself, every two of them together, chains of roles,
//! credentials that expire half-way, and what a person is told when a source fails.
//!
//! The environment of each case is built from nothing: what a case does not say is not there. What
//! goes over the wire is written down by one recorder in front of the simulator and of moto
//! ([`crate::support::recorder`]), so that a row is held against the same record on both. No case
//! asks for the log, and each is one `terraform plan` unless it is about an apply.
//!
//! | room | what is in it |
//! |---|---|
//! | [`stage`] | a case: what is set where, and who signed what in the end |
//! | [`table`] | the sources, highest first: a new one is a row here |
//! | [`alone`] | each source and each other way of saying it, with no other around |
//! | [`precedence`] | each two sources of the table: the higher signs, the lower is not asked |
//! | [`regions`] | the same for the Region |
//! | [`chains`] | roles assumed one from the other, and credentials that are renewed |
//! | [`failing`] | sources that fail, and the words for it |
//! | [`unusable`] | sources that are missing, half there or not to be reached |

mod alone;
mod chains;
mod failing;
mod precedence;
mod regions;
mod stage;
mod table;
mod unusable;
