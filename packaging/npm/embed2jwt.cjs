#!/usr/bin/env node
// Starts the executable of this platform, which npm installed beside this package.
"use strict";

const { spawnSync } = require("node:child_process");
const { constants } = require("node:os");

const platform = `${process.platform}-${process.arch}`;
const suffix = process.platform === "win32" ? ".exe" : "";
let executable;
try {
  executable = require.resolve(`embed2jwt-cli-${platform}/embed2jwt${suffix}`);
} catch {
  console.error(
    `embed2jwt: there is no executable for ${platform}. Optional dependencies may have been left out (npm install without --omit=optional); ` +
      "`cargo install embed2jwt` builds one.",
  );
  process.exit(2);
}
// Ctrl-C reaches both: the executable cleans up, and this waits for it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
const { status, signal, error } = spawnSync(executable, process.argv.slice(2), { stdio: "inherit", windowsHide: true });
if (error) {
  console.error(`embed2jwt: ${executable} could not be started: ${error.message}`);
  process.exit(2);
}
process.exit(status ?? 128 + (constants.signals[signal] ?? 0));
