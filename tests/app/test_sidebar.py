#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sidebar: the chats in their order, found, renamed and deleted; in a narrow window; by the keyboard alone."""
import contextlib
import sqlite3

from display_test import audit, fits, focus_is, keys, run, wait_until

DAY_US = 24 * 3600 * 1000000
CHATS = ["Bread at home", "Árbol de café", "Taxes of last year", "A garden for bees"]     # the latest first
SEARCH = "entry:Search chats"
ROW = "list item:/^%s, /"


@contextlib.contextmanager
def start(world, *titles):
    """The window of somebody who has these chats, the first of yesterday, the next a day older."""
    if titles:
        with world.launch() as app:
            app.wait_for("button:New Chat")
        with contextlib.closing(sqlite3.connect(world.database)) as database, database:
            latest = database.execute("SELECT CAST(unixepoch() AS INTEGER) * 1000000").fetchone()[0]
            for age, title in enumerate(titles, 1):
                when = latest - age * DAY_US
                chat = database.execute("INSERT INTO conversation (title, created_us, updated_us) VALUES (?, ?, ?)",
                                        (title, when, when)).lastrowid
                database.executemany("INSERT INTO message (conversation_id, role, state, text, created_us)"
                                     " VALUES (?, ?, 'complete', ?, ?)",
                                     [(chat, "user", "A question about " + title, when),
                                      (chat, "assistant", "An answer about " + title, when)])
    with world.launch() as app:
        app.wait_for("button:New Chat")
        if titles:
            app.wait_for(ROW % titles[0])
        yield app


def listed(app):
    """The titles in the list, from top to bottom."""
    lists = app.find_all("list:Chats")
    return [node.name.rsplit(", ", 1)[0] for node in (lists[0].walk() if lists else ()) if node.role == "list item"]


def wait_listed(app, *titles):
    wait_until(lambda: listed(app) == list(titles), app.timeout, lambda: "listed: %s" % listed(app))


def shows(app, title):
    app.wait_for("grouping:" + title)
    app.wait_for("label:An answer about " + title)


def stored(world):
    with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % world.database, uri=True)) as database:
        return [row[0] for row in database.execute("SELECT title FROM conversation ORDER BY updated_us DESC")]


def wait_stored(app, world, *titles):
    wait_until(lambda: stored(world) == list(titles), app.timeout, lambda: "stored: %s" % stored(world))


def lists_the_latest_first(world):
    with start(world, *CHATS) as app:
        wait_listed(app, *CHATS)
        audit(app)
        app.mouse(ROW % CHATS[2])
        shows(app, CHATS[2])
        app.wait_for(ROW % CHATS[2], state="selected")
        app.mouse("list item:Marketplace")
        app.wait_for("table cell:")
        assert not any(node.had("selected") for node in app.find_all("list item:/^%s, /" % CHATS[2]))


def search_finds_words_in_any_order(world):
    with start(world, *CHATS) as app:
        app.mouse(SEARCH)
        keys("HOME bread")
        wait_listed(app, CHATS[0])
        keys(key="ctrl+a")
        keys("cafe arbol")                      # as typed without the accents
        wait_listed(app, CHATS[1])
        keys(key="ctrl+a")
        keys("garden taxes")
        app.wait_for("label:No chat has these words in its title.")
        keys(key="Escape")
        wait_listed(app, *CHATS)
        keys("bees")
        wait_listed(app, CHATS[3])
        keys(key="Return")                      # the first one found
        shows(app, CHATS[3])


def renames(world):
    with start(world, *CHATS) as app:
        app.mouse(ROW % CHATS[0])
        shows(app, CHATS[0])
        app.mouse(SEARCH)
        keys(key="Tab")
        focus_is(app, CHATS[0])
        keys(key="Down")
        focus_is(app, CHATS[1])
        keys(key="F2")
        focus_is(app, "Title")
        audit(app)
        keys(key="ctrl+a")
        keys("Coffee tree")
        keys(key="Return")
        wait_listed(app, CHATS[0], "Coffee tree", *CHATS[2:])
        wait_stored(app, world, CHATS[0], "Coffee tree", *CHATS[2:])
        focus_is(app, "Coffee tree")
        keys(key="F2")
        focus_is(app, "Title")
        keys(key="ctrl+a")
        keys("   ")                             # no title is no change
        keys(key="Return")
        app.wait_gone("text:Title")
        keys(key="F2")
        focus_is(app, "Title")
        keys("thrown away")
        keys(key="Escape")
        app.wait_gone("text:Title")
        wait_stored(app, world, CHATS[0], "Coffee tree", *CHATS[2:])
        app.mouse(ROW % CHATS[0], button=3)
        app.mouse("menu item:Rename…")
        focus_is(app, "Title")
        keys(key="ctrl+a")
        keys("Bread")
        app.click("button:Rename")
        app.wait_for("grouping:Bread")          # the page of the chat that is shown, too
        wait_stored(app, world, "Bread", "Coffee tree", *CHATS[2:])


