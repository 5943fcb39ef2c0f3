#!/usr/bin/env node
// Converts a list and writes one update for each URL with a new one: a JSON object a line.
//
//     migrate.mjs LIST OUT [option of `embed2jwt convert`]…
//
// Why URLs were not converted, and what to do, goes to standard error: of 20 of them, of all with --verbose. Exit status as of
// embed2jwt; with 2, OUT is left as it was.
// A URL whose signature proves nothing is not converted: give the secrets of all client ids (--credentials FILE).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, rename, rm } from 'node:fs/promises';

const [list, out, ...options] = process.argv.slice(2);
if (out === undefined) {
  console.error('usage: migrate.mjs LIST OUT [option of embed2jwt convert]…');
  process.exit(2);
}

/** Not `node:readline`: it also breaks lines at U+2028, which may stand in a JSON string. */
async function* lines(stream) {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const whole = (rest + chunk).split('\n');
    rest = whole.pop();
    yield* whole;
  }
  if (rest !== '') throw new Error('the output of embed2jwt ends in the middle of a line');
}

/** Your update goes here: `id` is a column of the list, if it has one of that name. */
async function update(file, { id, source, line, url, claims }) {
  await file.write(`${JSON.stringify({ id, source, line, url, expires: claims.exp })}\n`);
}

async function migrate(file) {
  const args = ['convert', '--format', 'ndjson', ...options, '--', list];
  const tool = spawn(process.env.EMBED2JWT ?? 'embed2jwt', args, { stdio: ['inherit', 'pipe', 'inherit'] });
  // Rejects if the tool could not be started. Taken now, as it may end before its output has been read.
  const end = once(tool, 'close');
  end.catch(() => {});
  for await (const text of lines(tool.stdout)) {
    const record = JSON.parse(text);
    if (record.status === 'converted') await update(file, record);
  }
  const [status, signal] = await end;
  if (status !== 0 && status !== 1) throw new Error(`embed2jwt ended with ${signal ?? `status ${status}`}`);
  return status;
}

// What is written holds tokens: for the owner alone, and beside OUT, so that it can take its place at once.
const partial = `${out}.${process.pid}`;
try {
  const file = await open(partial, 'wx', 0o600);
  try {
    process.exitCode = await migrate(file);
  } finally {
    await file.close();
  }
  await rename(partial, out);
} catch (error) {
  await rm(partial, { force: true });
  console.error(`migrate.mjs: ${error.message}; ${out} is as it was`);
  process.exitCode = 2;
}
