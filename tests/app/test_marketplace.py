#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The marketplace, used as people use it: by mouse, by keyboard alone, in a narrow window, with a screen reader."""
import contextlib
import os
import re
import sqlite3
import subprocess
import sys

from display_test import audit, fits, focus_is, keys, run, wait_until
from topdog_driver import action

SEARCH = "entry:Search models"
CARD = "table cell:"


def cards(app):
    """The names of all cards of the page, also of those scrolled out of sight."""
    return [node.name for node in app.find_all(CARD, everything=True)]


def count(app):
    """How many models the page says there are; None while it says nothing."""
    found = re.match(r"\d+", app.find("status bar:").text().replace(",", "") or "")
    return int(found.group()) if found else None


def wait_cards(app, holds, what):
    """Waits until there are cards and what holds() says is true of each."""
    def check():
        names = cards(app)
        return names if names and all(holds(name) for name in names) else None
    return wait_until(check, app.timeout, lambda: "%s: %s" % (what, cards(app)))


def wait_count(app, holds):
    return wait_until(lambda: holds(count(app)), app.timeout, lambda: "the count is %s" % count(app))


@contextlib.contextmanager
def start(world):
    with world.launch() as app:
        app.wait_for(CARD)
        yield app


def search(app, text):
    app.type(SEARCH, text)


def open_filters(app):
    if not app.find_all("label:Filters"):
        app.click("toggle button:Filters")
    app.wait_for("label:Filters")


def find_menu_item(app, item):
    roles = ("radio menu item", "check menu item", "menu item")
    node = wait_until(lambda: next((n for n in app.root.walk() if n.role in roles and n.name == item), None),
                      app.timeout, "no menu item " + item)
    return "%s:%s" % (node.role, item)


def starts_with_the_catalogue(world):
    with start(world) as app:
        focus_is(app, "Search models")
        assert count(app) > 1000
        wait_until(lambda: len(cards(app)) == 10, app.timeout, "not ten cards")
        assert app.find_all("label:/Catalogue of .* 20\\d\\d/"), "the date of the facts is missing"
        audit(app)


def search_is_live_and_orderless(world):
    with start(world) as app:
        app.wait_for(SEARCH)
        for text in ("claude opus", "OPUS  Claude", "opús cláude"):
            search(app, text)
            wait_cards(app, lambda name: "claude" in name.lower() and "opus" in name.lower(), text)
        wanted = count(app)
        search(app, "")
        wait_count(app, lambda n: n > 1000)
        app.mouse(SEARCH)
        keys("opus claude")                     # letter by letter, as typed
        wait_count(app, lambda n: n == wanted)
        keys(key="Escape")
        wait_count(app, lambda n: n > 1000)


def results_begin_at_the_top(world):
    with start(world) as app:
        def top():
            return app.find_all(CARD, everything=True)[0].extents()[1]
        first = top()
        for text in ("flash", ""):              # the first of these is further down among all
            found = count(app)
            search(app, text)
            wait_count(app, lambda n: n != found)
            wait_until(lambda: top() == first, app.timeout, lambda: "after %r the first card is at %d" % (text, top()))


def nothing_found_says_what_to_loosen(world):
    with start(world) as app:
        search(app, "zzzz no such model")
        app.wait_for("label:No Models Found")
        assert count(app) == 0
        audit(app)
        search(app, "claude")
        open_filters(app)
        app.click("check box:Local")
        app.wait_for("label:No Models Found")
        app.click("button:/Without “Local”: \\d+ Models/")
        wait_cards(app, lambda name: "claude" in name.lower(), "without Local")
        app.click("check box:Local")
        app.click("button:/Clear the Search/")
        wait_cards(app, lambda name: "price in Local" in name, "without the words")
        assert app.find(SEARCH).text() == ""