def deletes_after_a_question(world):
    with start(world, *CHATS) as app:
        app.mouse(ROW % CHATS[0])
        shows(app, CHATS[0])
        app.mouse(SEARCH)
        keys(key="Tab")
        focus_is(app, CHATS[0])
        keys(key="Down")
        keys(key="Delete")
        app.wait_for("label:/“%s” and all its messages/" % CHATS[1])
        focus_is(app, "Cancel")                 # what Enter does by accident
        audit(app)
        keys(key="Escape")
        app.wait_gone("button:Cancel")
        wait_stored(app, world, *CHATS)
        focus_is(app, CHATS[1])
        keys(key="Delete")
        app.click("button:Delete")
        wait_listed(app, CHATS[0], *CHATS[2:])
        wait_stored(app, world, CHATS[0], *CHATS[2:])
        shows(app, CHATS[0])                    # the other one stays
        focus_is(app, CHATS[2])                 # and so does the keyboard's place
        app.mouse(ROW % CHATS[0], button=3)
        app.mouse("menu item:Delete…")
        app.click("button:Delete")
        wait_listed(app, *CHATS[2:])
        app.wait_for("table cell:")             # its page went with it
        for title in CHATS[2:]:
            app.mouse(ROW % title, button=3)
            app.mouse("menu item:Delete…")
            app.click("button:Delete")
            app.wait_gone(ROW % title)
        app.wait_for("label:Your chats will be listed here.")
        wait_stored(app, world)
        audit(app)


def fits_a_phone(world):
    with start(world, *CHATS) as app:
        app.resize(360, 720)
        app.wait_gone(ROW % CHATS[0])
        app.mouse("entry:Search models")
        keys(key="F9")
        app.wait_for(ROW % CHATS[0])
        fits(app, 360)
        audit(app)
        app.mouse(ROW % CHATS[1])
        shows(app, CHATS[1])
        app.wait_gone(ROW % CHATS[0])
        fits(app, 360)
        keys(key="ctrl+shift+f")
        focus_is(app, "Search chats")
        keys("bread")
        wait_listed(app, CHATS[0])
        keys(key="Return")
        shows(app, CHATS[0])
        keys(key="ctrl+n")
        app.wait_for("grouping:New Chat")
        fits(app, 360)
        keys(key="F10")
        app.wait_for("menu item:Preferences")
        keys(key="Escape")
        app.wait_gone("menu item:Preferences")
        app.resize(1100, 720)
        app.wait_for(SEARCH)
        app.wait_for("grouping:New Chat")


def every_shortcut_works(world):
    with start(world, *CHATS) as app:
        app.mouse("entry:Search models")
        keys(key="ctrl+n")
        focus_is(app, "Message")
        keys(key="ctrl+m")
        app.wait_for("table cell:")
        keys(key="ctrl+n")
        focus_is(app, "Message")
        keys(key="ctrl+f")
        focus_is(app, "Search models")
        keys(key="ctrl+shift+f")
        focus_is(app, "Search chats")
        keys(key="F10")
        for item in ("Preferences", "Keyboard Shortcuts", "About Top Dog"):
            app.wait_for("menu item:" + item)
        keys(key="Escape")
        app.wait_gone("menu item:Preferences")
        keys(key="ctrl+comma")
        app.wait_for("page tab:Providers")
        keys(key="Escape")
        app.wait_gone("page tab:Providers")
        keys(key="ctrl+question")
        app.wait_for("/Rename the chat in the list/")
        keys(key="Escape")
        app.wait_gone("/Rename the chat in the list/")
        keys(key="ctrl+q")
        assert app.process.wait(app.timeout) == 0
    with start(world) as app:
        app.mouse("entry:Search models")
        keys(key="ctrl+w")
        assert app.process.wait(app.timeout) == 0


run("sidebar", [
    lists_the_latest_first,
    search_finds_words_in_any_order,
    renames,
    deletes_after_a_question,
    fits_a_phone,
    every_shortcut_works,
])
