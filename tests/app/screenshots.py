#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of every page, light and dark, wide and narrow, into the folder given; see "./dev screenshots".

Nothing is asserted here: the pictures are to be looked at.
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "../support"))

from display_test import World, keys, wait_until  # noqa: E402
from topdog_driver import action  # noqa: E402

BUS_NAME = "dev.topdog.Marketplace"
SIZES = {"wide": (1200, 800), "narrow": (360, 720)}
SCHEMES = {"light": "prefer-light", "dark": "prefer-dark"}
PASSWORD = "turnip boats sail"
CTL = os.path.join(os.path.dirname(os.path.dirname(os.environ.get("TOPDOG_PROGRAM", "build/src/app/topdog"))),
                   "cli", "topdogctl")


class Pictures:
    """The window of one world, photographed page after page in both sizes."""

    def __init__(self, app, folder, scheme):
        self.app, self.folder, self.scheme = app, folder, scheme

    def take(self, page, sizes=SIZES):
        for name, size in sizes.items():
            self.app.resize(*size)
            wait_until(self.is_still, 5, "the window does not come to rest")
            self.app.screenshot(os.path.join(self.folder, "%s-%s-%s.png" % (page, name, self.scheme)), window=True)
        self.app.resize(*SIZES["wide"])

    def is_still(self):
        """Whether two looks at the window, one after the other, see the same."""
        looks = [[node.extents() for node in self.app.root.walk(depth=14)] for _ in range(2)]
        return looks[0] == looks[1]


def open_model(app, key):
    action(BUS_NAME, "app.show-model", "'%s'" % key)
    app.wait_for("label:/The Same Model Elsewhere/")


def send(app, text):
    app.wait_for("text:/Message/")
    keys(text)
    keys(key="Return")


def marketplace(app, pictures):
    app.wait_for("table cell:")
    pictures.take("marketplace")
    action(BUS_NAME, "app.search", "'claude opus'")
    pictures.take("search")
    app.resize(*SIZES["narrow"])            # where they are not open anyway
    app.click("toggle button:Filters")
    app.wait_for("label:Lowest rating")
    pictures.take("filters", {"narrow": SIZES["narrow"]})
    keys(key="Escape")
    action(BUS_NAME, "app.search", "'there is no such model'")
    pictures.take("no-results")
    action(BUS_NAME, "app.search", "'gpt-4.1'")
    app.wait_for("check box:/^Compare /")
    for number in range(3):
        app.click("check box:/^Compare /#%d" % number)
    pictures.take("marked")
    app.click("button:Compare")
    pictures.take("compare")
    open_model(app, "openai:gpt-4.1-mini")
    pictures.take("details")


def assistant(app, pictures, name):
    action(BUS_NAME, "app.ask", "'Write a Python function that reads a CSV file, not OpenRouter'")
    app.wait_for("label:/Left out/")
    pictures.take("assistant-" + name)


def chats(app, pictures):
    open_model(app, "openai:gpt-4.1-mini")
    app.click("button:/Start Chat/")
    pictures.take("chat-new")
    send(app, "!markdown")
    app.wait_for("label:/tokens in/")
    pictures.take("chat")
    send(app, "!think")
    app.wait_for("/Thought/")
    pictures.take("chat-reasoning")
    send(app, "!429")
    app.wait_for("/too many requests/", timeout=30)
    pictures.take("chat-trouble")
    app.click("toggle button:Chat Menu")
    app.click("menu item:Parameters…")
    app.wait_for("label:System Prompt")
    pictures.take("parameters")
    keys(key="Escape")


def wallet(app, pictures, topdogctl):
    keys(key="ctrl+shift+b")
    app.wait_for("label:Balance")
    topdogctl("wallet", "add", "20", "--note", "November")
    topdogctl("wallet", "budget", "month", "20")
    topdogctl("wallet", "budget", "day", "1", "--provider", "openai")
    app.wait_for("label:Today, OpenAI")
    pictures.take("wallet")
    app.click("/Show All/")
    app.wait_for("list item:/^Funds added/")
    pictures.take("transactions")
    keys(key="Escape")
    app.click("button:/Add Funds/")
    app.wait_for("text:/Amount in dollars/")
    pictures.take("add-funds")
    keys(key="Escape")
    app.click("button:Add Budget")
    app.wait_for("label:/You are told/")
    pictures.take("budget")
    keys(key="Escape")


