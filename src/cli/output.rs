//! Where results go: standard output, or files that are whole or not there.

use std::fs;
use std::io::{self, ErrorKind, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use miette::Diagnostic as _;
use tempfile::NamedTempFile;

use super::error::{CliError, Tame};
use super::exit::Exit;
use super::keep::keep;
use super::terminal;
use super::unfinished::{Holds, unfinished};
use crate::input::files;
use crate::report::human::Look;
use crate::report::redact;

/// What begins each line on standard error that is about the run, and no finding.
pub(super) const PROGRAM: &str = env!("CARGO_PKG_NAME");

/// Shows an error of the run on standard error: what failed and why, the lines that it is about, and what to do.
pub(super) fn diagnose(error: &Tame) {
    let Look { ascii, colour, .. } = terminal::of_errors();
    let [red, bold, plain] = if colour { ["\x1b[1;31m", "\x1b[1m", "\x1b[0m"] } else { [""; 3] };
    let mut text = format!("{PROGRAM}: {red}error{plain}{bold}: {error}{plain}");
    for cause in causes(error) {
        text = text + ": " + &cause.to_string();
    }
    text.push('\n');
    text.push_str(&error.frame(ascii, colour));
    if let Some(help) = error.help() {
        let help = help.to_string();
        for (number, line) in help.lines().enumerate() {
            text.push_str(if number == 0 { "  help: " } else { "        " });
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    note(&if ascii { text.replace('\u{2026}', "...") } else { text });
}

fn causes(error: &dyn std::error::Error) -> impl Iterator<Item = &dyn std::error::Error> {
    std::iter::successors(error.source(), |cause| cause.source())
}

/// Says something of the run on standard error.
pub(super) fn remark(text: &str) {
    note(&format!("{PROGRAM}: note: {text}"));
}

/// Warns of something that the run does as it was told.
pub(super) fn warn(text: &str) {
    note(&format!("{PROGRAM}: warning: {text}"));
}

/// Writes to standard error. If that is gone, nobody is left to read it.
pub(super) fn note(text: &str) {
    let text = redact::without_commands(text);
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes());
    if !text.ends_with('\n') {
        let _ = stderr.write_all(b"\n");
    }
}

/// The name of standard output where a file can be named.
const STDOUT: &str = "-";

/// Whether an output goes to a file.
pub(super) fn is_file(output: Option<&Path>) -> bool {
    output.is_some_and(|output| output.as_os_str() != STDOUT)
}

/// The outputs of a run: the main one, to a file or to standard output, then those of the reports beside it.
pub(super) fn open<'a>(
    main: Option<&'a Path>,
    reports: impl Iterator<Item = &'a Path>,
    holds: Holds,
) -> Result<Vec<Output>, CliError> {
    let files: Vec<&Path> =
        std::iter::once(main.unwrap_or(Path::new(STDOUT))).chain(reports).collect();
    differ(&files)?;
    files.into_iter().map(|file| Output::of(Some(file), holds)).collect()
}

/// Refuses an output that is named twice.
pub(super) fn differ(files: &[&Path]) -> Result<(), CliError> {
    for (i, file) in files.iter().enumerate() {
        if files.iter().take(i).any(|other| is_same(other, file)) {
            let is_stdout = file.as_os_str() == STDOUT;
            let name =
                if is_stdout { "standard output".to_owned() } else { file.display().to_string() };
            return Err(CliError::SameOutput { name });
        }
    }
    Ok(())
}

/// Refuses an output that is one of the files that the run reads: it would be gone.
pub(super) fn keep_inputs<'a>(
    outputs: impl Iterator<Item = &'a Path>,
    inputs: &[&Path],
) -> Result<(), CliError> {
    let is_file = |output: &&Path| {
        is_file(Some(output)) && fs::metadata(output).is_ok_and(|about| about.is_file())
    };
    for output in outputs.filter(is_file) {
        if inputs.iter().any(|input| is_same(input, output)) {
            return Err(CliError::OutputIsInput { name: output.display().to_string() });
        }
    }
    Ok(())
}

/// Whether two names are of one file, which need not be there yet.
pub(super) fn is_same(one: &Path, two: &Path) -> bool {
    let place = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = fs::canonicalize(folder.unwrap_or(Path::new("."))).ok()?;
        Some(fs::canonicalize(path).unwrap_or(folder.join(path.file_name()?)))
    };
    one == two || is_linked(one, two) || place(one).is_some_and(|one| place(two) == Some(one))
}

/// Whether both names are hard links to one file.
#[cfg(unix)]
fn is_linked(one: &Path, two: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let number = |path: &Path| fs::metadata(path).ok().map(|about| (about.dev(), about.ino()));
    number(one).is_some_and(|one| number(two) == Some(one))
}

#[cfg(not(unix))]
fn is_linked(_: &Path, _: &Path) -> bool {
    false
}

/// Prints a whole text to standard output.
pub(super) fn print(text: &[u8]) -> Result<Exit, CliError> {
    let mut output = Output::stdout();
    output.write(text)?;
    output.finish()?;
    Ok(Exit::Clean)
}

/// Whether the reader is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Go on.
    Continue,
    /// The reader closed the pipe: `| head` has seen enough.
    Closed,
}

