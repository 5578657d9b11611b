#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Chats, used as people use them: with a provider's server by others, a real keyring, by mouse and by keyboard."""
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys

from display_test import audit, fits, focus_is, keys, run, wait_until

CTL = os.environ.get("TOPDOG_CTL", "build/src/cli/topdogctl")
AIMOCK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "aimock.mjs")
KEY = "sk-canary-0123456789-wxyz"
MODEL = "openai:gpt-4o-mini"
MESSAGE = "text:Message"
SEND = "button:Send"


class Mock:
    """The provider's server; one for all tests."""

    def __init__(self):
        self.process = subprocess.Popen(["node", AIMOCK, "--key", KEY], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line.startswith("READY "):
            print("1..0 # SKIP the mock of a provider does not start")
            sys.exit(0)
        self.url = line.split()[1]

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)


MOCK = Mock()


# ---- parts ----

def ctl(world, *arguments, text=None):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment.update(world.environment, XDG_RUNTIME_DIR=os.environ["XDG_RUNTIME_DIR"])
    result = subprocess.run([CTL, *arguments], env=environment, input=text, capture_output=True, text=True)
    assert result.returncode == 0, "%s: %s" % (arguments, result.stderr)


def connect(world):
    """A world with an OpenAI that is the mock, and a key for it."""
    ctl(world, "providers", "set", "openai", "base-url", MOCK.url + "/v1")
    ctl(world, "keys", "add", "openai", text=KEY + "\n")


@contextlib.contextmanager
def start(world):
    with world.launch() as app:
        app.wait_for("button:New Chat")
        yield app


def new_chat(app):
    app.click("button:New Chat")
    app.wait_for("grouping:New Chat")
    app.wait_for(MESSAGE)


def choose(app, model="GPT-4o mini"):
    """Chooses a model by keyboard."""
    app.mouse(MESSAGE)
    keys(key="ctrl+shift+m")
    focus_is(app, "Search models")
    keys(model)
    row = app.find("list item:/^%s, OpenAI, /" % model)
    while "selected" not in row.states():
        keys(key="Down")
        wait_until(lambda: any("selected" in node.states() for node in app.find_all("list item:/ in · | out/")),
                   app.timeout, "no row is selected")
    keys(key="Return")
    app.wait_gone("list item:/, OpenAI, /")


def send(app, text):
    app.type(MESSAGE, text)
    app.find(SEND, need=lambda node: "sensitive" in node.states())
    app.click(SEND)
    wait_until(lambda: not composed(app), app.timeout, "the composer keeps the text")


def start_long(world, app, text):
    """Sends it and waits until part of the reply is in the store. Looking at a growing window takes longer than
    the reply does, so nothing is looked at."""
    app.type(MESSAGE, text)
    focus_is(app, "Message")
    keys(key="Return")
    wait_until(lambda: len(written(world)) > 200, 20, "nothing is written while the reply comes in")


def composed(app):
    return app.find(MESSAGE, need=lambda node: "Text" in node.interfaces).text()


def says(app, part, timeout=20):
    """Waits until something on the screen has this in it."""
    def said(node):
        # A label's text is its name.
        return part in node.name or node.role != "label" and part in (node.text() or "")
    return wait_until(lambda: next((node for node in app.root.walk() if said(node)), None),
                      timeout, lambda: "nothing says %r; there is: %s" % (part, visible(app)))


def visible(app):
    names = [node.name for node in app.root.walk() if node.role in ("label", "button") and node.name]
    return names if len(names) < 60 else names[:20] + ["…"] + names[-40:]


def lacks(app, part):
    assert not any(part in node.name for node in app.root.walk()), "%r is still there" % part


def ready(app):
    """Waits until the reply is complete."""
    app.find(SEND, timeout=30)


def is_enabled(app, spec):
    return "sensitive" in app.find(spec).states()


def stored(world, query):
    with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % world.database, uri=True)) as db:
        return db.execute(query).fetchall()


def written(world):
    """What is in the store of the last reply, finished or still coming in."""
    rows = stored(world, "SELECT m.text || coalesce((SELECT group_concat(text, '') FROM message_piece"
                         " WHERE message_id = m.id), '') FROM message AS m WHERE role = 'assistant'"
                         " ORDER BY id DESC LIMIT 1")
    return rows[0][0] if rows else ""


