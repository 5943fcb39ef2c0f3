//! Files on disk.

use super::*;

#[test]
fn the_name_gives_the_format_and_the_content_the_compression() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("urls.csv.gz");
    std::fs::write(&path, "url\nhttps://a\n").unwrap();
    let source = Source::open(&path, &Options::default()).unwrap();
    assert_eq!((source.format(), source.size()), (Format::Csv, Some(14)));
    assert_eq!(**source.name(), *path.to_string_lossy());
    assert_eq!(drain(source).0, [ok(2, 1, "https://a")]);
}

#[test]
fn a_directory_and_a_missing_file_are_told_apart() {
    let directory = tempfile::tempdir().unwrap();
    let open = |path| Source::open(path, &Options::default()).err().unwrap();
    assert!(matches!(open(directory.path()), InputError::Directory { .. }));
    assert!(matches!(open(&directory.path().join("none")), InputError::Open { .. }));
}

#[test]
fn a_block_can_go_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Source>();
    is_send::<Block>();
}
