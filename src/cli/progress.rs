//! A progress bar on standard error, if that is a terminal and the work is long.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::map::pull::Counts;

/// Work that is done before this is not worth a bar.
const DELAY: Duration = Duration::from_secs(1);

/// Counts what is read, and draws it.
pub(super) struct Progress {
    /// Bytes of the sources that are read to their end.
    finished: AtomicU64,
    current: AtomicU64,
    total: u64,
    started: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// `total` is the size of all sources, or `None` if one of them has none.
    pub(super) fn new(total: Option<u64>, quiet: bool) -> Self {
        let bar = (!quiet && io::stderr().is_terminal()).then(|| {
            let bar = match total {
                Some(total) => ProgressBar::new(total).with_style(style(
                    "{bar:30} {percent:>3} %  {msg}  {elapsed} of about {duration}",
                )),
                None => ProgressBar::no_length().with_style(style("{spinner}  {msg}  {elapsed}")),
            };
            bar.set_draw_target(ProgressDrawTarget::hidden());
            bar
        });
        Self {
            finished: AtomicU64::new(0),
            current: AtomicU64::new(0),
            total: total.unwrap_or(0),
            started: Instant::now(),
            bar,
        }
    }

    /// The reader is this far into its source.
    pub(super) fn read(&self, bytes: u64) {
        self.current.store(bytes, Ordering::Relaxed);
    }

    /// The reader goes on to the next source.
    pub(super) fn end_of_source(&self) {
        let bytes = self.current.swap(0, Ordering::Relaxed);
        self.finished.fetch_add(bytes, Ordering::Relaxed);
    }

    /// So many rows are done.
    pub(super) fn rows(&self, rows: u64) {
        self.draw(rows, "URLs");
    }

    /// So many files are done.
    pub(super) fn files(&self, files: u64) {
        self.draw(files, "files");
    }

    fn draw(&self, count: u64, what: &str) {
        let Some(bar) = &self.bar else { return };
        if self.started.elapsed() < DELAY {
            return;
        }
        if bar.is_hidden() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        let read = self.finished.load(Ordering::Relaxed) + self.current.load(Ordering::Relaxed);
        bar.set_position(if self.total == 0 { read } else { read.min(self.total) });
        bar.set_message(format!("{count} {what}"));
    }

    /// Takes the bar off the screen.
    pub(super) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Counts what is fetched from the API, and draws it.
pub(super) struct Fetching(Option<(ProgressBar, Instant)>);

impl Fetching {
    pub(super) fn new(quiet: bool) -> Self {
        Self((!quiet && io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new(0)
                .with_style(style("{bar:30} {pos} of {len} workbooks, {msg} embeds  {elapsed}"));
            bar.set_draw_target(ProgressDrawTarget::hidden());
            (bar, Instant::now())
        }))
    }

    pub(super) fn show(&self, counts: Counts) {
        let Some((bar, started)) = &self.0 else { return };
        if started.elapsed() < DELAY {
            return;
        }
        if bar.is_hidden() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_length(counts.listed as u64);
        bar.set_position(counts.done as u64);
        bar.set_message(counts.embeds.to_string());
    }

    /// Takes the bar off the screen.
    pub(super) fn clear(&self) {
        if let Some((bar, _)) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
