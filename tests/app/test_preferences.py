#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The preferences: keys into a real keyring, a truthful test, addresses, headers and endpoints of one's own."""
import contextlib
import glob
import os
import sqlite3
import subprocess

from display_test import audit, fits, keys, run, wait_until
from topdog_driver import action

GOOD_KEY = "sk-good-1234567890wxyz"
WRONG_KEY = "sk-wrong-000000000000abad"
HERE = os.path.dirname(os.path.abspath(__file__))


@contextlib.contextmanager
def provider_server():
    """The third-party mock of a provider, which accepts GOOD_KEY alone; gives its address."""
    server = subprocess.Popen(["node", os.path.join(HERE, "../support/aimock.mjs"), "--key", GOOD_KEY],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        ready = server.stdout.readline().split()
        assert ready and ready[0] == "READY", "the provider's server did not start"
        yield ready[1]
    finally:
        server.stdin.close()
        server.wait(10)
        server.stdout.close()


@contextlib.contextmanager
def start(world, provider):
    with world.launch() as app:
        app.wait_for("table cell:")
        action("dev.topdog.Marketplace", "app.show-provider", "'%s'" % provider)
        app.wait_for("text:Base address")
        yield app


def enter(app, field, text):
    """Types into a row that is applied with Enter."""
    app.mouse(field)
    keys(key="ctrl+a")
    keys(text)
    keys(key="Return")


def rows(world, sql):
    with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % world.database, uri=True)) as database:
        return database.execute(sql).fetchall()


def wait_rows(app, world, sql, wanted):
    wait_until(lambda: rows(world, sql) == wanted, app.timeout, lambda: "%s gives %s" % (sql, rows(world, sql)))


def add_key(app, key, name=""):
    app.type("text:New key", key)
    app.type("text:Name (optional)", name)
    app.click("button:Add Key")
    app.wait_for("label:/Ends in %s/" % key[-4:])


def no_trace_of(world, secret):
    """The secret is in no file of the world but the keyring's own, which are elsewhere and encrypted."""
    for path in glob.glob(world.home + "/**/*", recursive=True):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                assert secret.encode() not in file.read(), "the key is in " + path


def keys_are_kept_tested_and_removed(world):
    with provider_server() as url, start(world, "openai") as app:
        enter(app, "text:Base address", url + "/v1")
        wait_rows(app, world, "SELECT base_url FROM endpoint WHERE provider_id = 'openai'", [(url + "/v1",)])

        app.click("/Test Connection/")
        app.wait_for("/needs an API key/")
        add_key(app, WRONG_KEY)
        app.click("/Test Connection/")
        app.wait_for("/does not accept the API key/")
        add_key(app, GOOD_KEY, "work")
        wait_rows(app, world, "SELECT last_four FROM api_key WHERE in_use", [(GOOD_KEY[-4:],)])
        app.click("/Test Connection/")
        app.wait_for("/It works: the provider lists \\d+ models/")

        shown = app.tree(everything=True)
        assert GOOD_KEY not in shown and WRONG_KEY not in shown, "a key is on the screen"
        audit(app)
        no_trace_of(world, GOOD_KEY)

        app.click("button:/^Remove (?!work)/")
        app.click("button:Remove")
        wait_rows(app, world, "SELECT last_four FROM api_key", [(GOOD_KEY[-4:],)])
        app.click("button:Remove work")
        app.click("button:Cancel")
        wait_rows(app, world, "SELECT count(*) FROM api_key", [(1,)])


def no_trace_in_processes(*secrets):
    n = 0
    for path in glob.glob("/proc/[0-9]*/cmdline") + glob.glob("/proc/[0-9]*/environ"):
        with contextlib.suppress(OSError), open(path, "rb") as file:
            text = file.read()
            if b"aimock.mjs" in text:           # the provider, which has to know what it accepts
                continue
            assert not any(secret.encode() in text for secret in secrets), "a secret is in " + path
            n += bool(text)
    assert n > 4, "no processes could be looked at"