# ---- tests ----

def adds_a_key_and_chats(world):
    ctl(world, "providers", "set", "openai", "base-url", MOCK.url + "/v1")
    with start(world) as app:
        new_chat(app)
        says(app, "Connect a Model")
        says(app, "No model server is running on this computer")
        assert not is_enabled(app, SEND)
        audit(app)
        app.mouse("list item:/^OpenAI/")
        app.wait_for("text:New key")
        audit(app)
        app.type("text:New key", "wrong-key-that-is-long-enough")
        app.click("button:Add Key")
        says(app, "Ends in ough")
        app.click("button:Test Connection")
        says(app, "does not accept the API key")
        app.type("text:New key", KEY)
        app.click("button:Add Key")
        says(app, "Ends in wxyz")
        wait_until(lambda: stored(world, "SELECT last_four FROM api_key WHERE in_use") == [("wxyz",)], 5,
                   "the new key is not the one in use")
        app.click("button:Test Connection")
        says(app, "the provider lists")
        assert not any(KEY in node.name or KEY in (node.text() or "") for node in app.root.walk(True))
        keys(key="Escape")
        keys(key="Escape")
        app.wait_gone("text:New key")
        choose(app)
        says(app, "per million tokens")
        send(app, "!markdown, please")
        says(app, "Bread at home")
        says(app, "20 tokens in, 120 out")
        says(app, "140 tokens · $")
        audit(app)
    with open(world.database, "rb") as file:
        assert KEY.encode() not in file.read(), "the key is in the database"


def streams_markdown(world):
    connect(world)
    with start(world) as app:
        new_chat(app)
        choose(app)
        send(app, "!markdown")
        ready(app)
        says(app, "20 tokens in, 120 out")
        heading = app.find("heading:Bread at home")
        assert heading.showing
        app.wait_for("label:/A short plan with three steps/")
        app.wait_for("label:Wait.")
        app.wait_for("label:350 g")
        code = app.find("text:Python", need=lambda node: "Text" in node.interfaces)
        assert "def hydration (water, flour):" in code.text()
        app.click("button:Copy code")
        says(app, "Copied")
        app.click("button:Copy Reply")
        says(app, "The reply was copied.")
        send(app, "!think")
        says(app, "17 + 25 = 42")
        ready(app)
        app.click("/Thought for/")
        says(app, "carry one")
        app.click("toggle button:Details#1")
        says(app, "Time to First Token")
        audit(app)
        app.click("toggle button:Good Reply")
        wait_until(lambda: stored(world, "SELECT good FROM opinion") == [(1,)], app.timeout, "the opinion is not kept")
        app.click("toggle button:Bad Reply")
        wait_until(lambda: stored(world, "SELECT good FROM opinion") == [(0,)], app.timeout, "it is not changed")
        keys(key="Escape")
        app.click("toggle button:Details#1")
        wait_until(lambda: "pressed" in app.find("toggle button:Bad Reply").states() and
                   "pressed" not in app.find("toggle button:Good Reply").states(), app.timeout, "it is not shown")


def stops_and_regenerates(world):
    connect(world)
    with start(world) as app:
        new_chat(app)
        choose(app)
        start_long(world, app, "!long")
        keys(key="Escape")
        says(app, "You stopped this reply.")
        app.wait_for("label:/ tokens in, [1-9]\\d* out( .estimated.)? · \\$/")     # by us: the provider told nothing
        assert 200 < len(written(world)) < 9900, "stopped after %d characters" % len(written(world))
        app.click("button:Regenerate")
        says(app, "12 tokens in, 2000 out", 40)
        lacks(app, "You stopped this reply.")
        send(app, "!stall")
        says(app, "Waiting for")
        app.click("button:Stop")
        says(app, "You stopped this reply.")


def is_there_after_a_kill(world):
    connect(world)
    with start(world) as app:
        new_chat(app)
        choose(app)
        start_long(world, app, "!long, and then the program is killed")
        app.process.send_signal(signal.SIGKILL)
        app.process.wait()
    with start(world) as app:
        app.mouse("list item:/and then the program is killed/")
        says(app, "This reply was cut off when Top Dog closed.")
        says(app, "The river keeps its own slow time.")
        assert composed(app) == ""
        audit(app)
        app.click("button:Regenerate")
        says(app, "12 tokens in, 2000 out", 40)
        lacks(app, "cut off")
    with start(world) as app:
        app.type("entry:Search chats", "killed hamster")
        app.wait_for("label:No chat has these words in its title.")
        app.type("entry:Search chats", "program is killed")
        app.mouse("list item:/and then the program is killed/")
        says(app, "12 tokens in, 2000 out")