/// One output of a run.
pub(super) struct Output {
    name: String,
    sink: Sink,
    /// Whether characters that steer a terminal are escaped.
    escapes: bool,
}

enum Sink {
    Stdout(io::Stdout),
    /// Beside the file it will replace.
    Atomic {
        file: io::BufWriter<NamedTempFile>,
        target: PathBuf,
        /// What is replaced, as far as it may be read.
        before: Option<Box<Before>>,
    },
    /// A pipe, a device: there is nothing to replace.
    Direct(fs::File),
}

/// A file that is replaced.
struct Before {
    /// Itself, if it may be read.
    file: Option<fs::File>,
    about: fs::Metadata,
}

impl Output {
    pub(super) fn stdout() -> Self {
        let sink = Sink::Stdout(io::stdout());
        Self { name: "standard output".to_owned(), sink, escapes: false }
    }

    /// Escapes what steers a terminal, if this is one: for formats that hold bytes of the input as they are.
    pub(super) fn escape_for_terminal(&mut self) {
        self.escapes = matches!(self.sink, Sink::Stdout(_)) && io::stdout().is_terminal();
    }

    /// The output of this name; without one, or with `-`, standard output.
    pub(super) fn of(path: Option<&Path>, holds: Holds) -> Result<Self, CliError> {
        match path.filter(|path| is_file(Some(path))) {
            Some(path) => Self::file(path, holds),
            None => Ok(Self::stdout()),
        }
    }

    /// Opens what will become `path` when it is finished. Dropping it unfinished leaves `path` as it was.
    fn file(path: &Path, holds: Holds) -> Result<Self, CliError> {
        let name = path.display().to_string();
        let broken = |source| CliError::Output { name: name.clone(), source };
        // A link is followed, so that the file behind it is replaced and not the link.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let sink = match fs::metadata(&target) {
            Ok(metadata) if metadata.is_dir() => {
                return Err(broken(io::Error::from(ErrorKind::IsADirectory)));
            }
            Ok(metadata) if !metadata.is_file() => {
                Sink::Direct(fs::OpenOptions::new().write(true).open(&target).map_err(broken)?)
            }
            metadata => {
                let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
                let folder = folder.unwrap_or(Path::new("."));
                let before = metadata.ok();
                if before.as_ref().is_some_and(|about| about.permissions().readonly()) {
                    let read_only = io::Error::new(ErrorKind::PermissionDenied, "it is read-only");
                    return Err(broken(read_only));
                }
                // What is replaced may be private, and is so from the first byte on.
                let holds = if before.is_some() { Holds::Tokens } else { holds };
                let file = unfinished(folder, holds).map_err(broken)?;
                let file_before = files::open(&target, false).ok();
                let before = before.map(|about| Box::new(Before { file: file_before, about }));
                Sink::Atomic { file: io::BufWriter::new(file), target, before }
            }
        };
        Ok(Self { name, sink, escapes: false })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<Flow, CliError> {
        let escaped = self.escapes.then(|| steerless(bytes));
        let bytes = escaped.as_deref().unwrap_or(bytes);
        let written = match &mut self.sink {
            Sink::Stdout(stdout) => stdout.lock().write_all(bytes),
            Sink::Atomic { file, .. } => file.write_all(bytes),
            Sink::Direct(file) => file.write_all(bytes),
        };
        match written {
            Ok(()) => Ok(Flow::Continue),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Flow::Closed),
            Err(source) => Err(CliError::Output { name: self.name.clone(), source }),
        }
    }

    /// Makes it final: all of it is there, or nothing has changed.
    pub(super) fn finish(self) -> Result<(), CliError> {
        let name = self.name;
        let finished = match self.sink {
            Sink::Stdout(mut stdout) => match stdout.flush() {
                Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
                other => other,
            },
            Sink::Direct(mut file) => file.flush(),
            Sink::Atomic { file, target, before } => persist(file, &target, before),
        };
        finished.map_err(|source| CliError::Output { name, source })
    }
}

/// Lines without characters that steer a terminal; tabs stay, and the carriage return of a line's end.
fn steerless(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = match line.strip_suffix("\r\n") {
            Some(line) => (line, "\r\n"),
            None => line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n")),
        };
        let cells = line.split('\t').map(|cell| redact::printable(cell).into_owned());
        out.push_str(&cells.collect::<Vec<_>>().join("\t"));
        out.push_str(end);
    }
    out.into_bytes()
}

fn persist(
    file: io::BufWriter<NamedTempFile>,
    target: &Path,
    before: Option<Box<Before>>,
) -> io::Result<()> {
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    if let Some(before) = before {
        let Before { file: old, about } = *before;
        match old {
            Some(old) => keep(&old, &about, file.as_file())?,
            None => file.as_file().set_permissions(about.permissions())?,
        }
    }
    // On the disk before the name points to it: a crash must not leave an empty file under a good name.
    file.as_file().sync_all()?;
    file.persist(target).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_line_steers_a_terminal() {
        let shown = |bytes: &[u8]| String::from_utf8(steerless(bytes)).unwrap();
        assert_eq!(shown(b"a\x1b[31m\tb\r\nc\rd\n"), "a\\u{1b}[31m\tb\r\nc\\rd\n");
        assert_eq!(shown(b"-\x07x"), "-\\u{7}x");
    }
}
