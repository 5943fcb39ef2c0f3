#!/usr/bin/env python3
"""Faults of the machine, one after the other; see run.sh. Every one counts its runs and what went wrong in them."""

import argparse
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import api

SECRET = "planted~embed~secret"
BASE = "https://app.sigmacomputing.com/embed/1-7CbVjjUMMTKQpYa2E7NwkI"
URL = BASE + "?:nonce=n{n}&:client_id=c1&:email=a@example.com&:external_user_id=1&:external_user_team=T&:account_type=View&:mode=userbacked&:session_length=3600&:time=1754300000"
CODE = 'const query = "&:show_footer=false&:theme=Dark&:email=" + email;\n'
FIXED = CODE.replace(":show_footer=false", ":menu_position=none")
CONVERT = ["convert", "--no-config", "--trust-input", "--org=acme", "--workbook=r0WXMPpc0YtQCTFR7CdDK", "--now=1760000000", "--jti=nonce", "--quiet"]
FIX = ["check", "--no-config", "--fix", "--fail-on=never", "."]
PULL = ["map", "pull", "--retry-delay=1", "--quiet"]
OLD = "as it was\n"
LIMIT = 60
NOBODY = 65534


class LeftOut(Exception):
    """What this machine does not offer."""


class Faults:
    def __init__(self, program, full):
        self.program, self.full = program, full
        self.kills, self.files = (200, 100_000) if full else (20, 5_000)
        self.rows, self.code = (20_000, 300) if full else (5_000, 100)
        self.random = random.Random(12)
        self.runs = 0
        self.wrong = []
        self.notes = []
        self.pull = api.start()

    def environment(self, **more):
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return kept | {"SIGMA_EMBED_SECRET": SECRET, "HOME": "/nonexistent"} | self.pull | more

    def expect(self, holds, words):
        if not holds:
            self.wrong.append(words)

    def run(self, arguments, folder, before=(), expected=(0, 1, 2), **options):
        """One run to its end: status and standard error are those of a program that did not break."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": LIMIT} | options
        more = options.pop("environment", {})
        self.runs += 1
        try:
            ran = subprocess.run([*before, self.program, *arguments], cwd=folder, env=self.environment(**more), **options)
        except subprocess.TimeoutExpired:
            self.wrong.append(f"{arguments[:2]} does not end")
            return None
        said = ran.stderr or b""
        self.expect(ran.returncode in expected, f"{' '.join(arguments)[:120]}: status {ran.returncode}, {said[-200:]!r}")
        self.expect(b"panicked" not in said, f"{arguments[:2]} panics: {said[-300:]!r}")
        self.expect(SECRET.encode() not in said + (ran.stdout or b""), f"{arguments[:2]} prints the secret")
        return ran

    def begin(self, arguments, folder, **options):
        self.runs += 1
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE} | options
        return subprocess.Popen([self.program, *arguments], cwd=folder, env=self.environment(), **options)

    def end(self, child, *signals):
        """After which the child's status is 0, 1, 2 or one of these signals."""
        try:
            _, said = child.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            self.wrong.append(f"{child.args[1:3]} does not end")
            return None
        allowed = [0, 1, 2, *(-number for number in signals)]
        self.expect(child.returncode in allowed, f"{child.args[1:3]}: status {child.returncode}, {said[-200:]!r}")
        self.expect(b"panicked" not in said, f"{child.args[1:3]} panics: {said[-300:]!r}")
        return child.returncode

    def unfinished(self, folder):
        return [path for path in pathlib.Path(folder).rglob(".embed2jwt-*.tmp")]

    def nothing_unfinished(self, folder, when):
        left = self.unfinished(folder)
        self.expect(not left, f"{when}: {len(left)} unfinished files are left")


def urls(count, start=0):
    return "".join(URL.format(n=n) + "\n" for n in range(start, start + count))


def tree(folder, count, content=CODE):
    """Files of code, at most a thousand in a folder below this one; for one flat folder, see `many`."""
    for number in range(count):
        place = pathlib.Path(folder, f"d{number // 1000}")
        place.mkdir(exist_ok=True)
        (place / f"f{number}.js").write_text(content, encoding="utf-8")


