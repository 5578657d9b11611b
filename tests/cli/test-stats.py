#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""topdogctl stats, on a log of requests that is written here.

  test-stats.py TOPDOGCTL MOCK-SCRIPT [CASE...]

Runs inside tests/support/session --keyring.  Prints TAP.
"""
import datetime
import os
import sqlite3
import sys

from harness import World, case, contains, equal, lacks, main

DAY = 86_400_000_000
NOW = int(datetime.datetime.now(datetime.timezone.utc).replace(hour=0, minute=0, second=1).timestamp() * 1e6)

# days ago, provider, model, outcome, tries before, first token ms, tokens in, out, thousandths of a token a second
ROWS = [
    (0, "openai", "openai:a", "complete", 0, 400, 10, 100, 50_000),
    (0, "openai", "openai:a", "complete", 1, 1250, 20, 100, 41_700),
    (0, "openai", "openai:b", "provider:overloaded", 0, None, None, None, None),
    (1, "openai", "openai:b", "stopped", 0, 90, 5, 3, None),
    (1, "ollama", "ollama:c", "provider:auth", 0, None, None, None, None),
    (40, "groq", "groq:d", "complete", 0, 30, 1, 1, None),
]


class StatsWorld(World):
    def __init__(self, program):
        super().__init__(program)
        self.env["TZ"] = "UTC"
        self.run("stats").is_code(0)                # makes the database
        with sqlite3.connect(os.path.join(self.folder, "data", "topdog", "topdog.db")) as database:
            database.executemany(
                "INSERT INTO request_log (started_us, provider_id, endpoint, model_key, offer_key, purpose, outcome,"
                " retries, first_token_ms, input_tokens, output_tokens, rate)"
                " VALUES (?, ?, 'http://127.0.0.1', ?, ?, 'chat', ?, ?, ?, ?, ?, ?)",
                [(NOW - ago * DAY, provider, model, model, *rest) for ago, provider, model, *rest in ROWS])
        database.close()

    def stats(self, *arguments):
        return self.json("stats", *arguments)["stats"]


def keys(stats, by):
    return [(s[by], s["requests"]) for s in stats]


@case
def by_provider(world):
    stats = world.stats()
    equal(keys(stats, "provider"), [("ollama", 1), ("openai", 4)])
    openai = stats[1]
    equal((openai["complete"], openai["stopped"], openai["failed"], openai["refused"], openai["retries"]), (2, 1, 1, 0, 1))
    equal((openai["success_rate"], openai["tokens_per_second"]), (0.666, 41.7))
    equal((openai["first_token_median_ms"], openai["first_token_p95_ms"]), (400, 1250))
    equal((openai["known_input_tokens"], openai["known_output_tokens"]), (35, 203))
    ollama = stats[0]
    equal((ollama["refused"], ollama["success_rate"]), (1, 0))
    equal((ollama["first_token_median_ms"], ollama["tokens_per_second"]), (None, None))


@case
def by_model_and_day(world):
    equal(keys(world.stats("--by", "model"), "model"), [("ollama:c", 1), ("openai:a", 2), ("openai:b", 2)])
    day = lambda ago: datetime.datetime.fromtimestamp((NOW - ago * DAY) / 1e6, datetime.timezone.utc).date().isoformat()
    equal(keys(world.stats("--by", "day"), "day"), [(day(1), 2), (day(0), 3)])
    equal(keys(world.stats("--by", "day", "--days", "1"), "day"), [(day(0), 3)])


@case
def narrowed(world):
    equal(keys(world.stats("--days", "90"), "provider"), [("groq", 1), ("ollama", 1), ("openai", 4)])
    equal(keys(world.stats("--provider", "openai", "--by", "model"), "model"), [("openai:a", 2), ("openai:b", 2)])
    equal(world.stats("--provider", "anthropic"), [])


@case
def for_people(world):
    out = world.run("stats").is_code(0).out
    lines = out.splitlines()
    equal(len(lines), 3)
    equal(lines[1].split(), ["ollama", "1", "0.0", "%", "0", "–", "–", "–"])
    equal(lines[2].split(), ["openai", "4", "66.6", "%", "1", "0.40", "s", "1.25", "s", "41.7"])
    lacks(out, "groq")
    nothing = world.run("stats", "--provider", "anthropic").is_code(0)
    equal(nothing.out, "")
    contains(nothing.err, "Nothing was sent")


@case
def wrong_usage(world):
    for arguments in (["--by", "colour"], ["--days", "0"], ["--days", "91"], ["--days", "-3"], ["more"]):
        result = world.run("stats", *arguments).is_code(2)
        equal(result.out, "")
    world.run("stats", "--provider", "nobody").is_code(6)


if __name__ == "__main__":
    sys.exit(main(lambda: StatsWorld(sys.argv[1])))
