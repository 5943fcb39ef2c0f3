//! Rows of a list in memory, worked on by several threads and answered in their order.

use std::fmt::Display;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::turns::{ClosesOnPanic, Turns};
use crate::dialect::params::Id;
use crate::dialect::span::characters;
use crate::judge::run::{Print, Run, inconsistent, join, reused};
use crate::judge::{Draft, Judgement, Shelf, is_bare_token};
use crate::report::redact::{self, SecretFinder};
use crate::report::{Cell, Origin};
use crate::rule::{Context, Finding, Findings};

/// One row of a list.
#[derive(Clone, Debug)]
pub enum Row<'a> {
    /// The bytes of a URL, as they came.
    Url(&'a [u8]),
    /// There is no URL, for this reason: a finding of the row.
    Problem(String),
}

impl<'a> From<&'a str> for Row<'a> {
    fn from(url: &'a str) -> Self {
        Self::Url(url.as_bytes())
    }
}

impl<'a> From<&'a [u8]> for Row<'a> {
    fn from(url: &'a [u8]) -> Self {
        Self::Url(url)
    }
}

/// What a run remembers from one batch of rows to the next: nonces, users, and how many rows there were. Of fixed size, unless
/// it is [`exact`](Memory::exact).
#[derive(Debug, Default)]
pub struct Memory {
    run: Run,
    rows: u64,
    /// What is known already of the rows, which then is not looked for among them.
    known: Option<Vec<Known>>,
}

/// The line of a row, and what somebody who has seen all rows knows of it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    /// The row's line.
    pub line: u64,
    /// The line where the row's nonce was used first, if that is an earlier one.
    pub nonce: Option<u64>,
    /// The line where the row's user was named first, and whether the teams, the account type and the attributes differ from those there.
    pub user: Option<(u64, [bool; 3])>,
}

impl Memory {
    /// A memory that forgets nothing, and grows with the nonces and users that it sees.
    pub fn exact() -> Self {
        Self { run: Run::exact(), ..Self::default() }
    }

    /// The rows of the next batches with what is known of them: for lists that are worked on in many places at a time.
    pub fn known(rows: Vec<Known>) -> Self {
        Self { known: Some(rows), ..Self::default() }
    }
}

impl Known {
    /// What it says, as findings.
    fn findings(&self) -> Vec<(Id, Finding)> {
        let nonce = self.nonce.map(|line| reused(&format!("line {line}")));
        let user = self.user.filter(|(_, differs)| differs.contains(&true));
        let user = user.map(|(line, differs)| inconsistent(differs, &format!("line {line}")));
        nonce.into_iter().chain(user).collect()
    }
}

/// A row as the reports see it: alone in its line.
pub(super) struct Alone<'a>(pub(super) &'a [u8]);

impl Origin for Alone<'_> {
    fn column(&self, offset: u32) -> u64 {
        characters(self.0.get(..offset as usize).unwrap_or(self.0)) + 1
    }

    fn carried(&self, _: &mut dyn FnMut(&str, Cell<'_>)) {}
}

/// The text of a row that may be shown, and what it is. A token is a row where `bare_tokens` says so.
pub(crate) fn read<'r>(
    row: Result<&'r [u8], impl Display>,
    context: &Context<'_>,
    secrets: &SecretFinder<'_>,
    bare_tokens: bool,
    shelf: &mut Shelf,
) -> (&'r [u8], Draft<'r>) {
    match row {
        Ok(text) if secrets.finds_one(text) => {
            (&[], Draft::unreadable(redact::HOLDS_SECRET.to_owned()))
        }
        Ok(text) if bare_tokens && is_bare_token(text) => (text, Draft::token(text, context)),
        Ok(text) => (text, Draft::read(text, context, shelf)),
        Err(problem) => (&[], Draft::unreadable(problem.to_string())),
    }
}

/// A name from outside for an error: short, in one line, without what it may hide.
pub(crate) fn shown(name: &str) -> String {
    redact::line(&name.chars().take(80).collect::<String>())
}

/// Rows that a thread takes at a time.
const BLOCK: usize = 256;

