//! What a file keeps when its content is replaced: owner, mode and extended attributes.

use std::fs::{File, Metadata};
use std::io;

/// Gives `new` what `old` had, of which `about` is known. Where it is not allowed, as for the owner, it stays as it is.
pub(super) fn keep(old: &File, about: &Metadata, new: &File) -> io::Result<()> {
    // The owner before the mode: a change of the owner takes bits off the mode.
    keep_owner(about, new);
    new.set_permissions(about.permissions())?;
    keep_attributes(old, new)
}

/// As far as it is allowed: only the superuser gives files away.
#[cfg(unix)]
fn keep_owner(about: &Metadata, new: &File) {
    use std::os::unix::fs::{MetadataExt as _, fchown};
    let _ = fchown(new, Some(about.uid()), Some(about.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_: &Metadata, _: &File) {}

/// The attributes of the user and the lists of who may do what; those of the system itself as far as it allows.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn keep_attributes(old: &File, new: &File) -> io::Result<()> {
    use rustix::fs::{XattrFlags, fgetxattr, flistxattr, fsetxattr};

    /// The longest list of names, and the longest value, that Linux has.
    const LONGEST: usize = 64 << 10;
    let mut names = vec![0; LONGEST];
    // A file system without attributes has none to keep.
    let Ok(length) = flistxattr(old, &mut names[..]) else { return Ok(()) };
    let mut value = vec![0; LONGEST];
    for name in names.get(..length).unwrap_or_default().split(|byte| *byte == 0) {
        if name.is_empty() {
            continue;
        }
        let copied = fgetxattr(old, name, &mut value[..]).and_then(|length| {
            fsetxattr(new, name, value.get(..length).unwrap_or_default(), XattrFlags::empty())
        });
        let is_ours = name.starts_with(b"user.") || name.starts_with(b"system.posix_acl");
        match copied {
            Err(problem) if is_ours => return Err(problem.into()),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn keep_attributes(_: &File, _: &File) -> io::Result<()> {
    Ok(())
}