ERRORS = [
    # what is said to the mock, what the user reads, the buttons that help
    ("!401", "OpenAI does not accept the API key.", ["Check Provider", "Try Again"]),
    ("!404", "OpenAI does not know this model.", ["Choose Another Model", "Try Again"]),
    ("!quota", "There is no credit left at OpenAI.", ["Choose Another Model"]),
    ("!500", "OpenAI had a problem of its own.", ["Choose Another Model", "Try Again"]),
    ("!malformed", "What OpenAI answered makes no sense.", ["Check Provider", "Try Again"]),
    ("!disconnect", "The connection ended in the middle of the reply.", ["Try Again"]),
]


def errors_are_sentences(world):
    connect(world)
    with start(world) as app:
        for text, sentence, buttons in ERRORS:
            new_chat(app)
            choose(app)
            send(app, text)
            says(app, sentence, 30)
            for button in buttons:
                app.wait_for("button:" + button)
            audit(app)
        says(app, "Bread")                               # what came before the cut is kept


def rate_limit_counts_down(world):
    connect(world)
    with start(world) as app:
        new_chat(app)
        choose(app)
        send(app, "!429")
        says(app, "too many requests", 30)
        button = app.find("button:/Try Again/")
        if "in" in button.name:
            assert "sensitive" not in button.states()
        again = app.find("button:Try Again", timeout=10, need=lambda node: "sensitive" in node.states())
        assert again.do("click")
        wait_until(lambda: stored(world, "SELECT count(*) FROM receipt") [0][0] >= 2, 20, "nothing was tried again")


def server_gone(world):
    ctl(world, "providers", "set", "openai", "base-url", "http://127.0.0.1:9/v1")
    ctl(world, "keys", "add", "openai", text=KEY + "\n")
    with start(world) as app:
        new_chat(app)
        choose(app)
        send(app, "Is anybody there?")
        says(app, "OpenAI does not answer.")
        ctl(world, "providers", "set", "openai", "base-url", MOCK.url + "/v1")
        app.click("button:Try Again")
        says(app, "Hello! This is a plain answer.")
        lacks(app, "does not answer")
        says(app, "Is anybody there?")


def needs_a_key(world):
    with start(world) as app:
        new_chat(app)
        choose(app)
        says(app, "OpenAI needs a key")
        app.type(MESSAGE, "typed before there is a key")
        assert not is_enabled(app, SEND)
        audit(app)
        app.click("button:Add Key")
        app.wait_for("text:New key")
        app.type("text:New key", KEY)
        app.click("button:Add Key#1" if len(app.find_all("button:Add Key")) > 1 else "button:Add Key")
        says(app, "Ends in wxyz")
        keys(key="Escape")
        keys(key="Escape")
        wait_until(lambda: is_enabled(app, SEND), app.timeout, "it cannot be sent")
        assert composed(app) == "typed before there is a key"


def draft_survives(world):
    connect(world)
    with start(world) as app:
        new_chat(app)
        # What is taken back leaves nothing behind.
        app.type(MESSAGE, "x")
        app.wait_for("list item:/New Chat/")
        keys(key="BackSpace")
        app.wait_gone("list item:/New Chat/")
        app.type(MESSAGE, "half a thought")
        app.wait_for("list item:/New Chat/")
    with start(world) as app:
        app.mouse("list item:/New Chat/")
        wait_until(lambda: composed(app) == "half a thought", app.timeout, "the draft is gone")
        app.click("button:New Chat")
        wait_until(lambda: composed(app) == "", app.timeout, "the new chat has the other's draft")
        app.type(MESSAGE, "another")
        wait_until(lambda: ("another",) in stored(world, "SELECT draft FROM conversation"), 5, "it is not stored")
        app.process.send_signal(signal.SIGKILL)
        app.process.wait()
    with start(world) as app:
        wait_until(lambda: len(app.find_all("list item:/New Chat/")) == 2, app.timeout, "not two chats")


