//! Generates the wire format of the plugin protocol from its two descriptions: the server's side
//! for the crate, the client's side for the tests.

use std::path::PathBuf;

const PROTO: &str = "src/plugin/proto";

#[expect(
    clippy::disallowed_methods,
    reason = "Cargo tells a build script in its environment where to write"
)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={PROTO}");
    let files = ["tfplugin6.proto", "go_plugin.proto"];
    let descriptions = protox::compile(files, [PROTO])?;
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("Cargo sets OUT_DIR")?);
    let client = out.join("client");
    std::fs::create_dir_all(&client)?;
    for (is_server, directory) in [(true, out), (false, client)] {
        tonic_prost_build::configure()
            .out_dir(directory)
            .build_server(is_server)
            .build_client(!is_server)
            .build_transport(false)
            // Messages of some MiB are not copied field by field, and maps keep one order.
            .bytes(".")
            .btree_map(".")
            .compile_fds(descriptions.clone())?;
    }
    Ok(())
}