def filters_restrict_and_chips_lift(world):
    with start(world) as app:
        everything = count(app)
        open_filters(app)
        audit(app)
        app.click("check box:Free")
        wait_cards(app, lambda name: re.search("price in (Free|Local)", name), "Free")
        free = count(app)
        app.click("check box:Open weights")
        wait_count(app, lambda n: 0 < n < free)
        app.wait_for("button:Remove Filter “Free”")
        audit(app)
        app.click("button:Remove Filter “Open weights”")
        wait_count(app, lambda n: n == free)
        assert "checked" not in app.find("check box:Open weights").states()
        app.click("button:Clear Filters")
        wait_count(app, lambda n: n == everything)
        app.wait_gone("button:Clear Filters")
        assert "checked" not in app.find("check box:Free").states()


def filters_by_provider_and_ability(world):
    with start(world) as app:
        open_filters(app)
        app.click("check box:Reasoning")
        reasoning = wait_count(app, lambda n: n and n < 1000) and count(app)
        toggle_by_keyboard(app, "check box:Anthropic")
        wait_cards(app, lambda name: ", Anthropic," in name, "Anthropic")
        anthropic = count(app)
        assert anthropic < reasoning
        toggle_by_keyboard(app, "check box:OpenAI")
        wait_count(app, lambda n: n > anthropic)
        app.wait_for("button:Remove Filter “OpenAI”")


def toggle_by_keyboard(app, spec):
    """Goes to a check box in the filters with Tab and presses it: it may be scrolled out of sight."""
    name = spec.split(":", 1)[1]
    app.mouse("label:Filters")
    for _ in range(80):
        node = app.focused()
        if node and node.role == "check box" and node.name == name:
            keys(key="space")
            return
        keys(key="Tab")
    raise AssertionError("Tab never comes to " + spec)


def the_drop_downs_limit(world):
    with start(world) as app:
        open_filters(app)
        app.mouse(find_drop_down(app, "Lowest rating"))
        app.wait_for("list item:Rated 4.0 or more")
        keys(key="End")
        keys(key="Return")                      # the last: 4.5 or more
        wait_cards(app, lambda name: float(re.search(r"rating ([\d.]+) of 5", name).group(1)) >= 4.5, "4.5 or more")
        app.wait_for("button:Remove Filter “Rated 4.5 or more”")


def find_drop_down(app, label):
    return next(n for n in app.root.walk() if n.role in ("combo box", "toggle button", "button") and n.name == label)


def sorting_is_remembered(world):
    with start(world) as app:
        app.click("toggle button:Relevance")
        app.click(find_menu_item(app, "Name"))
        names = wait_until(lambda: (lambda c: c if c == sorted(c, key=str.casefold) else None)(cards(app)),
                           app.timeout, "not sorted by name")
        assert names
    with start(world) as app:
        app.wait_for("toggle button:Name")
        assert cards(app) == names
        app.click("toggle button:Name")
        app.click(find_menu_item(app, "Rating"))
        wait_cards(app, lambda name: "rating " in name, "rated first")


