//! Paths as texts: absolute, without the steps that lead nowhere or back.

use std::path::{Component, Path, PathBuf};

/// A path seen from a folder. It is not looked up, so that links keep their names.
pub fn absolute(folder: &Path, path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                whole.pop();
            }
            part => whole.push(part),
        }
    }
    whole
}
