#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A key that is easy to find, looked for wherever a key could be left: files, logs, exports, what was printed, the
arguments and environments of processes, core dumps.

  test-canary.py TOPDOGCTL MOCK-SCRIPT [CASE...]

Runs inside tests/support/session --keyring.  Prints TAP.
"""
import os
import resource
import signal
import subprocess
import sys

from harness import SECRETS, Mock, Skip, World, case, equal, lacks, main

KEY = "sk-canary-b1rd-0123456789-WXYZ"
CANARY = b"canary-b1rd"
MODEL = "openai:gpt-4o-mini"
SECRETS.add(CANARY.decode())                        # the harness looks at all that is printed

mock = None


class CanaryWorld(World):
    def __init__(self, program):
        super().__init__(program)
        if mock is None:
            return
        self.env["G_MESSAGES_DEBUG"] = "all"
        self.run("providers", "set", "openai", "base-url", mock.url + "/v1").is_code(0)
        self.run("keys", "add", "openai", stdin=KEY).is_code(0)

    def look_at_files(self):
        n = 0
        for path in self.files():
            with open(path, "rb") as file:
                lacks(file.read(), CANARY)
            n += 1
        if n == 0:
            raise AssertionError("there were no files to look at")


def need_mock():
    if mock is None:
        raise Skip("the third-party clients are not there")


def look_at_processes():
    """Arguments and environments of all that may be read; how many there were."""
    n = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for part in ("cmdline", "environ"):
            try:
                with open(f"/proc/{pid}/{part}", "rb") as file:
                    text = file.read()
            except OSError:
                continue
            lacks(text, CANARY)
            n += bool(text)
    return n


@case
def files_logs_and_exports(world):
    need_mock()
    world.run("wallet", "add", "5").is_code(0)
    for text in ("Hello", "!401", "!500", "!disconnect", "!malformed"):
        world.run("ask", "-m", MODEL, text)
    for arguments in (["wallet", "transactions", "--csv"], ["wallet", "transactions", "--only", "all", "--json"],
                      ["usage", "--json"], ["keys", "list", "--json"], ["keys", "test", "openai", "--json"], ["chats", "list", "--json"],
                      ["providers", "list", "--json"], ["stats", "--json"], ["wallet", "verify", "--json"]):
        result = world.run(*arguments)
        with open(os.path.join(world.folder, "-".join(arguments) + ".out"), "w", encoding="utf-8") as file:
            file.write(result.out + result.err)
    world.look_at_files()


def wait_for_text(child):
    line = child.stdout.read(1)
    if not line:
        raise AssertionError("no reply began: " + child.stderr.read())


@case
def arguments_and_environments(world):
    need_mock()
    child = world.start("ask", "-m", MODEL, "!long")
    try:
        wait_for_text(child)                        # the key was sent and the reply comes in
        if look_at_processes() < 4:
            raise AssertionError("no processes could be looked at")
    finally:
        child.terminate()
        child.communicate()


@case
def core_dumps(world):
    """A program that dies in the middle of a request, where dumps are allowed."""
    need_mock()

    def allow():
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

    child = subprocess.Popen([os.path.abspath(world.program), "ask", "-m", MODEL, "!long"], env=world.env, cwd=world.folder, text=True,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=allow)
    wait_for_text(child)
    with open(f"/proc/{child.pid}/limits", encoding="ascii") as file:
        limit = next(line.split()[4] for line in file if line.startswith("Max core file size"))
    os.kill(child.pid, signal.SIGABRT)
    status = os.waitpid(child.pid, 0)[1]
    child.returncode = -signal.SIGABRT
    child.stdout.close()
    child.stderr.close()
    equal((os.WTERMSIG(status), os.WCOREDUMP(status), limit), (signal.SIGABRT, False, "0"), "the end")
    world.look_at_files()


if __name__ == "__main__":
    try:
        mock = Mock(sys.argv[2])
    except Skip:
        pass
    code = main(lambda: CanaryWorld(sys.argv[1]))
    if mock is not None:
        mock.stop()
    sys.exit(code)