def pages_turn(world):
    with start(world) as app:
        first = cards(app)
        position = app.find("label:/^Page 1 of \\d+$/").name
        last = int(position.split()[-1])
        assert last == -(-count(app) // 10)
        assert "sensitive" not in app.find("button:Previous Page").states()
        app.click("button:Next Page")
        app.wait_for("label:Page 2 of %d" % last)
        assert not set(first) & set(cards(app))
        keys(key="ctrl+Page_Down")
        app.wait_for("label:Page 3 of %d" % last)
        keys(key="ctrl+Page_Up")
        app.wait_for("label:Page 2 of %d" % last)
        app.click("button:Last Page")
        app.wait_for("label:Page %d of %d" % (last, last))
        assert "sensitive" not in app.find("button:Next Page").states()
        app.click("button:First Page")
        app.wait_for("label:Page 1 of %d" % last)
        assert cards(app) == first
        app.click("button:Next Page")
        app.click("toggle button:10 per page")
        app.click(find_menu_item(app, "20"))
        app.wait_for("label:Page 1 of %d" % -(-count(app) // 20))
        search(app, "gpt")
        app.wait_for("label:/^Page 1 of /")
    with start(world) as app:
        app.wait_for("toggle button:20 per page")
        app.wait_for("label:Page 1 of %d" % -(-count(app) // 20))


def details_show_every_fact(world):
    with start(world) as app:
        search(app, "claude opus 4.5 latest")
        wait_cards(app, lambda name: "Opus 4.5" in name, "Opus 4.5")
        app.mouse("table cell:/Anthropic/")
        app.wait_for("button:Copy the ID")
        audit(app)
        for fact in ("ID: claude-opus-4-5", "Input: $5.00", "Cached input: $0.50", "Context: 200000 tokens",
                     "Takes: Text, Images, PDF files", "Tool calls: Yes", "Reasoning can be switched off: Unknown",
                     "Knowledge until: May 2025", "Released: 24 Nov 2025", "Family: claude-opus",
                     "Base model: anthropic/claude-opus-4-5", "Kind: Chat", "Status: In service"):
            app.wait_for("list item:" + fact)
        assert app.find_all("list item:/^Source: models.dev.*2026/")
        assert app.find_all("list item:/Arena text/"), "no measurements"
        offers = app.find_all("list item:/OpenRouter/")
        assert offers, "no other offers"
        app.mouse(offers[0])
        app.wait_for("list item:/^Provider: OpenRouter/")
        keys(key="alt+Left")
        app.wait_for("list item:ID: claude-opus-4-5")
        keys(key="alt+Left")
        app.wait_for(SEARCH)


def the_keyboard_is_enough(world):
    with start(world) as app:
        focus_is(app, "Search models")
        keys("gemini flash")
        wait_cards(app, lambda name: "gemini" in name.lower(), "gemini")
        keys(key="Down")
        card = focus_is(app, "Gemini").name
        keys(key="ctrl+d")
        app.wait_for("toggle button:/^Remove .* From Favourites$/")
        keys(key="Tab")
        focus_is(app, "From Favourites")
        keys(key="Tab")
        focus_is(app, "Compare ")
        keys(key="space")
        app.wait_for("label:1 of 4 Marked")
        keys(key="shift+Tab")
        keys(key="shift+Tab")
        focus_is(app, card)
        keys(key="Return")
        app.wait_for("button:Copy the ID")
        keys(key="alt+Left")
        focus_is(app, card)
        keys(key="ctrl+b")
        wait_until(lambda: cards(app) == [card], app.timeout, "not only the favourite")
        keys(key="ctrl+BackSpace")
        wait_cards(app, lambda name: "gemini" in name.lower(), "all again")
        keys(key="ctrl+f")
        focus_is(app, "Search models")
        keys(key="F10")
        app.wait_for("menu item:About Top Dog")
        keys(key="Escape")
        app.wait_gone("menu item:About Top Dog")


def favourites_survive_a_restart(world):
    with start(world) as app:
        app.click("toggle button:Show Favourites Only")
        app.wait_for("label:No Favourites")
        audit(app)
        app.click("toggle button:Show Favourites Only")
        app.wait_for(CARD)
        app.click("toggle button:/^Add .* to Favourites$/#0")
        name = app.wait_for("toggle button:/^Remove .* From Favourites$/").name
    with start(world) as app:
        app.wait_for("toggle button:" + name)
        app.click("toggle button:Show Favourites Only")
        wait_until(lambda: len(cards(app)) == 1, app.timeout, "not one favourite")
        app.click("toggle button:" + name)
        app.wait_for("label:No Favourites")
        app.click("button:/Without “Favourites”/")
        wait_count(app, lambda n: n > 1000)


def a_bad_database_is_explained_and_left_alone(world):
    with start(world):
        pass
    newer = sqlite3.connect(world.database)
    newer.execute("PRAGMA user_version = 9999")
    newer.close()
    for content, sentence in ((None, "newer version of Top Dog"), (b"not a database, " * 999, "is damaged")):
        if content:
            with open(world.database, "wb") as file:
                file.write(content)
        with open(world.database, "rb") as file:
            before = file.read()
        with world.launch() as app:
            app.wait_for("label:/%s/" % sentence)
            app.wait_for("label:/%s/" % re.escape(world.database))
            audit(app)
            app.click("button:Try Again")
            app.wait_for("label:/%s/" % sentence)
            app.resize(360, 720)
            fits(app, 360)
        with open(world.database, "rb") as file:
            assert file.read() == before, "the file was changed"
    os.remove(world.database)
    with start(world):
        pass


def up_to_four_are_compared(world):
    with start(world) as app:
        boxes = app.find_all("check box:/^Compare /")
        for box in boxes[:4]:
            app.mouse(box)
            app.wait_for("label:/^%d of 4 Marked$/" % (boxes.index(box) + 1))
        assert "sensitive" not in app.find_all("check box:/^Compare /")[4].states()
        app.click("button:Compare")
        row = app.wait_for("list item:/^Price in per million tokens; /").name
        assert row.count("; ") == 4 and ", best" in row, row
        audit(app)
        for left in (3, 2, 1, 0):
            app.click("button:/^Remove .* From Comparison$/")
            wait_until(lambda: len(app.find_all("button:/^Remove .* From Comparison$/")) == left, app.timeout, "not removed")
        app.wait_for(CARD)                      # nothing left to compare: back to the cards
        app.wait_gone("label:/ of 4 Marked$/")


def it_fits_a_phone(world):
    with start(world) as app:
        app.resize(360, 720)
        app.wait_for(SEARCH)
        fits(app, 360)
        audit(app)
        app.mouse("check box:/^Compare /")
        app.wait_for("button:Compare")
        fits(app, 360)
        app.click("toggle button:Filters")
        app.wait_for("label:Filters")
        fits(app, 360)
        keys(key="Escape")
        app.wait_gone("label:Filters")
        app.mouse(CARD + "#0")
        app.wait_for("button:Copy the ID")
        fits(app, 360)
        keys(key="alt+Left")
        app.wait_for(SEARCH)
        keys(key="alt+Left")
        app.wait_for("list item:Marketplace")
        fits(app, 360)
        audit(app)
        app.mouse("list item:Marketplace")
        app.wait_for(SEARCH)


@contextlib.contextmanager
def ollama(world):
    """A server that answers as Ollama does, in Ollama's place."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "fake_ollama.py")
    with subprocess.Popen([sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        url = server.stdout.readline().split()[1]
        subprocess.run([os.environ.get("TOPDOG_CTL", "build/src/cli/topdogctl"), "-q", "providers", "set", "ollama",
                        "base-url", url], check=True, stdout=subprocess.DEVNULL,
                       env=dict(os.environ, **world.environment))
        yield
        server.stdin.close()


def local_models_are_downloaded_and_loaded(world):
    with ollama(world), start(world) as app:
        action("dev.topdog.Marketplace", "app.show-model", "'ollama:gemma2:2b'")
        app.wait_for("button:Download")
        assert not app.find_all("button:Start Chat"), "a model that is not there can be chatted with"
        audit(app)
        app.click("button:Download")
        app.wait_for("button:Start Chat")
        app.click("button:Load")
        app.click("button:Unload")
        app.wait_for("button:Load")


if __name__ == "__main__":
    run("marketplace", [
        starts_with_the_catalogue,
        search_is_live_and_orderless,
        results_begin_at_the_top,
        nothing_found_says_what_to_loosen,
        filters_restrict_and_chips_lift,
        filters_by_provider_and_ability,
        the_drop_downs_limit,
        sorting_is_remembered,
        pages_turn,
        details_show_every_fact,
        the_keyboard_is_enough,
        favourites_survive_a_restart,
        a_bad_database_is_explained_and_left_alone,
        up_to_four_are_compared,
        local_models_are_downloaded_and_loaded,
        it_fits_a_phone,
    ])