def full_disk(faults, folder):
    """Every output on a file system of 256 KiB that is full; in a mount namespace of its own, which ends with it."""
    if subprocess.run(["unshare", "-rm", "true"], check=False, stderr=subprocess.DEVNULL).returncode:
        raise LeftOut("no namespace to mount in")
    disk = folder / "disk"
    disk.mkdir()
    (folder / "urls.txt").write_text(urls(4000), encoding="utf-8")
    # What stays in the namespace is looked at there.
    script = """
        set -u; mount -t tmpfs -o size=256k none disk || exit 99
        echo 'as it was' >disk/out; cp code.js disk/code.js; head -c 250000 /dev/zero >disk/filler; cd disk
        before=$(cat out code.js | cksum); "$@" </dev/null; status=$?
        [ "$before" = "$(cat out code.js | cksum)" ] || echo TORN >&2
        ls -A | grep -q '^[.]embed2jwt-' && echo UNFINISHED >&2
        exit $status
    """
    (folder / "code.js").write_text(CODE * 500, encoding="utf-8")
    for arguments in (
        [*CONVERT, "../urls.txt", "-o", "out"],
        [*CONVERT, "../urls.txt", "-o", "/dev/null", "--report", "json=out"],
        ["audit", "--no-config", "../urls.txt", "--format", "ndjson", "-o", "out"],
        ["check", "--no-config", "code.js", "--format", "json", "-o", "out"],
        ["check", "--no-config", "code.js", "--fix"],
        ["check", "--no-config", "code.js", "--write-baseline=base.json"],
    ):
        ran = faults.run(arguments, folder, before=["unshare", "-rm", "sh", "-c", script, "sh"])
        if ran is None or ran.returncode == 99:
            raise LeftOut("mounting is not allowed")
        said = ran.stderr.decode(errors="replace")
        faults.expect("TORN" not in said and "UNFINISHED" not in said, f"{arguments[0]}: {said[-300:]}")
        faults.expect(ran.returncode == 2, f"{arguments}: a full disk is status {ran.returncode}: {said[-200:]}")


COMMANDS = (
    ["audit", "--no-config", "urls.txt"],
    [*CONVERT, "urls.txt"],
    ["check", "--no-config", "."],
    ["check", "--no-config", ".", "--diff"],
    ["inspect", "--no-config", "urls.txt"],
    ["map", "init", "--no-config", "."],
    ["map", "show", "map.csv"],
    PULL,
    ["scaffold", "python", "."],
    ["explain"],
    ["explain", "invalid-mode"],
    ["completions", "bash"],
    ["man"],
    ["--help"],
    ["--version"],
)
FORMATS = ("human", "json", "ndjson", "sarif", "github", "gitlab", "junit", "csv", "markdown", "html")


def small(folder):
    (folder / "urls.txt").write_text(urls(50), encoding="utf-8")
    (folder / "code.js").write_text(CODE, encoding="utf-8")
    (folder / "map.csv").write_text("embed_id,org,workbook_id\n1-7CbVjjUMMTKQpYa2E7NwkI,acme,r0WXMPpc0YtQCTFR7CdDK\n", encoding="utf-8")


def all_commands():
    yield from COMMANDS
    for form in FORMATS:
        yield ["check", "--no-config", ".", "--format", form]
        yield ["audit", "--no-config", "urls.txt", "--format", form]


def full_device(faults, folder):
    """`/dev/full` as standard output, as standard error, and as the output file."""
    small(folder)
    for arguments in all_commands():
        with open("/dev/full", "wb") as full:
            ran = faults.run(arguments, folder, stdout=full)
            faults.expect(ran is None or ran.returncode == 2, f"{arguments}: full output is status {ran and ran.returncode}")
            faults.run(arguments, folder, stderr=full)
    faults.run([*CONVERT, "urls.txt", "-o", "/dev/full"], folder)


def closed_pipe(faults, folder):
    """Nobody reads standard output, or there is no standard output, error or input at all."""
    small(folder)
    for arguments in all_commands():
        reading, writing = os.pipe()
        os.close(reading)
        ran = faults.run(arguments, folder, stdout=writing)
        os.close(writing)
        faults.expect(ran is None or b"roken pipe" not in ran.stderr, f"{arguments}: a closed pipe is not quiet")
        for closed in ("<&-", ">&-", "2>&-"):
            faults.run(arguments, folder, before=["sh", "-c", f'exec "$0" "$@" {closed}'])


