//! The plugin host, by a gRPC client of our own: what Terraform's commands hide, and what no
//! `terraform` that is here speaks yet.
//!
//! The client reads the protocol a second time, by hand, and plays Terraform's part by core's rules.
//! It meets a made-up provider that misbehaves on demand, in this process, and the real one.
//!
//! | room | what is in it |
//! |---|---|
//! | [`wire`], [`value`], [`shape`] | messages, values, types |
//! | [`person`], [`client`] | who connects, and with what |
//! | [`serving`], [`made`], [`stage`] | a host at work, the provider that is made up, both together |
//! | [`rules`], [`core`] | what core holds a provider to, and core's part of the play |
//!
//! The tests by what they prove:
//!
//! | room | promise |
//! |---|---|
//! | [`security`] | one client gets in, and nobody keeps it out |
//! | [`process`] | the end, the silent services, what is not there |
//! | [`stop`] | a stop reaches what runs, and nothing later |
//! | [`panics`] | what goes wrong in a call stays in it, and loses nothing |
//! | [`messages`], [`sizes`] | values of every form and size |
//! | [`functions`] | functions, and their errors |
//! | [`cycle`], [`identity`], [`listing`], [`generated`] | the real provider, on the simulator |
//!
//! Imports the crate's `plugin`, `protocol` and `provider`, and the simulator.

mod client;
mod core;
mod made;
mod person;
mod rules;
pub(crate) mod serving;
mod shape;
mod stage;
mod value;
mod wire;

mod cycle;
mod functions;
mod generated;
mod identity;
mod listing;
mod messages;
mod panics;
mod process;
mod security;
mod sizes;
mod stop;