def no_secret_leaves_the_window(world):
    """While it runs, with its log and the database's at hand, and afterwards."""
    path = os.path.join(world.home, "window.log")
    with provider_server() as url, open(path, "wb") as log:
        with world.launch(log=log, G_MESSAGES_DEBUG="all") as app:
            app.wait_for("table cell:")
            action("dev.topdog.Marketplace", "app.show-provider", "'openai'")
            enter(app, "text:Base address", url + "/v1")
            add_key(app, WRONG_KEY)
            add_key(app, GOOD_KEY)
            app.click("/Test Connection/")
            app.wait_for("/It works: the provider lists \\d+ models/")
            assert os.path.exists(world.database + "-wal") and os.path.getsize(path) > 0
            for secret in (GOOD_KEY, WRONG_KEY):
                no_trace_of(world, secret)
            no_trace_in_processes(GOOD_KEY, WRONG_KEY)
            with open("/proc/%d/limits" % app.pid, encoding="ascii") as file:
                limit = next(line.split()[4] for line in file if line.startswith("Max core file size"))
            assert limit in ("0", "1"), limit
    for secret in (GOOD_KEY, WRONG_KEY):
        no_trace_of(world, secret)


def what_cannot_be_a_key_is_not_lost(world):
    with start(world, "openai") as app:
        app.type("text:New key", "two words")
        app.click("button:Add Key")
        app.wait_for("/This cannot be an API key/")
        assert len(app.text("text:New key")) == len("two words"), "what was typed is gone"
        assert rows(world, "SELECT count(*) FROM api_key") == [(0,)]


def headers_without_secrets(world):
    with start(world, "huggingface") as app:
        enter(app, "text:New header, as Name: value", "Authorization: Bearer sk-1234567890")
        app.wait_for("/This header would carry a secret/")
        assert rows(world, "SELECT count(*) FROM endpoint_header") == [(0,)]
        enter(app, "text:New header, as Name: value", "X-HF-Bill-To: my-team")
        wait_rows(app, world, "SELECT name, value FROM endpoint_header", [("X-HF-Bill-To", "my-team")])
        app.click("button:Remove Header")
        wait_rows(app, world, "SELECT count(*) FROM endpoint_header", [(0,)])


def an_endpoint_of_ones_own(world):
    with provider_server() as url, start(world, "openai") as app:
        keys(key="Escape")
        app.wait_for("button:/Add Endpoint/")
        app.click("button:/Add Endpoint/")
        app.wait_for("/Address, such as/")
        app.type("text:Name", "My server")
        app.type("text:/Address, such as/", "not an address")
        app.click("button:Add Endpoint")
        app.wait_for("/not an address that can be used/")
        app.type("text:/Address, such as/", url + "/v1/")
        app.click("button:Add Endpoint")
        app.wait_for("/Remove Endpoint/")
        wait_rows(app, world, "SELECT name, base_url, custom FROM endpoint", [("My server", url + "/v1", 1)])
        add_key(app, GOOD_KEY)
        app.click("/Test Connection/")
        app.wait_for("/It works/")


def the_list_says_what_each_needs(world):
    with world.launch() as app:
        app.wait_for("table cell:")
        action("dev.topdog.Marketplace", "app.preferences")
        app.click("page tab:Providers")
        app.wait_for("label:The keyring is ready")
        app.wait_for("label:Cohere")
        app.type("entry:Search providers", "óllama")
        app.wait_gone("label:Cohere")
        app.wait_for("label:Ollama Cloud")
        audit(app)


def fits_a_phone(world):
    """Also with the frame that a window has where nothing composes it; a warning ends the program."""
    with world.launch() as app:
        app.wait_for("table cell:")
        app.resize(360, 720)
        action("dev.topdog.Marketplace", "app.preferences")
        app.wait_for("label:/Follow the system/")
        fits(app, 360)
        keys(key="Escape")
        action("dev.topdog.Marketplace", "app.show-provider", "'openai'")
        app.wait_for("text:Base address")
        fits(app, 360)


run("preferences", [
    keys_are_kept_tested_and_removed,
    no_secret_leaves_the_window,
    what_cannot_be_a_key_is_not_lost,
    headers_without_secrets,
    an_endpoint_of_ones_own,
    the_list_says_what_each_needs,
    fits_a_phone,
])