def interrupted(faults, arguments, folder, numbers, prepare, judge):
    """One command, ended at moments all over its run; after each the folder is judged."""
    prepare()
    began = time.monotonic()
    faults.run(arguments, folder)
    whole = max(time.monotonic() - began, 0.01)
    finished = caught = 0
    for count in range(faults.kills):
        number = numbers[count % len(numbers)]
        prepare()
        child = faults.begin(arguments, folder)
        time.sleep(whole * (count + faults.random.random()) / faults.kills)
        child.send_signal(number)
        status = faults.end(child, number, *ends_as(number))
        finished += status is not None and status >= 0
        caught += status is not None and status < 0
        judge(number, status)
    faults.notes.append(f"{' '.join(arguments[:2])}: {caught} ended by the signal, {finished} done before")


def either(faults, path, new, when):
    content = path.read_text(encoding="utf-8")
    faults.expect(content in (OLD, new), f"{when}: {path.name} is torn, {len(content)} of {len(new)} bytes")
    faults.expect(len(content) > 0, f"{when}: {path.name} is empty")


def writers(faults, folder, numbers, check):
    """`convert -o`, `check --fix` and `map pull` under these signals; `check` is asked of the folder after each."""
    lists, code, pulled = folder / "lists", folder / "code", folder / "pulled"
    for place in (lists, code, pulled):
        place.mkdir()
    (lists / "urls.txt").write_text(urls(faults.rows), encoding="utf-8")
    convert = [*CONVERT, "urls.txt", "-o", "out", "--report", "ndjson=report"]
    faults.run(convert, lists)
    new = (lists / "out").read_text(encoding="utf-8")
    report = (lists / "report").read_text(encoding="utf-8")
    faults.expect(new.count("?:jwt=") == faults.rows, "convert does not convert")

    def prepare():
        for path in faults.unfinished(folder):
            path.unlink()
        for name in ("out", "report"):
            (lists / name).write_text(OLD, encoding="utf-8")

    def judge(number, status):
        either(faults, lists / "out", new, f"convert, signal {number}")
        either(faults, lists / "report", report, f"convert, signal {number}")
        for path in faults.unfinished(lists):
            faults.expect(path.stat().st_mode & 0o077 == 0, "an unfinished file is for others to read")
        check(lists, number, status)

    interrupted(faults, convert, lists, numbers, prepare, judge)

    def prepare_code():
        for path in faults.unfinished(code):
            path.unlink()
        tree(code, faults.code)

    def judge_code(number, status):
        for path in code.rglob("*.js"):
            content = path.read_text(encoding="utf-8")
            faults.expect(content in (CODE, FIXED), f"check --fix, signal {number}: {path.name} is torn")
        check(code, number, status)

    interrupted(faults, FIX, code, numbers, prepare_code, judge_code)
    faults.run(FIX, code)
    faults.expect(all(path.read_text(encoding="utf-8") == FIXED for path in code.rglob("*.js")), "what was left is fixed by the next run")

    pull = [*PULL, "-o", "map.csv", "--resume"]
    faults.run(pull, pulled)
    complete = (pulled / "map.csv").read_text(encoding="utf-8")
    faults.expect(complete.count("\n") == api.WORKBOOKS + 1, "map pull does not pull")

    def prepare_pull():
        shutil.rmtree(pulled)
        pulled.mkdir()
        (pulled / "map.csv").write_text(OLD, encoding="utf-8")

    def judge_pull(number, status):
        either(faults, pulled / "map.csv", complete, f"map pull, signal {number}")
        check(pulled, number, status)
        for path in pulled.iterdir():
            content = path.read_text(encoding="utf-8", errors="replace")
            faults.expect(api.TOKEN not in content and api.CLIENT_SECRET not in content, f"{path.name} holds a credential")
        faults.run(pull, pulled, expected=(0,))
        faults.expect((pulled / "map.csv").read_text(encoding="utf-8") == complete, "a pull that goes on is complete")

    interrupted(faults, pull, pulled, numbers, prepare_pull, judge_pull)


def kill(faults, folder):
    """`kill -9` at moments of every command that writes: the old file or the new one, and the next run does the rest."""
    writers(faults, folder, [signal.SIGKILL], lambda *_: None)


