//! The promises of the command line that need no process.
