# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives topdogctl as a user would, in a world of its own, and prints TAP."""

import fcntl
import json
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
import traceback

LIMIT = 60                          # seconds any one command may take
CASES = []
SECRETS = set()                     # nothing that any command prints may contain one of these


def case(function):
    CASES.append(function)
    return function


class Skip(Exception):
    pass


def equal(found, expected, what=""):
    if found != expected:
        raise AssertionError(f"{what}: found {found!r}, expected {expected!r}")


def contains(text, part):
    if part not in text:
        raise AssertionError(f"{part!r} is not in {text!r}")


def lacks(text, part):
    if part in text:
        raise AssertionError(f"{part!r} is in {text!r}")


class Result:
    def __init__(self, arguments, code, out, err):
        self.arguments, self.code, self.out, self.err = arguments, code, out, err
        for secret in SECRETS:
            if secret in out or secret in err:
                raise AssertionError(f"{arguments}: a secret was printed")

    def __repr__(self):
        return f"topdogctl {' '.join(self.arguments)} -> {self.code}\n{self.out}\n{self.err}"

    def is_code(self, code):
        if self.code != code:
            raise AssertionError(f"exit status {self.code}, expected {code}: {self!r}")
        return self

    @property
    def json(self):
        return json.loads(self.out)


class World:
    """A home folder nobody else uses; the keyring is the session's."""

    def __init__(self, program):
        self.program = program
        self.folder = tempfile.mkdtemp(prefix="topdogctl.")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
        self.env.pop("OLLAMA_HOST", None)
        self.env.update(HOME=self.folder, XDG_RUNTIME_DIR=os.environ["XDG_RUNTIME_DIR"], LC_ALL="C.UTF-8")
        for kind in ("DATA", "CONFIG", "CACHE", "STATE"):
            self.env[f"XDG_{kind}_HOME"] = os.path.join(self.folder, kind.lower())

    def remove(self):
        shutil.rmtree(self.folder)

    def run(self, *arguments, stdin=None, env=None):
        done = subprocess.run([self.program, *arguments], env={**self.env, **(env or {})}, input=stdin, text=True,
                              stdin=subprocess.DEVNULL if stdin is None else None,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT)
        return Result(arguments, done.returncode, done.stdout, done.stderr)

    def json(self, *arguments, stdin=None):
        return self.run(*arguments, "--json", stdin=stdin).is_code(0).json

    def start(self, *arguments):
        return subprocess.Popen([self.program, *arguments], env=self.env, text=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run_on_terminal(self, *arguments, typed="", columns=80, env=None):
        """Runs it with a terminal for input and output; gives all that a person would have seen.
        What is typed: a text for the first question, or one for each."""
        answers = [typed] if isinstance(typed, str) else list(typed)
        asked = 0
        terminal, other_end = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        child = subprocess.Popen([self.program, *arguments], env={**self.env, "TERM": "xterm", **(env or {})},
                                 stdin=other_end, stdout=other_end, stderr=other_end, start_new_session=True,
                                 preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(other_end)
        seen, deadline = b"", time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            if asked < len(answers) and seen.count(b": ") > asked:      # it asked
                os.write(terminal, answers[asked].encode())
                asked += 1
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    piece = os.read(terminal, 65536)
                except OSError:                         # the other end is closed
                    break
                if not piece:
                    break
                seen += piece
        os.close(terminal)
        return Result(arguments, child.wait(LIMIT), seen.decode(), "")

    def files(self):
        for folder, _, names in os.walk(self.folder):
            for name in names:
                yield os.path.join(folder, name)


class Mock:
    """The third-party mock of AI providers; see tests/support/aimock.mjs."""

    def __init__(self, script, *arguments):
        if not os.environ.get("TOPDOG_CLIENTS"):
            raise Skip("the third-party clients are not there")
        self.process = subprocess.Popen(["node", script, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        line = self.process.stdout.readline()
        if not line.startswith("READY "):
            raise Skip("the mock did not start")
        self.url = line.split()[1]

    def stop(self):
        self.process.stdin.close()
        self.process.wait(LIMIT)


def wait_until(condition, what):
    deadline = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {LIMIT} s for {what}")
        time.sleep(0.02)


def main(make):
    """Runs every case with what make() gives, a fresh world each."""
    wanted = [f for f in CASES if len(sys.argv) < 4 or f.__name__ in sys.argv[3:]]
    print(f"TAP version 14\n1..{len(wanted)}", flush=True)
    failed = False
    for number, function in enumerate(wanted, 1):
        name = function.__name__.replace("_", "-")
        world = make()
        try:
            function(world)
            print(f"ok {number} {name}", flush=True)
        except Skip as reason:
            print(f"ok {number} {name} # SKIP {reason}", flush=True)
        except Exception:
            failed = True
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            print(f"not ok {number} {name}", flush=True)
        finally:
            world.remove()
    return 1 if failed else 0