/// How rows are read and checked.
pub(super) struct Checking<'a> {
    pub(super) context: &'a Context<'a>,
    /// What no row may hold.
    pub(super) secrets: &'a SecretFinder<'a>,
    /// Whether a row may be a token without a URL.
    pub(super) bare_tokens: bool,
    /// The name of the list.
    pub(super) source: &'a Arc<str>,
    pub(super) threads: usize,
}

/// Reads and checks all rows, and has `each` see them in blocks that keep their order: its results come in the order of the
/// rows. `each` gets what `worker` made for the thread.
pub(super) fn each<W, T: Send, E: Send>(
    rows: &[Row<'_>],
    memory: &mut Memory,
    &Checking { context, secrets, bare_tokens, source, threads }: &Checking<'_>,
    worker: impl Fn() -> Result<W, E> + Sync,
    each: impl Fn(&mut W, &mut Judgement<'_>, &[u8], u64) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let (first, known) = (memory.rows, memory.known.take());
    let turns = Turns::new(std::mem::take(&mut memory.run));
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Vec<T>)>> = Mutex::new(Vec::new());
    let failed: Mutex<Option<E>> = Mutex::new(None);
    let work = || -> Result<(), E> {
        let _guard = ClosesOnPanic(&turns);
        let mut worker = worker()?;
        let (mut shelf, mut findings) = (Shelf::default(), Findings::default());
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(block) = rows.chunks(BLOCK).nth(number) else { return Ok(()) };
            let counted = first + (number * BLOCK) as u64 + 1;
            let known = known.as_ref().map(|known| known.get(number * BLOCK..).unwrap_or_default());
            let at = |row| known.and_then(|known| known.get(row));
            let lines = (counted..).take(block.len()).enumerate();
            let lines: Vec<u64> =
                lines.map(|(row, line)| at(row).map_or(line, |known| known.line)).collect();
            shelf.clear();
            let mut read_row = |row| match row {
                &Row::Url(url) => {
                    read(Ok::<_, &str>(url), context, secrets, bare_tokens, &mut shelf)
                }
                Row::Problem(problem) => {
                    read(Err(problem), context, secrets, bare_tokens, &mut shelf)
                }
            };
            let drafts: Vec<_> = block.iter().map(&mut read_row).collect();
            let prints: Vec<_> = drafts.iter().map(|(_, draft)| Print::of(draft, &shelf)).collect();
            let see = |run: &mut Run| -> Vec<_> {
                let see = |(line, print): (&u64, Option<Print>)| {
                    print.map(|print| run.see(&print, source, *line)).unwrap_or_default()
                };
                if known.is_some() {
                    (0..block.len())
                        .map(|row| at(row).map(Known::findings).unwrap_or_default())
                        .collect()
                } else {
                    lines.iter().zip(prints).map(see).collect()
                }
            };
            let Some(found) = turns.take(number as u64, see) else { return Ok(()) };
            let mut results = Vec::with_capacity(block.len());
            for ((line, (text, draft)), found) in lines.into_iter().zip(drafts).zip(found) {
                let mut judgement = draft.check(&shelf, context, &mut findings);
                join(&mut judgement, found);
                results.push(each(&mut worker, &mut judgement, text, line)?);
            }
            done.lock().unwrap_or_else(PoisonError::into_inner).push((number, results));
        }
    };
    let run = || {
        if let Err(error) = work() {
            turns.close();
            failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
    };
    if threads > 1 && rows.len() > BLOCK {
        thread::scope(|scope| {
            for _ in 1..threads.min(rows.len().div_ceil(BLOCK)) {
                // Without another thread this one does it all.
                let _ = thread::Builder::new().spawn_scoped(scope, run);
            }
            run();
        });
    } else {
        run();
    }
    memory.run = turns.into_inner();
    memory.rows += rows.len() as u64;
    memory.known = known.map(|mut known| {
        known.drain(..rows.len().min(known.len()));
        known
    });
    if let Some(error) = failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(number, _)| *number);
    Ok(done.into_iter().flat_map(|(_, results)| results).collect())
}
