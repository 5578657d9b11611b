#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that are easy to find, looked for wherever one could be left: files (the database, its log and its backups
too, while they are in use), logs, exports, what was printed, the arguments and environments of processes, core dumps.
A provider's key, an operator's key and a password; plain, and as they would look in other encodings.

  test-canary.py TOPDOGCTL MOCK-SCRIPT [CASE...]

Runs inside tests/support/session --keyring.  Prints TAP.
"""
import base64
import os
import resource
import signal
import subprocess
import sys

from harness import SECRETS, Mock, Skip, World, case, contains, equal, lacks, main

KEY = "sk-canary-b1rd-0123456789-WXYZ"
OPERATOR_KEY = "sk_test_canary_b4nk_0123456789"
PASSWORD = "canary w0rd over the hill"
MODEL = "openai:gpt-4o-mini"
SECRETS.update((KEY[3:14], OPERATOR_KEY[8:19], PASSWORD[:11]))      # the harness looks at all that is printed


def forms(secret):
    """What a secret could look like in a file."""
    text = secret.encode()
    yield from (text, text[::-1], text.hex().encode(), text.hex().upper().encode(), secret.encode("utf-16-le"),
                secret.replace(" ", "%20").encode(), secret.replace(" ", "+").encode())
    for offset in range(3):             # base64 depends on what stands before
        yield base64.b64encode(b"\0" * offset + text)[4:-4]


CANARIES = [form for secret in (KEY[3:14], OPERATOR_KEY[8:19], PASSWORD[:11], KEY, OPERATOR_KEY, PASSWORD)
            for form in forms(secret) if len(form) > 8]


def has_none(data):
    for form in CANARIES:
        lacks(data, form)

mock = None


class CanaryWorld(World):
    def __init__(self, program):
        super().__init__(program)
        if mock is None:
            return
        self.env["G_MESSAGES_DEBUG"] = "all"
        self.run("providers", "set", "openai", "base-url", mock.url + "/v1").is_code(0)
        self.run("keys", "add", "openai", stdin=KEY).is_code(0)

    def look_at_files(self, *wanted):
        """Looks at every file; those whose names end so have to be among them."""
        names = []
        for path in self.files():
            with open(path, "rb") as file:
                has_none(file.read())
            names.append(path)
        for end in (*wanted, "topdog.db"):
            if not any(name.endswith(end) for name in names):
                raise AssertionError(f"there is no {end} among {names}")


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
            has_none(text)
            n += bool(text)
    return n


@case
def the_search_itself(world):
    """It finds what it looks for, in a file that somebody left."""
    need_mock()
    for secret in (KEY, OPERATOR_KEY, PASSWORD):
        for form in (secret.encode(), base64.b64encode(b"key=" + secret.encode()), secret.encode().hex().encode()):
            path = os.path.join(world.env["XDG_STATE_HOME"], "left-behind")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(b"some " + form + b" here")
            try:
                world.look_at_files()
            except AssertionError as error:
                contains(str(error), "is in")
            else:
                raise AssertionError(f"{form!r} was not found")
            os.remove(path)
    world.look_at_files()


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


@case
def passwords_and_the_sealed_vault(world):
    """The password in the account's list and in the vault's file, the keys in the vault's file, an operator's key."""
    need_mock()
    world.run("wallet", "checkout", "--base-url", mock.url, "--return-url", "https://operator.example/thanks",
              stdin=OPERATOR_KEY).is_code(0)
    world.run("wallet", "pay", "5")
    world.run("account", "password", stdin=PASSWORD + "\n").is_code(0)
    name = world.run("account", "who", "--json", env={"G_MESSAGES_DEBUG": ""}).is_code(0).json["account"]["name"]
    world.run("keys", "move", "sealed", stdin=PASSWORD).is_code(0)
    world.run("ask", "-m", MODEL, "Hello", stdin=PASSWORD)
    world.look_at_files("accounts.db", "keys.sealed")
    world.run("account", "sign-out").is_code(0)
    world.run("account", "sign-in", name, stdin=PASSWORD + "wrong").is_code(3)
    world.run("account", "sign-in", name, stdin=PASSWORD).is_code(0)
    world.look_at_files("accounts.db", "keys.sealed")
    look_at_processes()


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
        world.look_at_files("topdog.db-wal")
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
    equal((os.WTERMSIG(status), os.WCOREDUMP(status), limit), (signal.SIGABRT, False, "1"), "the end")
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