# What ends a process by default, can be caught, and is sent by people, terminals, batch systems and limits.
ENDING = [signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGABRT, signal.SIGALRM]
ENDING += [signal.SIGPROF, signal.SIGUSR1, signal.SIGUSR2, signal.SIGVTALRM, signal.SIGXCPU, signal.SIGSYS, signal.SIGTRAP]
# Linux alone ends a process by these; after them the program ends itself, by TERM.
OF_LINUX = [signal.SIGIO, signal.SIGPWR, signal.SIGSTKFLT]
ENDING += OF_LINUX


def ends_as(number):
    return [signal.SIGTERM] if number in OF_LINUX else []


def catchable(faults, folder):
    """The signals that end a process politely, at moments of every command that writes: nothing unfinished is left."""
    writers(faults, folder, ENDING, lambda place, number, _: faults.nothing_unfinished(place, f"signal {number}"))


def every_signal(faults, folder):
    """Every signal of the system, once, while an output is half written."""
    left = []
    for number in range(1, 32):
        place = folder / str(number)
        place.mkdir()
        (place / "out").write_text(OLD, encoding="utf-8")
        child = faults.begin([*CONVERT, "-o", "out"], place, stdin=subprocess.PIPE, process_group=0)
        child.stdin.write(urls(2000).encode())
        child.stdin.flush()
        deadline = time.monotonic() + LIMIT
        while not faults.unfinished(place) and time.monotonic() < deadline:
            time.sleep(0.005)
        child.send_signal(number)
        time.sleep(0.05)
        if number in (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU):
            child.send_signal(signal.SIGCONT)
        try:
            child.stdin.close()
        except BrokenPipeError:
            pass
        child.stdin = None
        status = faults.end(child, number, *ends_as(number))
        content = (place / "out").read_text(encoding="utf-8")
        faults.expect(content == OLD or content.count("?:jwt=") == 2000, f"signal {number}: torn")
        if faults.unfinished(place):
            left.append(signal.Signals(number).name)
            faults.expect(number not in ENDING, f"signal {number} leaves an unfinished file")
        faults.expect(status is None or status < 0 or content != OLD, f"signal {number}: status {status}, and nothing is written")
    faults.notes.append(f"an unfinished file, its owner's alone, stays behind after: {' '.join(left) or 'none'}")