def usage(app, pictures):
    app.click("list item:Usage")
    app.wait_for("label:By Model")
    pictures.take("usage")


def preferences(app, pictures):
    action(BUS_NAME, "app.preferences")
    app.wait_for("label:/Follow the system/")
    pictures.take("preferences")
    app.click("page tab:Providers")
    app.wait_for("label:/keyring/")
    pictures.take("providers")
    app.click("page tab:Requests")
    app.wait_for("label:Time Limits")
    pictures.take("requests")
    keys(key="Escape")
    action(BUS_NAME, "app.show-provider", "'openai'")
    app.wait_for("text:Base address")
    pictures.take("provider")
    keys(key="Escape")
    keys(key="Escape")
    action(BUS_NAME, "app.about")
    app.wait_for("/Legal/")
    pictures.take("about")


def account(app, pictures, topdogctl):
    """Leaves the window signed in to another account."""
    keys(key="Escape")
    action(BUS_NAME, "app.account")
    app.wait_for("label:/In the system.s keyring/")
    pictures.take("account")
    app.mouse("/Create Another Account/")
    app.wait_for("/^Name/")
    pictures.take("sign-up")
    app.type("text:Name", "Ada Lovelace")
    app.type("text:/E-mail/", "ada@example.org")
    app.type("text:/^Password/", "password123")
    app.click("button:Create Account")
    app.wait_for("label:/first that anybody tries/")
    pictures.take("sign-up-mistakes")
    keys(key="Escape")
    keys(key="Escape")
    topdogctl("account", "sign-up", "Ada Lovelace", "--email", "ada@example.org", text=PASSWORD)
    app.wait_for("toggle button:/Account Ada Lovelace/")
    app.wait_for("table cell:")
    action(BUS_NAME, "app.account")
    app.mouse("/Change Password/")
    app.wait_for("/New Password/")
    pictures.take("change-password")
    keys(key="Escape")
    keys(key="Escape")
    action(BUS_NAME, "app.sign-out")
    app.wait_for("label:Signed Out")
    pictures.take("signed-out")
    app.click("button:/Sign In/")
    app.wait_for("combo box:")
    keys("the wrong one")
    keys(key="Return")
    app.wait_for("label:/password is wrong/")
    pictures.take("sign-in")
    keys(key="ctrl+a")
    keys(PASSWORD)
    keys(key="Return")
    app.wait_for("table cell:")
    action(BUS_NAME, "app.account")
    app.mouse("/Delete Account/")
    app.wait_for("/Password/")
    pictures.take("delete-account")
    keys(key="Escape")
    keys(key="Escape")


def photograph(folder, scheme, url):
    with tempfile.TemporaryDirectory(prefix="world.") as home:
        world = World(home, "screenshots")
        with world.launch(ADW_DEBUG_COLOR_SCHEME=SCHEMES[scheme]) as app:
            app.timeout = 20
            pictures = Pictures(app, folder, scheme)
            marketplace(app, pictures)
            app.click("button:New Chat")
            app.wait_for("/Connect a Model/")
            pictures.take("connect")
            assistant(app, pictures, "no-key")

            def topdogctl(*arguments, text=None):
                subprocess.run([CTL, *arguments], input=text, text=True, check=True, stdout=subprocess.DEVNULL,
                               env=dict(os.environ, **world.environment))
            topdogctl("providers", "set", "openai", "base-url", url + "/v1")
            topdogctl("keys", "add", "openai", text="sk-example-1234567890abcd")
            app.wait_for("button:/Chat with This/")
            assistant(app, pictures, "answer")
            chats(app, pictures)
            wallet(app, pictures, topdogctl)
            usage(app, pictures)
            preferences(app, pictures)
            account(app, pictures, topdogctl)


def main():
    folder = sys.argv[1]
    server = subprocess.Popen(["node", os.path.join(HERE, "../support/aimock.mjs")], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True)
    ready = server.stdout.readline().split()
    if not ready or ready[0] != "READY":
        sys.exit("the provider's server did not start; see ./dev setup")
    try:
        for scheme in SCHEMES:
            photograph(folder, scheme, ready[1])
    finally:
        server.stdin.close()
        server.wait(10)


main()
