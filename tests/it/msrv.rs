//! The minimum version of Rust that the manifest promises is one that the dependencies keep.

use std::process::{Command, Output};

use serde_json::Value;

use crate::support::root;

/// `1.89` and `1.89.0` as numbers.
fn version(text: &str) -> (u64, u64, u64) {
    let mut parts = text.split('.').map(|part| part.parse::<u64>().unwrap());
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

/// What cargo says of all packages; nothing if there is no cargo.
fn metadata(more: &[&str]) -> Option<Output> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Command::new(cargo)
        .args(["metadata", "--offline", "--locked", "--format-version", "1"])
        .args(more)
        .current_dir(root())
        .output()
        .ok()
}

/// The platform this machine builds for.
fn host() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let said = Command::new(rustc).arg("-vV").output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    said.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

#[test]
fn no_dependency_needs_a_newer_rust_than_the_manifest_names() {
    // The tests may run where they were not built.
    let Some(all) = metadata(&[]) else { return };
    // Without a network only the packages of this machine's platform may be at hand.
    let output = if all.status.success() {
        all
    } else {
        let platform = format!("--filter-platform={}", host());
        metadata(&[&platform]).unwrap()
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let needs = |package: &Value| {
        let needed = package["rust_version"].as_str()?;
        Some((version(needed), package["name"].as_str().unwrap().to_owned()))
    };
    let own = packages.iter().find(|p| p["name"] == "embed2jwt").and_then(needs).unwrap().0;
    let highest = packages.iter().filter(|p| p["name"] != "embed2jwt").filter_map(needs).max();
    let highest = highest.expect("dependencies that name a version");
    assert!(
        own >= highest.0,
        "the manifest names {own:?}, but {} needs {:?}",
        highest.1,
        highest.0
    );
}
