#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Q Assistant, used as people use it: asked by typing, corrected, and followed into a chat."""
import os
import subprocess

from display_test import audit, fits, focus_is, keys, run, wait_until

CTL = os.environ.get("TOPDOG_CTL", "build/src/cli/topdogctl")
REQUEST = "Write a Python function that reads a CSV file, not OpenRouter"


def ask(app, text):
    app.wait_for("table cell:")
    keys(key="ctrl+k")
    app.wait_for("label:/Which Model Fits/")
    focus_is(app, "What do you want to do?")
    keys(text)
    app.wait_for("label:/^Left out/")


def says_what_to_connect(world):
    """With no key and no server the answer is what to connect, and what the request costs there."""
    with world.launch() as app:
        ask(app, REQUEST)
        app.wait_for("label:/Nothing you can use now fits/")
        app.wait_for("label:/^With a key for .* would come first/")
        app.wait_for("toggle button:/Not this provider: OpenRouter/")
        app.wait_for("button:/Add a Key/")
        assert not app.find_all("button:/Chat with This/"), "a chat that cannot be"
        assert not app.find_all("label:OpenRouter"), "the provider that was ruled out"
        audit(app)


def chats_with_the_request(world):
    """A key added elsewhere counts at once; the text goes along into the chat."""
    with world.launch() as app:
        ask(app, REQUEST)
        app.wait_for("label:/Nothing you can use now fits/")
        subprocess.run([CTL, "keys", "add", "openai"], input="sk-example-1234567890abcd", text=True, check=True,
                       stdout=subprocess.DEVNULL, env=dict(os.environ, **world.environment))
        app.wait_for("button:/Chat with This/")
        app.wait_for("label:/Best for your priorities/")
        audit(app)
        app.click("button:/Chat with This/#0")
        app.wait_for("text:/Message/")
        wait_until(lambda: app.text("text:/Message/") == REQUEST, app.timeout, "the request did not come along")


def offers_no_chat_with_a_painter(world):
    """What only makes pictures is named, but leads into no chat."""
    subprocess.run([CTL, "keys", "add", "openai"], input="sk-example-1234567890abcd", text=True, check=True,
                   stdout=subprocess.DEVNULL, env=dict(os.environ, **world.environment))
    with world.launch() as app:
        ask(app, "draw me a fox on a bicycle")
        app.wait_for("label:/chats here cannot use it/")
        assert not app.find_all("button:/Chat with This/"), "a chat with a model that does not chat"
        app.wait_for("button:Details")


def looks_at_a_chat(world):
    """From a chat's menu its request goes into Q's box."""
    with world.launch() as app:
        app.wait_for("table cell:")
        app.click("button:New Chat")
        app.wait_for("text:/Message/")
        app.type("text:/Message/", "Translate to German: good morning")
        wait_until(lambda: app.text("text:/Message/"), app.timeout, "nothing was typed")
        app.click("toggle button:Chat Menu")
        app.click("menu item:Ask Q About This Chat")
        app.wait_for("label:/^Left out/")
        assert app.find_all("label:Translation"), "the chat's request was not understood"


def takes_corrections(world):
    """A chip that is released does not count, at once, and can be pressed again."""
    with world.launch() as app:
        ask(app, "Summarise my notes in one line, offline")
        chip = "toggle button:On this computer"
        app.wait_for(chip)
        assert not app.find_all("label:/^With a key for/"), "a provider for a request that is to stay here"
        app.click(chip)
        app.wait_for("label:/^With a key for/")
        app.click(chip)
        wait_until(lambda: not app.find_all("label:/^With a key for/"), app.timeout, "it does not count again")


def keeps_preferences(world):
    with world.launch() as app:
        ask(app, "Write a haiku about rain")
        app.click("button:More…")
        app.wait_for("label:Learned Here")
        app.click("check box:Only on This Computer#1")
        keys(key="Escape")
        wait_until(lambda: not app.find_all("label:/^With a key for/"), app.timeout, "the preference does not hold")


def fits_a_phone(world):
    with world.launch() as app:
        ask(app, REQUEST)
        app.resize(360, 720)
        wait_until(lambda: app.find_all("label:/^Left out/"), app.timeout, "no answer")
        fits(app, 360)
        app.click("button:More…")
        app.wait_for("label:Learned Here")
        fits(app, 360)


if __name__ == "__main__":
    run("assistant", [says_what_to_connect, chats_with_the_request, offers_no_chat_with_a_painter, looks_at_a_chat,
                      takes_corrections, keeps_preferences, fits_a_phone])
