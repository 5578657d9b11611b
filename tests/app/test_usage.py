#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The usage page: its charts by keyboard, the table beside them, another model, and news from elsewhere."""
import datetime
import os
import sqlite3
import subprocess

from display_test import audit, fits, keys, run, wait_until

CTL = os.environ["TOPDOG_CTL"]
TODAY = datetime.date.today()
CENT = 10_000_000

# days ago, provider, model, client, cost, tokens in, out
ROWS = [
    (0, "openai", "openai:gpt-4.1", "", 4 * CENT, 1000, 100),
    (1, "openai", "openai:gpt-4.1-mini", "editor", CENT, 10, 10),
    (40, "groq", "groq:somewhat-old", "", 7 * CENT, 1, 1),
]


def ctl(world, *arguments):
    return subprocess.run([CTL, *arguments], check=True, stdout=subprocess.PIPE, text=True,
                          env=dict(os.environ, **world.environment)).stdout


def write(world, rows):
    ctl(world, "wallet", "balance")                 # makes the database
    with sqlite3.connect(world.database) as database:
        database.executemany(
            "INSERT INTO receipt (day, provider_id, model_key, client, cost, input_tokens, output_tokens, purpose,"
            " catalogue_version, owner, started_us, settled_us, wallet_id)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 'chat', '', 0, 1, 2, 1)",
            [(int((TODAY - datetime.timedelta(days=ago)).strftime("%Y%m%d")), *rest) for ago, *rest in rows])
    database.close()


def text_of(day):
    return "%d %s" % (day.day, day.strftime("%b %Y"))


def open_usage(app):
    app.wait_for("table cell:")
    keys(key="ctrl+shift+e")
    app.wait_for("list item:Usage", "selected")


def charts_are_told_of_in_words(world):
    write(world, ROWS)
    yesterday = text_of(TODAY - datetime.timedelta(days=1))
    with world.launch() as app:
        open_usage(app)
        app.wait_for("image:/^Spending for each day from .* the most was \\$0.04 on %s/" % text_of(TODAY))
        app.wait_for("label:$0.05")
        app.wait_for("list item:OpenAI")
        app.wait_for("list item:GPT-4.1 mini")
        app.wait_for("list item:editor")
        audit(app)
        app.click("radio button:Tokens")
        app.wait_for("image:/^Tokens for each day .* the most were 1100 on/")
        app.mouse("image:/^Tokens for each day/")    # gives it the focus
        keys(key="End")
        app.wait_for("label:/^%s: \\$0.04 · 1 reply · 1000 tokens in, 100 out/" % text_of(TODAY))
        keys(key="Left")
        app.wait_for("label:/^%s: \\$0.01 · 1 reply · 10 tokens in, 10 out/" % yesterday)
        app.click("button:Days as a Table")
        app.wait_for("label:Tokens Out")
        app.resize(360, 720)
        fits(app, 360)
        audit(app)


def the_time_and_another_model(world):
    write(world, ROWS)
    with world.launch() as app:
        open_usage(app)
        app.wait_for("list item:OpenAI")
        app.click("toggle button:/Last 30 Days/")
        app.mouse("list item:Last 90 Days")
        app.wait_for("list item:groq:somewhat-old")
        app.wait_for("label:$0.12")
        app.mouse("label:None")
        wait_until(lambda: (app.focused() or app.root).role in ("text", "entry", "search"), app.timeout,
                   lambda: "no search has the focus but %s" % app.focused().line())
        keys("GPT-4.1 nano, OpenRouter")
        app.wait_for("list item:GPT-4.1 nano, OpenRouter")
        keys(key="Down")
        keys(key="Return")
        # 0.1 and 0.4 dollars a million: 1011 x 0.1 + 111 x 0.4 micro-dollars
        app.wait_for("label:/^\\$0.00015 instead of \\$0.12, 99 % less$/")


def another_program_is_heard(world):
    with world.launch() as app:
        open_usage(app)
        app.wait_for("/Nothing Used Yet/")
        write(world, ROWS)
        ctl(world, "wallet", "add", "1")            # says that the wallet changed
        app.wait_for("list item:OpenAI")


run("usage", [
    charts_are_told_of_in_words,
    the_time_and_another_model,
    another_program_is_heard,
])
