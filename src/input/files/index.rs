//! The names in git's index: the files that it tracks. Read without git, since a repository's configuration may name programs
//! that git runs.

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// The largest index that is read, and the most bytes of names in it: those of some million files.
const LARGEST: u64 = 128 << 20;

/// The longest file that holds nothing but the name of a folder.
const LONGEST_NAME: u64 = 4096;

/// How long the hashes are that an index may be made of: of SHA-1 and SHA-256.
const HASHES: [usize; 2] = [20, 32];

/// The tracked files of a repository, by their paths below its root, with slashes.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// The names one behind the other.
    names: Vec<u8>,
    /// Beginning and end of each; in the order of the names.
    spans: Vec<(u32, u32)>,
}

impl Index {
    /// The index in git's folder; one without a name if there is none yet.
    pub(super) fn read(git: &Path) -> io::Result<Self> {
        let Some(bytes) = content(&git.join("index"), LARGEST)? else { return Ok(Self::default()) };
        let mut index = Self::default();
        let base = index.parse(&bytes)?;
        if base.iter().any(|byte| *byte != 0) {
            // The rest of a split index is in a file beside it. Its names that are gone since do no harm.
            let name = base.iter().fold("sharedindex.".to_owned(), |mut name, byte| {
                // A text takes everything.
                let _ = write!(name, "{byte:02x}");
                name
            });
            index.parse(&content(&git.join(name), LARGEST)?.unwrap_or_default())?;
        }
        let Self { names, spans } = &mut index;
        let name = |&(start, end): &(u32, u32)| names.get(start as usize..end as usize);
        if !spans.is_sorted_by_key(name) {
            spans.sort_unstable_by(|one, other| name(one).cmp(&name(other)));
        }
        Ok(index)
    }

    /// Whether this is a tracked file.
    pub(super) fn has(&self, name: &[u8]) -> bool {
        self.first_from(name) == Some(name)
    }

    /// Whether a tracked file lies below this folder.
    pub(super) fn has_below(&self, folder: &[u8]) -> bool {
        let folder = [folder, b"/"].concat();
        self.first_from(&folder).is_some_and(|name| name.starts_with(&folder))
    }

    fn first_from(&self, name: &[u8]) -> Option<&[u8]> {
        let of = |&(start, end): &(u32, u32)| self.names.get(start as usize..end as usize);
        let at = self.spans.partition_point(|span| of(span).cmp(&Some(name)) == Ordering::Less);
        self.spans.get(at).and_then(of)
    }

    /// Adds the names of a file, and gives the hash of the file that it builds upon: empty, or of zeros, if it does not.
    fn parse(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let before = (self.names.len(), self.spans.len());
        for hash in HASHES {
            if let Some(base) = self.parse_with(bytes, hash) {
                return Ok(base);
            }
            self.names.truncate(before.0);
            self.spans.truncate(before.1);
        }
        Err(io::Error::new(ErrorKind::InvalidData, "it is not a git index"))
    }

    fn parse_with(&mut self, bytes: &[u8], hash: usize) -> Option<Vec<u8>> {
        let mut rest = Rest(bytes);
        (rest.take(4)? == b"DIRC").then_some(())?;
        let version = rest.number()?;
        (2..=4).contains(&version).then_some(())?;
        let mut last = (self.names.len(), self.names.len());
        for _ in 0..rest.number()? {
            let left = rest.0.len();
            // Times, numbers of the file system, mode and size.
            rest.take(40 + hash)?;
            let extended = rest.take(2)?.first()? & 0x40 != 0;
            if extended {
                rest.take(2)?;
            }
            let start = self.names.len();
            if version == 4 {
                let kept = (last.1 - last.0).checked_sub(rest.varint()?)?;
                self.names.extend_from_within(last.0..last.0 + kept);
            }
            let name = rest.take(memchr::memchr(0, rest.0)?)?;
            rest.take(1)?;
            self.names.extend_from_slice(name);
            if version < 4 {
                // With one NUL at least, up to a multiple of eight.
                let long = left - rest.0.len();
                rest.take(long.next_multiple_of(8) - long)?;
            }
            last = (start, self.names.len());
            // A name may repeat the one before it, so that a small file holds many long ones.
            (last.1 as u64 <= LARGEST).then_some(())?;
            self.spans.push((u32::try_from(last.0).ok()?, u32::try_from(last.1).ok()?));
        }
        let mut base = Vec::new();
        while rest.0.len() > hash {
            let name = rest.take(4)?;
            let size = rest.number()?;
            let content = rest.take(size as usize)?;
            if name == b"link" {
                base = content.get(..hash)?.to_vec();
            }
        }
        (rest.0.len() == hash).then_some(base)
    }
}

/// What is not read yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    /// A number in groups of seven bits, the first of them the highest, each but the last one more than its bits.
    fn varint(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        loop {
            let byte = *self.take(1)?.first()?;
            value = value.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
            value = value.checked_add(1)?;
        }
    }
}

