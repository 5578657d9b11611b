#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wallet: funds with a note, budgets, the ledger, and what another program changes meanwhile."""
import json
import os
import subprocess

from display_test import audit, fits, focus_is, keys, run, wait_until

CTL = os.environ["TOPDOG_CTL"]


def ctl(world, *arguments):
    """topdogctl in the same world; gives its JSON."""
    result = subprocess.run([CTL, "wallet", *arguments, "--json"], check=True, stdout=subprocess.PIPE, text=True,
                            env=dict(os.environ, **world.environment))
    return json.loads(result.stdout)


def open_wallet(app):
    app.wait_for("table cell:")
    keys(key="ctrl+shift+b")
    app.wait_for("label:Balance")


def balance_is(app, world, nano_dollars):
    wait_until(lambda: ctl(world, "balance")["balance"]["nano_dollars"] == nano_dollars, app.timeout,
               lambda: ctl(world, "balance"))


def funds_are_added_by_keyboard(world):
    with world.launch() as app:
        open_wallet(app)
        app.click("button:/Add Funds/")
        focus_is(app, "Amount")
        keys("lots")
        app.wait_for("label:/Enter dollars/")
        keys(key="Return")
        keys(key="ctrl+a")
        keys("20.50")
        app.wait_gone("label:/Enter dollars/")
        app.type("text:/Note/", "November")
        keys(key="Return")
        app.wait_for("label:/November/")
        app.wait_for("label:$20.50#1")          # on the page and in the sidebar
        balance_is(app, world, 20_500_000_000)
        assert ctl(world, "mode")["mode"] == "prepaid"
        audit(app)


def an_amount_is_chosen(world):
    with world.launch() as app:
        open_wallet(app)
        app.click("button:/Add Funds/")
        app.click("button:$50")
        app.click("button:Add Funds")
        app.wait_for("label:+$50.00")
        balance_is(app, world, 50_000_000_000)


def another_program_is_heard(world):
    with world.launch() as app:
        open_wallet(app)
        app.wait_for("label:Nothing yet")
        ctl(world, "add", "7")
        app.wait_for("label:+$7.00")
        ctl(world, "budget", "month", "20")
        app.wait_for("label:This month, everything")
        app.resize(360, 720)
        fits(app, 360)
        audit(app)


def budgets_are_set_and_removed(world):
    with world.launch() as app:
        open_wallet(app)
        app.click("button:Add Budget")
        focus_is(app, "Amount")
        keys("12")
        keys(key="Return")
        app.wait_for("label:$0.00 of $12.00 used")
        app.click("button:Change Budget")
        focus_is(app, "Amount")
        keys(key="ctrl+a")
        keys("15")
        keys(key="Return")
        app.wait_for("label:$0.00 of $15.00 used")
        budget = ctl(world, "budgets")["budgets"][0]
        assert (budget["period"], budget["scope"]) == ("month", "all"), budget
        app.click("button:Remove Budget")
        app.wait_gone("label:$0.00 of $15.00 used")
        assert ctl(world, "budgets")["budgets"] == []


def the_mode_and_the_ledger(world):
    ctl(world, "add", "5")
    with world.launch() as app:
        open_wallet(app)
        app.click("/Stop When the Balance/")
        wait_until(lambda: ctl(world, "mode")["mode"] == "track", app.timeout, "the mode is not stored")
        app.click("button:Check")
        app.wait_for("label:It is sound: 1 transaction.")


run("wallet", [
    funds_are_added_by_keyboard,
    an_amount_is_chosen,
    another_program_is_heard,
    budgets_are_set_and_removed,
    the_mode_and_the_ledger,
])
