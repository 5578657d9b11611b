#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts: signing up, in and out, the password, where the keys are, and what another program does meanwhile."""
import json
import os
import subprocess

from display_test import audit, fits, focus_is, keys, run, wait_until
from topdog_driver import action

CTL = os.environ["TOPDOG_CTL"]
APP = "dev.topdog.Marketplace"
PASSWORD = "turnip boats sail"
OTHER = "celery trains fly"


def ctl(world, *arguments, stdin=""):
    """topdogctl in the same world; gives its JSON."""
    result = subprocess.run([CTL, *arguments, "--json"], check=True, stdout=subprocess.PIPE, text=True, input=stdin,
                            env=dict(os.environ, **world.environment))
    return json.loads(result.stdout)


def who(world):
    return ctl(world, "account", "who")


def sign_up_with_mistakes(world):
    ctl(world, "wallet", "add", "21.37")
    with world.launch() as app:
        app.wait_for("toggle button:/Account .*, balance .21.37/")
        keys(key="ctrl+shift+y")
        app.wait_for("label:/In the system.s keyring/")
        app.wait_for("label:$21.37#2")                  # the header, the sidebar and the dialog
        audit(app)
        app.mouse("/Create Another Account/")
        focus_is(app, "Name")
        keys("Ada")
        keys(key="Tab")
        keys("nobody")
        keys(key="Tab")
        keys("short")
        app.wait_for("label:/Weak/")
        keys(key="Return")
        app.wait_for("label:/no e-mail address/")
        focus_is(app, "E-mail")
        keys(key="ctrl+a")
        keys(key="BackSpace")
        app.wait_gone("label:/no e-mail address/")
        keys(key="Return")
        app.wait_for("label:/too short/")
        keys(key="ctrl+a")
        keys("password123")
        keys(key="Return")
        app.wait_for("label:/first that anybody tries/")
        keys(key="ctrl+a")
        keys(PASSWORD)
        app.wait_for("label:Good")
        audit(app)
        keys(key="Return")
        app.wait_for("toggle button:Account Ada")       # her own, with nothing in it
        app.wait_for("table cell:")
        app.wait_gone("label:$21.37")
        assert who(world)["account"]["name"] == "Ada"


def signed_out_and_in(world):
    ctl(world, "account", "sign-up", "Ada", stdin=PASSWORD)
    with world.launch() as app:
        app.wait_for("toggle button:Account Ada")       # the session goes on
        action(APP, "app.sign-out")
        app.wait_for("label:Signed Out")
        assert who(world)["state"] == "signed-out"
        app.click("button:/Sign In/")
        app.wait_for("combo box:")
        audit(app)
        focus_is(app, "Password")
        keys(OTHER)
        keys(key="Return")
        app.wait_for("label:/password is wrong/")
        app.resize(360, 640)
        fits(app, 360)
        keys(key="ctrl+a")
        keys(PASSWORD)
        keys(key="Return")
        app.wait_for("table cell:")
        assert who(world)["state"] == "signed-in"


def protected_and_sealed(world):
    ctl(world, "keys", "add", "openai", stdin="sk-test-0123456789-ABCD")
    with world.launch() as app:
        app.wait_for("table cell:")
        action(APP, "app.account")
        app.mouse("/Protect With a Password/")
        focus_is(app, "New Password")
        keys(PASSWORD)
        keys(key="Return")
        app.wait_for("/Change Password/")
        assert who(world)["account"]["protected"]
        keys(key="Escape")
        app.wait_gone("/Change Password/")
        action(APP, "app.preferences")
        app.click("page tab:Providers")
        app.wait_for("label:The keyring is ready")
        app.mouse("/Keep Keys in a Sealed Vault/")
        focus_is(app, "Password")
        keys(PASSWORD)
        keys(key="Return")
        app.wait_for("label:The sealed vault is open")
        assert who(world)["account"]["keys_in"] == "sealed"
    with world.launch() as app:                         # it takes the password now
        app.wait_for("label:/Welcome Back/")
        app.click("button:/Sign In/")
        focus_is(app, "Password")
        keys(PASSWORD)
        keys(key="Return")
        app.wait_for("table cell:")


def another_program_signs_out(world):
    ctl(world, "account", "sign-up", "Ada", stdin=PASSWORD)
    with world.launch() as app:
        app.wait_for("toggle button:Account Ada")
        ctl(world, "account", "sign-out")
        app.wait_for("label:Signed Out")


def deleted_with_everything(world):
    first = who(world)["account"]["name"]
    ctl(world, "account", "sign-up", "Ada", stdin=PASSWORD)
    folder = os.path.join(world.home, "data", "topdog", "accounts")
    with world.launch() as app:
        app.wait_for("toggle button:Account Ada")
        assert len(os.listdir(folder)) == 1
        action(APP, "app.account")
        app.mouse("/Delete Account/")
        focus_is(app, "Password")
        keys(OTHER)
        keys(key="Return")
        app.wait_for("label:/password is wrong/")
        assert len(os.listdir(folder)) == 1
        keys(key="ctrl+a")
        keys(PASSWORD)
        keys(key="Return")
        app.wait_for("label:Signed Out")
        wait_until(lambda: os.listdir(folder) == [], app.timeout, lambda: os.listdir(folder))
    assert [a["name"] for a in who(world)["accounts"]] == [first]


run("account", [
    sign_up_with_mistakes,
    signed_out_and_in,
    protected_and_sealed,
    another_program_signs_out,
    deleted_with_everything,
])
