//! The profiles of the crates beside this one: what they share is built once, in one folder, only if the profiles are equal.

use toml::{Table, Value};

use crate::support::crate_file;

fn profile(manifest: &str, name: &str) -> Table {
    let manifest: Table = crate_file(manifest).parse().unwrap();
    manifest["profile"][name].as_table().unwrap().clone()
}

/// A profile but for what it says of this crate, which is a dependency of the others.
fn of_dependencies(manifest: &str, name: &str) -> Table {
    let mut profile = profile(manifest, name);
    profile["package"].as_table_mut().unwrap().remove("embed2jwt");
    profile
}

#[test]
fn dependencies_are_built_alike() {
    let own = of_dependencies("Cargo.toml", "release");
    assert!(own["package"].as_table().unwrap().len() > 1, "{own}");
    for other in ["bindings/python/Cargo.toml", "fuzz/Cargo.toml"] {
        assert_eq!(of_dependencies(other, "release"), own, "{other}");
    }
    assert_eq!(
        of_dependencies("bindings/python/Cargo.toml", "dist"),
        of_dependencies("Cargo.toml", "dist")
    );
}

#[test]
fn this_crate_is_built_for_speed_where_it_is_a_dependency() {
    for other in ["bindings/python/Cargo.toml", "fuzz/Cargo.toml"] {
        let level = &profile(other, "release")["package"]["embed2jwt"]["opt-level"];
        assert_eq!(level, &Value::Integer(3), "{other}");
    }
}