/// The content of a regular file that is not too large; nothing, if there is none of this name.
fn content(file: &Path, largest: u64) -> io::Result<Option<Vec<u8>>> {
    // Before it is opened: opening a pipe waits for somebody to write.
    match fs::metadata(file) {
        Ok(about) if !about.is_file() => return Err(io::Error::other("it is not a regular file")),
        Ok(about) if about.len() > largest => return Err(io::Error::other("it is too large")),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut bytes = Vec::new();
    File::open(file)?.take(largest).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// Git's folder of the repository that begins in this folder: `.git`, or what a file of this name points to.
pub(super) fn folder_of(root: &Path) -> PathBuf {
    let git = root.join(".git");
    match pointer(&git, "gitdir:") {
        Some(path) => root.join(path),
        None => git,
    }
}

/// The folder that the worktrees of a repository share.
pub(super) fn common(git: &Path) -> PathBuf {
    pointer(&git.join("commondir"), "").map_or_else(|| git.to_owned(), |path| git.join(path))
}

/// The path in a file that holds nothing else.
fn pointer(file: &Path, before: &str) -> Option<PathBuf> {
    let text = String::from_utf8(content(file, LONGEST_NAME).ok()??).ok()?;
    Some(PathBuf::from(text.strip_prefix(before)?.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index of these files, as `gitformat-index` describes it.
    fn index(version: u8, hash: usize, names: &[&str], extensions: &[u8]) -> Vec<u8> {
        let mut out = b"DIRC\0\0\0".to_vec();
        out.push(version);
        out.extend(u32::try_from(names.len()).unwrap().to_be_bytes());
        let mut last = "";
        for name in names {
            let start = out.len();
            out.extend(vec![7; 40 + hash]);
            let extended = version > 2 && name.len().is_multiple_of(2);
            out.extend([if extended { 0x40 } else { 0 }, u8::try_from(name.len()).unwrap()]);
            if extended {
                out.extend([0x20, 0]);
            }
            if version == 4 {
                let same = last.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
                let dropped = last.len() - same;
                // 200 is 128 and 72: one less in the first group of bits.
                match u8::try_from(dropped).unwrap() {
                    n @ 0..=127 => out.push(n),
                    n => out.extend([0x80, n - 128]),
                }
                out.extend(&name.as_bytes()[same..]);
                out.push(0);
            } else {
                out.extend(name.as_bytes());
                out.push(0);
                while !(out.len() - start).is_multiple_of(8) {
                    out.push(0);
                }
            }
            last = name;
        }
        out.extend(extensions);
        out.extend(vec![9; hash]);
        out
    }

    fn read(files: &[(&str, Vec<u8>)]) -> io::Result<Index> {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            fs::write(folder.path().join(name), content).unwrap();
        }
        Index::read(folder.path())
    }

    #[test]
    fn every_version_names_the_tracked_files() {
        let long = format!("long/{}", "x".repeat(190));
        let names = [".env", "a-b/c", "a/b.txt", &long, "long/y", "z"];
        for version in [2, 3, 4] {
            for hash in HASHES {
                let tree = b"TREE\0\0\0\x03abc";
                let index = read(&[("index", index(version, hash, &names, tree))]).unwrap();
                for name in names {
                    assert!(index.has(name.as_bytes()), "{version} {hash} {name}");
                }
                assert!(index.has_below(b"a") && index.has_below(b"long"));
                for name in ["", "a", "a/b.tx", "a/b.txtx", "zz"] {
                    assert!(!index.has(name.as_bytes()), "{version} {hash} {name}");
                }
                assert!(!index.has_below(b"z") && !index.has_below(b"lon"));
            }
        }
        assert!(!read(&[]).unwrap().has(b"a"), "a new repository has no index");
    }

    #[test]
    fn a_split_index_is_read_with_its_base() {
        let link = [&b"link\0\0\0\x14"[..], &[0xab; 20]].concat();
        let base = format!("sharedindex.{}", "ab".repeat(20));
        let own = index(2, 20, &["b"], &link);
        let both = read(&[("index", own), (&base, index(2, 20, &["a", "c"], b""))]).unwrap();
        assert!(["a", "b", "c"].iter().all(|name| both.has(name.as_bytes())));
        let alone = [&b"link\0\0\0\x14"[..], &[0; 20]].concat();
        assert!(read(&[("index", index(2, 20, &["b"], &alone))]).unwrap().has(b"b"));
    }

    #[test]
    fn what_is_no_index_is_an_error_and_no_panic() {
        let whole = index(4, 20, &["a", "b/c", "b/d"], b"TREE\0\0\0\x03abc");
        for end in 0..whole.len() {
            // What ends where another index might is taken for one: its hash is not looked at.
            let read = read(&[("index", whole[..end].to_vec())]);
            assert!(read.is_err() || read.unwrap().has(b"b/d"), "{end}");
        }
        let mut wrong = whole.clone();
        wrong[7] = 9;
        assert!(read(&[("index", wrong)]).is_err());
        // Each name is the one before and more: there is no room for all of them.
        let name = "x".repeat(251);
        let entry = index(4, 20, &[&name], b"");
        let (head, entry) = entry[..entry.len() - 20].split_at(12);
        let again = [&entry[..62], b"\0yyyyyyyyyy\0"].concat();
        let mut bomb = [head, entry].concat();
        bomb[8..12].copy_from_slice(&7001_u32.to_be_bytes());
        bomb.extend(again.repeat(7000));
        bomb.extend([9; 20]);
        assert!(read(&[("index", bomb)]).is_err());
        // So many entries that they are not in it.
        let mut many = whole;
        many[8..12].fill(0xff);
        assert!(read(&[("index", many)]).is_err());
    }
}