def changing_files(faults, folder):
    """Files that vanish, grow and turn into links while `check --fix` runs: what the links lead to is not touched."""
    outside = folder / "outside.js"
    outside.write_text(CODE, encoding="utf-8")
    code = folder / "code"
    for _ in range(max(faults.kills // 10, 4)):
        shutil.rmtree(code, ignore_errors=True)
        code.mkdir()
        tree(code, 400)
        files = sorted(code.rglob("*.js"))
        faults.random.shuffle(files)
        stop = threading.Event()

        def change(files=files, stop=stop):
            for number, path in enumerate(files):
                if stop.is_set():
                    return
                try:
                    if number % 3 == 0:
                        path.unlink()
                    elif number % 3 == 1:
                        with path.open("a", encoding="utf-8") as file:
                            file.write("// more\n")
                    else:
                        path.with_suffix(".new").symlink_to(outside)
                        path.with_suffix(".new").replace(path)
                except OSError:
                    pass

        child = faults.begin(FIX, code)
        thread = threading.Thread(target=change)
        thread.start()
        faults.end(child)
        stop.set()
        thread.join()
        faults.expect(outside.read_text(encoding="utf-8") == CODE, "a file outside was changed through a link")
        for path in code.rglob("*.js"):
            content = path.read_text(encoding="utf-8").replace("// more\n", "")
            faults.expect(content in (CODE, FIXED), f"{path.name} is torn: {content[-80:]!r}")
        faults.nothing_unfinished(code, "changing files")


def many_files(faults, folder):
    """Very many files in one folder: each is scanned, and each is fixed."""
    for number in range(faults.files):
        (folder / f"f{number}.js").write_text(CODE, encoding="utf-8")
    ran = faults.run(["check", "--no-config", ".", "--format", "csv"], folder, timeout=600)
    names = {line.split(b",")[0] for line in ran.stdout.splitlines()[1:]} if ran else set()
    seen = sum(f"f{number}.js".encode() in b" ".join(names) for number in (0, faults.files - 1))
    faults.expect(seen == 2 or len(names) >= faults.files, f"{len(names)} files in the report")
    faults.run(FIX, folder, timeout=600)
    faults.expect(all((folder / f"f{n}.js").read_text(encoding="utf-8") == FIXED for n in range(faults.files)), "not all are fixed")
    faults.notes.append(f"{faults.files} files")


def strange_names(faults, folder):
    """Names that are no UTF-8, with line ends, quotes and what steers a terminal."""
    names = [b"\xff\xfe.js", b"a\xe9.js", b"a\nb.js", b"::error::x.js", b"\x1b[31m.js", b" .js", b"-f.js", b"'\".js", b"\xed\xa0\x80.js", "\u202e.js".encode()]
    for form in FORMATS:
        for name in names:
            with open(os.fsencode(folder) + b"/" + name, "w", encoding="utf-8") as file:
                file.write(CODE)
        ran = faults.run(["check", "--no-config", ".", "--format", form], folder, expected=(1,))
        # The bytes of csv are those of the names, unless they go to a terminal.
        raw = form == "csv" or ran is None
        faults.expect(raw or b"\x1b[31m.js" not in ran.stdout, f"{form}: a name steers the terminal")
        faults.expect(raw or not any(line.startswith(b"::error::x") for line in (ran.stdout + ran.stderr).splitlines()), f"{form}: a name is a command")
        try:
            _ = ran and ran.stdout.decode("utf-8")
        except UnicodeDecodeError:
            faults.wrong.append(f"{form}: the report is no UTF-8")
        faults.run([*FIX, "--format", form], folder)
        for name in names:
            with open(os.fsencode(folder) + b"/" + name, encoding="utf-8") as file:
                faults.expect(file.read() == FIXED, f"{name!r} is not fixed")
    (folder / "list").write_bytes(b"\0".join(names))
    faults.run(["check", "--no-config", "--files-from", "list"], folder, expected=(0, 1))


def as_nobody():
    if os.getuid() != 0:
        return []
    if not shutil.which("setpriv"):
        raise LeftOut("root may write everywhere, and there is no setpriv")
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def read_only(faults, folder):
    """Folders that cannot be written to, and files that cannot be read, as a user who is not root."""
    before = as_nobody()
    small(folder)
    code = folder / "code.js"
    (folder / "out").write_text(OLD, encoding="utf-8")
    (folder / "hidden.js").write_text(CODE, encoding="utf-8")
    (folder / "hidden.js").chmod(0 if before else 0o000)
    code.chmod(0o444)
    folder.chmod(0o555)
    try:
        for arguments in (
            [*CONVERT, "urls.txt", "-o", "out"],
            [*CONVERT, "urls.txt", "-o", "new"],
            [*CONVERT, "urls.txt", "-o", "/dev/null", "--report", "json=new"],
            ["check", "--no-config", "code.js", "--fix"],
            ["check", "--no-config", "code.js", "--write-baseline=base.json"],
            ["map", "init", "--no-config", "code.js", "urls.txt", "-o", "new.csv"],
            [*PULL, "-o", "new.csv"],
            ["scaffold", "python", "urls.txt", "-o", "new.py"],
            ["audit", "--no-config", "hidden.js"],
        ):
            faults.run(arguments, folder, before=before, expected=(2,))
        faults.run(["check", "--no-config", "."], folder, before=before, expected=(1, 2))
        faults.run(["check", "--no-config", ".", "--strict"], folder, before=before, expected=(2,))
    finally:
        folder.chmod(0o755)
    faults.expect((folder / "out").read_text(encoding="utf-8") == OLD, "out is as it was")
    faults.expect(code.read_text(encoding="utf-8") == CODE, "the code is as it was")
    faults.nothing_unfinished(folder, "read-only folder")


def no_threads(faults, folder):
    """No thread to be had: stacks that no machine gives, and as another user a limit of one process."""
    small(folder)
    stack = {"RUST_MIN_STACK": str(1 << 60)}
    commands = [*COMMANDS, [*CONVERT, "urls.txt", "-o", "out"], ["check", "--no-config", "-j8", "."]]
    for arguments in commands:
        faults.run(arguments, folder, environment=stack)
    faults.nothing_unfinished(folder, "no threads")
    if os.getuid() == 0 and shutil.which("prlimit"):
        folder.chmod(0o777)
        for arguments in commands:
            faults.run(arguments, folder, before=["prlimit", "--nproc=1", *as_nobody()])
        faults.nothing_unfinished(folder, "no processes")


def old_clock(faults, folder):
    """A clock before 1970, and one that is far ahead."""
    if not shutil.which("faketime"):
        raise LeftOut("faketime is not installed")
    small(folder)
    convert = [argument for argument in CONVERT if not argument.startswith("--now")]
    for date in ("1969-07-20 20:17:00", "1970-01-01 00:00:00", "2120-01-01 00:00:00"):
        for arguments in (*COMMANDS[:2], [*convert, "urls.txt"], [*convert, "urls.txt", "--issued-at", "url"], *COMMANDS[2:7], COMMANDS[8]):
            faults.run(arguments, folder, before=["faketime", "-f", date])


def no_network(faults, folder):
    """Only `map pull` opens a socket: every other command is traced, and does the same without a network."""
    if not shutil.which("strace"):
        raise LeftOut("strace is not installed")
    small(folder)
    trace = folder.parent / "trace"
    strace = ["strace", "-f", "-qq", "-e", "trace=network", "-o", str(trace)]
    if subprocess.run([*strace, "true"], check=False, capture_output=True).returncode:
        raise LeftOut("tracing is not allowed")
    calls = lambda: [line for line in trace.read_text(encoding="utf-8").splitlines() if "socket(" in line or "connect(" in line]
    git = [["git", "init", "-q"], ["git", "add", "."]]
    for command in git:
        subprocess.run(command, cwd=folder, check=True, env={"PATH": os.environ["PATH"], "HOME": str(folder)})
    commands = [arguments for arguments in all_commands() if arguments != PULL]
    commands += [["check", "--no-config", "--staged"], [*CONVERT, "urls.txt", "-o", "../out"], FIX]
    for arguments in commands:
        faults.run(arguments, folder, before=strace)
        faults.expect(not calls(), f"{arguments} opens a socket: {calls()[:2]}")
    faults.run(PULL, folder, before=strace)
    faults.expect(calls(), "the trace sees no socket of map pull, so it proves nothing")
    faults.notes.append(f"{len(commands)} commands without a socket")
    if subprocess.run(["unshare", "-rn", "true"], check=False, stderr=subprocess.DEVNULL).returncode == 0:
        for arguments in commands:
            one = faults.run(arguments, folder)
            two = faults.run(arguments, folder, before=["unshare", "-rn"])
            faults.expect(one and two and (one.returncode, len(one.stdout)) == (two.returncode, len(two.stdout)), f"{arguments} differs without a network")


ALL = [full_disk, full_device, closed_pipe, kill, catchable, every_signal, changing_files, many_files, strange_names, read_only, no_threads, old_clock, no_network]


def main():
    parser = argparse.ArgumentParser(description="Faults of the machine; see run.sh.")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--full", action="store_true")
    arguments = parser.parse_args()
    bad = runs = done = 0
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o755)
        # Another user must be able to run it.
        program = shutil.copy(os.environ["EMBED2JWT"], place)
        for fault in ALL:
            name = fault.__name__.replace("_", " ")
            if arguments.names and not any(part in name for part in arguments.names):
                continue
            faults = Faults(program, arguments.full)
            folder = pathlib.Path(place, fault.__name__, "work")
            folder.mkdir(parents=True)
            began = time.monotonic()
            try:
                fault(faults, folder)
            except LeftOut as why:
                print(f"{name}: LEFT OUT, because {why}", flush=True)
                continue
            shutil.rmtree(folder.parent)
            bad, runs, done = bad + len(faults.wrong), runs + faults.runs, done + 1
            notes = f" ({'; '.join(faults.notes)})" if faults.notes else ""
            print(f"{name}: {faults.runs} runs, {len(faults.wrong)} wrong, {time.monotonic() - began:.0f} s{notes}", flush=True)
            for words in faults.wrong[:10]:
                print(f"  WRONG {words}", flush=True)
    print(f"{done} faults, {runs} runs, {bad} wrong")
    return 1 if bad or not done else 0


if __name__ == "__main__":
    sys.exit(main())