def writes_by_keyboard(world):
    connect(world)
    with start(world) as app:
        new_chat(app)
        choose(app)
        focus_is(app, "Message")
        keys("one")
        keys(key="shift+Return")
        keys("two")
        wait_until(lambda: composed(app) == "one\ntwo", app.timeout, lambda: "composed: %r" % composed(app))
        keys(key="Return")
        says(app, "Hello! This is a plain answer.")
        ready(app)
        focus_is(app, "Message")
        keys(key="Return")
        assert composed(app) == ""                        # there is nothing to send
        keys(key="Tab")
        keys(key="Tab")
        assert app.focused() is not None
        app.mouse(MESSAGE)
        keys(key="F2")
        app.wait_for("text:Title")
        keys("A better title")
        keys(key="Return")
        app.wait_for("list item:/A better title/")
        app.wait_for("grouping:A better title")


def picks_models(world):
    connect(world)
    with start(world) as app:
        new_chat(app)
        app.mouse(MESSAGE)
        keys(key="ctrl+shift+m")
        focus_is(app, "Search models")
        rows = app.find_all("list item:/ in · | out|Free|Unknown price/")
        assert 20 < len(rows) <= 50, "%d rows" % len(rows)
        says(app, "keep typing to narrow the list")
        audit(app)
        keys("claude")
        says(app, "Needs a key")
        keys(key="ctrl+a")
        keys("no such model anywhere")
        says(app, "No model has these words")
        keys(key="Escape")
        app.wait_gone("entry:Search models")


def fits_a_phone(world):
    connect(world)
    with start(world) as app:
        new_chat(app)
        choose(app)
        send(app, "!markdown")
        says(app, "tokens in")
        app.resize(360, 720)
        says(app, "Bread at home")
        fits(app, 360)
        audit(app)
        send(app, "!429 again")
        says(app, "too many requests", 30)
        fits(app, 360)


def deletes_a_chat(world):
    connect(world)
    with start(world) as app:
        new_chat(app)
        choose(app)
        send(app, "Forget me")
        says(app, "Hello! This is a plain answer.")
        ready(app)
        app.click("toggle button:Chat Menu")
        app.click("menu item:Delete…")
        app.wait_for("button:Delete")
        app.click("button:Delete")
        app.wait_gone("list item:/Forget me/")
        wait_until(lambda: stored(world, "SELECT count(*) FROM conversation") == [(0,)], 5, "it is still stored")


def chats_deleted_elsewhere(world):
    """Numbers are used again: what is written here must not get into the chat that has the number now."""
    connect(world)
    with start(world) as app:
        new_chat(app)
        choose(app)
        app.type(MESSAGE, "x")
        wait_until(lambda: stored(world, "SELECT draft FROM conversation") == [("x",)], 5, "no draft is stored")
        app.type(MESSAGE, "")
        wait_until(lambda: stored(world, "SELECT count(*) FROM conversation") == [(0,)], 5, "the empty chat stays")
        ctl(world, "ask", "--model", MODEL, "asked in the terminal")
        app.wait_for("list item:/asked in the terminal/")
        lacks(app, "Hello! This is a plain answer.")
        send(app, "asked in the window")
        says(app, "Hello! This is a plain answer.")
        ready(app)
        wait_until(lambda: stored(world, "SELECT group_concat(text) FROM message WHERE role = 'user'"
                                  " GROUP BY conversation_id ORDER BY min(id)")
                   == [("asked in the terminal",), ("asked in the window",)], 5, "they are not two chats")
        app.type(MESSAGE, "half a thought")
        ctl(world, "chats", "delete", str(stored(world, "SELECT conversation_id FROM message WHERE text LIKE '%window'")[0][0]))
        says(app, "This chat was deleted elsewhere.")
        app.wait_for("grouping:New Chat")
        assert composed(app) == "half a thought"


TESTS = [adds_a_key_and_chats, streams_markdown, stops_and_regenerates, is_there_after_a_kill, errors_are_sentences,
         rate_limit_counts_down, server_gone, needs_a_key, draft_survives, writes_by_keyboard, picks_models,
         fits_a_phone, deletes_a_chat,
         chats_deleted_elsewhere]

if __name__ == "__main__":
    only = sys.argv[1:]
    try:
        run("chat", [test for test in TESTS if not only or test.__name__ in only])
    finally:
        MOCK.stop()
