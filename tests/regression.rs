//! Bugs that were found once. Each has a test here which is named for what went wrong, says in its
//! text how it was noticed, and fails without the repair. There is none so far.
//!
//! May import [`crate::support`] and [`crate::simulator`].
