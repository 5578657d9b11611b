#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""topdogctl usage, on receipts that are written here.

  test-usage.py TOPDOGCTL - [CASE...]

Prints TAP.
"""
import datetime
import os
import sqlite3
import sys

from harness import World, case, contains, equal, lacks, main

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
CENT = 10_000_000


def day(ago):
    return TODAY - datetime.timedelta(days=ago)


# days ago, provider, model, client, cost, commission, tokens in, cached, out
ROWS = [
    (0, "openai", "openai:a", "", 4 * CENT, CENT, 1000, 400, 100),
    (1, "openai", "openai:b", "editor", CENT, 0, 10, None, 10),
    (1, "groq", "groq:c", "", None, 0, None, None, None),
    (45, "groq", "groq:c", "", 7 * CENT, 0, 1, None, 1),
]


class UsageWorld(World):
    def __init__(self, program):
        super().__init__(program)
        self.env["TZ"] = "UTC"
        self.run("wallet", "balance").is_code(0)                # makes the database
        with sqlite3.connect(os.path.join(self.folder, "data", "topdog", "topdog.db")) as database:
            database.executemany(
                "INSERT INTO receipt (day, provider_id, model_key, client, cost, commission, input_tokens, cached_tokens,"
                " output_tokens, purpose, catalogue_version, owner, started_us, settled_us, wallet_id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'chat', '', 0, 1, 2, 1)",
                [(int(day(ago).strftime("%Y%m%d")), *rest) for ago, *rest in ROWS])
        database.close()

    def usage(self, *arguments):
        return self.json("usage", *arguments)


def lines(usage, by):
    return [(line[by], line["replies"], line["spent"]["nano_dollars"] // CENT) for line in usage["usage"]]


@case
def by_day(world):
    usage = world.usage()
    equal(len(usage["usage"]), 30)
    equal((usage["since"], usage["until"], usage["by"]), (day(29).isoformat(), day(0).isoformat(), "day"))
    equal(lines(usage, "day")[-3:], [(day(2).isoformat(), 0, 0), (day(1).isoformat(), 2, 1), (day(0).isoformat(), 1, 5)])
    total = usage["total"]
    equal((total["replies"], total["spent"]["text"], total["unknown_costs"], total["unknown_counts"]), (3, "$0.06", 1, 1))
    equal((total["known_input_tokens"], total["known_cached_tokens"], total["known_output_tokens"]), (1010, 400, 110))


@case
def by_others(world):
    equal(lines(world.usage("--by", "provider"), "provider"), [("openai", 2, 6), ("groq", 1, 0)])
    equal(lines(world.usage("--by", "model"), "model"), [("openai:a", 1, 5), ("openai:b", 1, 1), ("groq:c", 1, 0)])
    equal(lines(world.usage("--by", "client"), "client"), [("", 2, 5), ("editor", 1, 1)])


@case
def since(world):
    usage = world.usage("--since", day(50).isoformat(), "--by", "provider")
    equal(lines(usage, "provider"), [("groq", 2, 7), ("openai", 2, 6)])
    equal(len(world.usage("--since", day(0).isoformat())["usage"]), 1)


@case
def forecast(world):
    usage = world.usage()
    first = day(0).replace(day=1)
    this_month = sum(cost + commission for ago, _, _, _, cost, commission, *_ in ROWS if cost and day(ago) >= first)
    equal(usage["month"]["nano_dollars"], this_month)
    # 28 days before today cost one cent, and today already more than a 28th of it
    left = ((first + datetime.timedelta(days=32)).replace(day=1) - day(0)).days - 1
    equal(usage["forecast"]["nano_dollars"], this_month + CENT * left // 28)


@case
def instead(world):
    # 0.4 and 1.6 dollars a million, 0.1 for cached ones: 600 x 0.4 + 400 x 0.1 + 100 x 1.6, and 10 x 0.4 + 10 x 1.6
    what = world.usage("--instead", "openai:gpt-4.1-mini")["instead"]
    equal((what["model"], what["replies"], what["left_out"]), ("openai:gpt-4.1-mini", 2, 1))
    equal(what["instead"]["nano_dollars"], 440_000 + 20_000)
    equal(what["spent"]["nano_dollars"], 6 * CENT)


@case
def for_people(world):
    out = world.run("usage", "--by", "client", "--instead", "openai:gpt-4.1-mini").is_code(0).out
    for part in ("CLIENT", "Top Dog itself", "over $0.05", "$0.06", "instead of $0.06",
                 "1 reply is left out"):
        contains(out, part)
    lacks(world.run("usage").is_code(0).out, day(2).isoformat())     # a day without a reply has no line


@case
def wrong(world):
    for arguments in (("--by", "colour"), ("--since", "yesterday"), ("--since", "2026-02-30"),
                      ("--since", day(-1).isoformat()), ("--since", "1999-01-01")):
        world.run("usage", *arguments).is_code(2)
    world.run("usage", "--instead", "nobody:nothing").is_code(6)


if __name__ == "__main__":
    sys.exit(main(lambda: UsageWorld(sys.argv[1])))
