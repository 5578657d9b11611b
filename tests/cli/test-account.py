#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""topdogctl account: signing up, in and out, passwords, several accounts, and where the keys are.

  test-account.py TOPDOGCTL MOCK-SCRIPT [CASE...]

Runs inside tests/support/session --keyring, with the real amount of work for a password.  Prints TAP.
"""
import os
import re
import sqlite3
import sys

from harness import SECRETS, World, case, contains, equal, lacks, main

PASSWORD = "turnip boats sail"
OTHER = "celery trains fly"
KEY = "sk-test-canary-facade-0123456789-ABCD"
SECRETS.update((PASSWORD, OTHER, KEY))


def sign_up(world, name="Ada", password=PASSWORD):
    return world.run("account", "sign-up", name, "--json", stdin=password + "\n").is_code(0).json


def who(world):
    return world.json("account", "who")


def error_of(result, code, status):
    result.is_code(status)
    equal(result.json["error"]["code"], code)


@case
def first_account(world):
    before = who(world)
    equal(before["state"], "signed-in")
    equal(len(before["accounts"]), 1)
    equal(before["account"]["protected"], False)
    equal(before["account"]["keys_in"], "keyring")
    if os.path.exists(os.path.join(world.folder, "data", "topdog", "accounts.db")):
        raise AssertionError("looking made a list of accounts")
    world.run("keys", "list").is_code(0)


@case
def several_accounts(world):
    first = who(world)["account"]["name"]
    world.run("keys", "add", "openai", stdin=KEY).is_code(0)
    world.run("wallet", "add", "5").is_code(0)
    made = world.run("account", "sign-up", "Ada", "--email", "ada@example.org", "--json", stdin=PASSWORD).is_code(0).json
    equal((made["state"], made["account"]["name"], made["account"]["email"]), ("signed-in", "Ada", "ada@example.org"))
    equal(made["account"]["protected"], True)
    # Nothing of the first one's is hers.
    equal(world.json("keys", "list")["keys"], [])
    equal(world.json("wallet", "balance")["balance"]["nano_dollars"], 0)
    world.run("account", "sign-in", first).is_code(0)
    equal(len(world.json("keys", "list")["keys"]), 1)
    equal(world.json("wallet", "balance")["balance"]["nano_dollars"], 5_000_000_000)
    error_of(world.run("account", "sign-up", "ada", "--no-password", "--json"), "account:name-taken", 1)
    error_of(world.run("account", "sign-in", "Bert", "--json"), "cli:not-found", 6)


@case
def signed_in_and_out(world):
    sign_up(world)
    equal(who(world)["state"], "signed-in")         # the next program, without a password
    equal(world.run("account", "sign-out", "--json").is_code(0).json["state"], "signed-out")
    error_of(world.run("keys", "list", "--json"), "account:signed-out", 3)
    error_of(world.run("account", "password", "--json", stdin=OTHER), "account:signed-out", 3)
    error_of(world.run("account", "sign-in", "Ada", "--json", stdin=OTHER), "account:password-wrong", 3)
    error_of(world.run("account", "sign-in", "Ada", "--json"), "account:password-needed", 3)
    world.run("account", "sign-in", "ADA", stdin=PASSWORD).is_code(0)
    equal(who(world)["account"]["name"], "Ada")
    # The list of accounts has no password and no token in it.
    data = open(os.path.join(world.folder, "data", "topdog", "accounts.db"), "rb").read()
    for text in (PASSWORD, OTHER):
        equal(text.encode() in data, False)
    with sqlite3.connect(os.path.join(world.folder, "data", "topdog", "accounts.db")) as registry:
        record = registry.execute("SELECT password FROM account WHERE name = 'Ada'").fetchone()[0]
    if not re.match(r"pbkdf2-sha256\$[0-9]{6,}\$", record) or int(record.split("$")[1]) < 600000:
        raise AssertionError("the password is kept with too little work")


@case
def bad_passwords(world):
    for password, code in (("short", "account:password-short"), ("password123", "account:password-common"),
                           ("", "account:password-needed"), ("ada lovelace", "account:password-personal")):
        error_of(world.run("account", "sign-up", "Ada Lovelace", "--json", stdin=password), code,
                 3 if code.endswith("needed") else 1)
    error_of(world.run("account", "sign-up", "Ada", "--email", "nobody", "--no-password", "--json"),
             "account:email-invalid", 1)
    equal(len(who(world)["accounts"]), 1)


@case
def delay_after_failures(world):
    sign_up(world)
    for _ in range(3):
        last = world.run("account", "sign-in", "Ada", stdin=OTHER).is_code(3)
    contains(last.err, "the next password is looked at in 1 second")
    # Far into the wait, whatever the clock does here.
    with sqlite3.connect(os.path.join(world.folder, "data", "topdog", "accounts.db")) as registry:
        registry.execute("UPDATE account SET failures = 11 WHERE name = 'Ada'")
    error_of(world.run("account", "sign-in", "Ada", "--json", stdin=PASSWORD), "account:too-soon", 3)


@case
def change_password(world):
    error_of(world.run("account", "password", "--json", stdin="short\n"), "account:password-short", 1)
    equal(world.run("account", "password", "--json", stdin=PASSWORD + "\n").is_code(0).json["account"]["protected"], True)
    error_of(world.run("account", "password", "--json", stdin=f"{OTHER}\n{OTHER}\n"), "account:password-wrong", 3)
    world.run("account", "password", stdin=f"{PASSWORD}\n{OTHER}\n").is_code(0)
    equal(who(world)["state"], "signed-in")
    name = who(world)["account"]["name"]
    world.run("account", "sign-out").is_code(0)
    world.run("account", "sign-in", name, stdin=PASSWORD).is_code(3)
    world.run("account", "sign-in", name, stdin=OTHER).is_code(0)


@case
def on_a_terminal(world):
    seen = world.run_on_terminal("account", "sign-up", "Ada", typed=(f"{PASSWORD}\n", f"{PASSWORD}\n")).is_code(0)
    contains(seen.out, "Ada is signed in")
    seen = world.run_on_terminal("account", "password", typed=(f"{PASSWORD}\n", f"{OTHER}\n", "something else\n")).is_code(1)
    contains(seen.out, "not the same")
    world.run("account", "sign-out").is_code(0)
    world.run_on_terminal("account", "sign-in", "Ada", typed=f"{PASSWORD}\n").is_code(0)


@case
def sealed_vault(world):
    world.run("keys", "add", "openai", stdin=KEY).is_code(0)
    error_of(world.run("keys", "move", "sealed", "--json"), "account:password-needed", 3)
    world.run("account", "password", stdin=PASSWORD).is_code(0)
    equal(world.run("keys", "move", "sealed", "--json", stdin=PASSWORD).is_code(0).json["account"]["keys_in"], "sealed")
    path = os.path.join(world.folder, "data", "topdog", "keys.sealed")
    equal(os.stat(path).st_mode & 0o777, 0o600)
    equal(KEY.encode() in open(path, "rb").read(), False)
    # The next program needs the password: from a terminal, or not at all.
    error_of(world.run("keys", "list", "--json"), "account:password-needed", 3)
    equal(who(world)["state"], "locked")
    seen = world.run_on_terminal("keys", "list", typed=f"{PASSWORD}\n").is_code(0)
    contains(seen.out, "sealed vault")
    # A damaged file: said, left as it is, and the rest works.
    good = open(path, "rb").read()
    bad = good[:-40] + bytes([good[-40] ^ 1]) + good[-39:]
    open(path, "wb").write(bad)
    name = who(world)["account"]["name"]
    contains(world.run("account", "sign-in", name, stdin=PASSWORD).is_code(0).err, "damaged")
    equal(open(path, "rb").read(), bad)
    open(path, "wb").write(good)
    world.run("keys", "move", "keyring", stdin=PASSWORD).is_code(0)
    equal(os.path.exists(path), False)
    world.run("account", "sign-in", name, stdin=PASSWORD).is_code(0)
    listed = world.json("keys", "list")
    equal((listed["store"], len(listed["keys"])), ("keyring", 1))


@case
def revoked_keys(world):
    for name in ("work", "home"):
        world.run("keys", "add", "openai", "--name", name, stdin=KEY).is_code(0)
    first, second = world.json("keys", "list")["keys"]
    equal((first["name"], first["in_use"], second["name"], second["in_use"]), ("work", False, "home", True))
    gone = world.run("keys", "revoke", str(second["id"])).is_code(0)
    contains(gone.err, "https://platform.openai.com/api-keys")
    equal([(k["name"], k["in_use"]) for k in world.json("keys", "list")["keys"]], [("work", True)])


@case
def delete(world):
    first = who(world)["account"]["name"]
    sign_up(world)
    world.run("keys", "add", "openai", stdin=KEY).is_code(0)
    folder = os.path.join(world.folder, "data", "topdog", "accounts")
    equal(len(os.listdir(folder)), 1)
    world.run("account", "delete", stdin=PASSWORD).is_code(2)
    error_of(world.run("account", "delete", "--yes", "--json", stdin=OTHER), "account:password-wrong", 3)
    gone = world.run("account", "delete", "--yes", "--json", stdin=PASSWORD).is_code(0).json
    equal((gone["state"], gone["account"], [a["name"] for a in gone["accounts"]]), ("signed-out", None, [first]))
    equal(os.listdir(folder), [])
    world.run("account", "sign-in", first).is_code(0)


if __name__ == "__main__":
    sys.exit(main(lambda: World(sys.argv[1])))
