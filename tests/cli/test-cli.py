#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""topdogctl without a provider: the catalogue, keys, settings, help and errors.

  test-cli.py TOPDOGCTL MOCK-SCRIPT [CASE...]

Runs inside tests/support/session --keyring.  Prints TAP.
"""
import contextlib
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import unicodedata
from decimal import Decimal

import gi
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib

from harness import SECRETS, World, case, contains, equal, lacks, main

KEY = "sk-test-canary-c0ffee-0123456789-WXYZ"
SECRETS.add(KEY)
SECRETS.add("canary-c0ffee")

COMMANDS = ["models", "model show", "model compare", "model hub", "model pull", "model load", "model unload", "model loaded", "ask", "tokens", "chats list", "chats show", "chats delete", "receipt", "keys add",
            "wallet balance", "wallet add", "wallet take-back", "wallet transactions", "wallet verify", "wallet mode", "wallet commission",
            "wallet budgets", "wallet budget",
            "account sign-up", "account sign-in", "account sign-out", "account who", "account password", "account delete",
            "keys list", "keys move", "keys test", "keys use", "keys ownership", "keys revoke", "providers list", "providers set", "providers order",
            "providers add", "providers remove", "providers test", "catalogue info", "catalogue refresh", "catalogue import",
            "recommend", "learned", "usage", "stats", "wallet pay", "wallet payments", "wallet checkout",
            "serve", "clients add", "clients list", "clients revoke", "clients config"]


# ---- local models ---------------------------------------------------------------------------------

@contextlib.contextmanager
def ollama(world, *installed):
    """A server that answers as Ollama does, in Ollama's place."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "fake_ollama.py")
    with subprocess.Popen([sys.executable, script, *installed], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as server:
        url = server.stdout.readline().split()[1]
        world.run("providers", "set", "ollama", "base-url", url).is_code(0)
        yield url
        server.stdin.close()


@case
def downloads_a_model(world):
    with ollama(world):
        result = world.run("model", "pull", "tiny:1b").is_code(0)
        contains(result.err, "100 % of 2.0")
        contains(result.err, "ollama:tiny:1b is installed")
        equal(world.run("model", "pull", "tiny:1b", "--json").is_code(0).json,
              {"model": "ollama:tiny:1b", "bytes": 2000000000, "installed": True})
        equal(world.json("model", "show", "ollama:tiny:1b")["id"], "ollama:tiny:1b")
        world.run("model", "pull", "nosuch:1b").is_code(5)
        world.run("model", "pull", "--provider", "openai", "tiny:1b").is_code(2)


@case
def loads_and_unloads_a_model(world):
    with ollama(world, "tiny:1b"):
        equal(world.json("model", "loaded")["models"], [])
        world.run("model", "load", "tiny:1b").is_code(0)
        loaded = world.json("model", "loaded")["models"]
        equal([(m["model"], m["bytes"], m["context_tokens"]) for m in loaded], [("tiny:1b", 2000000000, 4096)])
        world.run("model", "unload", "tiny:1b").is_code(0)
        equal(world.json("model", "loaded")["models"], [])
        world.run("model", "load", "other:1b").is_code(5)


# ---- the hub --------------------------------------------------------------------------------------

@contextlib.contextmanager
def hub(world):
    """A server that answers as the Hugging Face hub does, in its place."""
    asked = []
    sample = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "wire", "huggingface-hub-models.json")

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def do_GET(self):
            asked.append(self.path)
            with open(sample, "rb") as f:
                body = f.read() if "search=nothing" not in self.path else b"[]"
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    world.run("providers", "set", "huggingface", "base-url", "http://127.0.0.1:%d/v1" % server.server_port).is_code(0)
    yield asked
    server.shutdown()
    server.server_close()


@case
def searches_the_hub(world):
    with hub(world) as asked:
        models = world.json("model", "hub", "llama", "70b")["models"]
        contains(asked[0], "/api/models?")
        contains(asked[0], "search=llama%2070b")
        equal([(m["id"], m["downloads"], m["gated"], m["served_by"]) for m in models],
              [("huggingface:meta-llama/Llama-3.3-70B-Instruct", 700000, True, ["groq"]),
               ("huggingface:Qwen/Qwen3-235B-A22B", 90000, False, [])])
        contains(world.run("model", "hub").is_code(0).out, "meta-llama/Llama-3.3-70B-Instruct")
        equal(world.json("model", "hub", "nothing")["models"], [])
    world.run("model", "show", "huggingface:somebody/something-new").is_code(6)
    world.run("model", "hub", "--use", "somebody/something-new").is_code(0)
    equal(world.json("model", "show", "huggingface:somebody/something-new")["provider"], "huggingface")
    world.run("model", "hub", "--use", "no id").is_code(5)


# ---- tokens ---------------------------------------------------------------------------------------

@case
def tokens_exact(world):
    counted = world.run("tokens", "--model", "openai:gpt-4o", "--json", stdin="Hello world").is_code(0).json
    equal(counted["text"], {"tokens": 2, "exact": True, "error_permille": 0})
    # Three for a message and one for its role, three for the start of the reply.
    equal(counted["request"], {"tokens": 2 + 4 + 3, "exact": True, "error_permille": 0})
    equal((counted["bytes"], counted["request_counted_by"]), (11, "top-dog"))
    equal(counted["price"]["nano_dollars"], 9 * 2500)
    path = os.path.join(world.folder, "text")
    with open(path, "w", encoding="utf-8") as file:
        file.write("Hello world")
    contains(world.run("tokens", "-m", "openai:gpt-4o", path).is_code(0).out, "2, exactly")


@case
def tokens_estimated(world):
    counted = world.run("tokens", "-m", "anthropic:claude-opus-4-5", "--json", stdin="Hello world").is_code(0).json
    equal((counted["text"]["exact"], counted["text"]["error_permille"]), (False, None))
    contains(world.run("tokens", "-m", "anthropic:claude-opus-4-5", stdin="Hello world").is_code(0).out, "an estimate")
    # Whoever has no key has nothing sent.
    world.run("tokens", "-m", "anthropic:claude-opus-4-5", "--ask-provider", stdin="Hello world").is_code(3)
    world.run("tokens", stdin="Hello world").is_code(2)
    world.run("tokens", "-m", "no-such-model-anywhere", stdin="Hello world").is_code(6)
    equal(world.run("tokens", "-m", "openai:gpt-4o", "--json", stdin="").is_code(0).json["text"]["tokens"], 0)


class Counter(http.server.BaseHTTPRequestHandler):
    """A provider that counts when asked, and remembers who asked what."""
    asked = []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Counter.asked.append((self.path, self.headers["x-api-key"], body))
        answer = b'{"input_tokens": 4711}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *arguments):
        pass


@case
def tokens_asked(world):
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counter) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        world.run("providers", "set", "anthropic", "base-url", f"http://127.0.0.1:{server.server_port}").is_code(0)
        world.run("keys", "add", "anthropic", stdin=KEY).is_code(0)
        counted = world.run("tokens", "-m", "anthropic:claude-opus-4-5", "--json", stdin="Hello").is_code(0).json
        equal((counted["request_counted_by"], Counter.asked), ("top-dog", []))
        counted = world.run("tokens", "-m", "anthropic:claude-opus-4-5", "--ask-provider", "--json",
                            stdin="Hello").is_code(0).json
        equal((counted["request"]["tokens"], counted["request"]["exact"], counted["request_counted_by"]),
              (4711, True, "provider"))
        server.shutdown()
    path, key, body = Counter.asked[0]
    equal((path, key, sorted(body)), ("/v1/messages/count_tokens", KEY, ["messages", "model"]))


# ---- help and wrong usage ------------------------------------------------------------------------

@case
def help_of_program(world):
    text = world.run("--help").is_code(0).out
    for command in COMMANDS:
        contains(text, f"\n  {command} ")
    equal(world.run("help").is_code(0).out, text)
    equal(world.run("-h").is_code(0).out, text)
    if os.path.exists(os.path.join(world.folder, "data", "topdog")):
        raise AssertionError("asking for help made files")


@case
def help_of_commands(world):
    for command in COMMANDS:
        text = world.run(*command.split(), "--help").is_code(0).out
        contains(text, f"topdogctl {command} [OPTION")
        contains(text, "--json")
        if len(text.splitlines()) < 8:
            raise AssertionError(f"little help for {command}: {text}")


@case
def help_names_every_field(world):
    def names(value):
        if isinstance(value, dict):
            for name, inner in value.items():
                yield name
                yield from names(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from names(inner)

    world.run("keys", "add", "openai", stdin=KEY).is_code(0)
    for command, arguments, see_also in (("models", [], []), ("model show", ["openai:gpt-4o"], ["models"]),
                                         ("chats list", [], []), ("keys list", [], ["keys add"]),
                                         ("catalogue info", [], []), ("providers list", [], [])):
        text = "".join(world.run(*c.split(), "--help").out for c in [command, *see_also])
        known = set(re.findall(r"[a-z_]+", text)) | {"nano_dollars", "text", "above_tokens", "benchmark", "title", "date", "url"}
        missing = set(names(world.json(*command.split(), *arguments))) - known
        equal(missing, set(), command)


# ---- the wallet ------------------------------------------------------------------------------------

DOLLAR = 1_000_000_000


@case
def wallet_without_money(world):
    balance = world.json("wallet", "balance")
    equal((balance["mode"], balance["balance"]), ("track", {"nano_dollars": 0, "text": "$0.00"}))
    equal(world.json("wallet", "transactions"), {"transactions": []})
    equal(world.run("wallet", "transactions").is_code(0).out, "")
    equal(world.json("wallet", "verify"), {"sound": True, "transactions": 0, "entries": 0, "fault_at": None, "fault": None})


@case
def wallet_adds_and_takes_back(world):
    equal(world.run("wallet", "add", "20", "--note", "November").is_code(0).out, "$20.00 is added; the balance is $20.00.\n")
    added = world.json("wallet", "add", "0.000000001")["transaction"]
    equal((added["number"], added["kind"], added["amount"]["nano_dollars"]), (2, "fund", 1))
    equal(world.run("wallet", "take-back", "1", "5").is_code(0).out, "$5.00 is taken back; the balance is $15.00.\n")
    equal(world.run("wallet", "take-back", "1", "15.01", "--json").is_code(2).json["error"]["code"], "wallet:invalid")
    equal(world.run("wallet", "take-back", "9", "1", "--json").is_code(6).json["error"]["code"], "wallet:not-found")
    balance = world.json("wallet", "balance")
    equal((balance["mode"], balance["balance"]["nano_dollars"], balance["added"]["nano_dollars"]),
          ("prepaid", 15 * DOLLAR + 1, 15 * DOLLAR + 1))
    rows = world.json("wallet", "transactions")["transactions"]
    equal([(t["number"], t["kind"], t["note"], t["related"]) for t in rows],
          [(3, "refund", None, 1), (2, "fund", None, None), (1, "fund", "November", None)])
    equal(len(world.json("wallet", "transactions", "--limit", "1", "--before", "3")["transactions"]), 1)
    equal(world.json("wallet", "transactions", "--only", "spent")["transactions"], [])
    contains(world.run("wallet", "transactions").is_code(0).out, "November")


@case
def wallet_refuses_nonsense(world):
    for arguments in (["add"], ["add", "0"], ["add", "-1"], ["add", "lots"], ["add", "1e3"], ["mode", "credit"],
                      ["budget", "year", "3"], ["budget", "day", "-3"], ["budget", "day"], ["transactions", "--only", "x"],
                      ["budget", "day", "1", "--provider", "openai", "--client", "x"]):
        world.run("wallet", *arguments).is_code(2)
    equal(world.json("wallet", "verify")["transactions"], 0)


@case
def wallet_mode(world):
    equal(world.run("wallet", "mode").is_code(0).out, "track\n")
    equal(world.json("wallet", "mode", "prepaid"), {"mode": "prepaid"})
    equal(world.run("wallet", "mode").is_code(0).out, "prepaid\n")


@case
def wallet_commission(world):
    equal(world.run("wallet", "commission").is_code(0).out, "30 %\n")
    equal(world.json("wallet", "commission", "12.5"), {"commission_ppm": 125000})
    equal(world.run("wallet", "commission").is_code(0).out, "12.5 %\n")
    for nonsense in ("101", "-1", "lots", ""):
        world.run("wallet", "commission", nonsense).is_code(2)


@case
def keys_are_own_or_an_operators(world):
    world.run("keys", "add", "openai", stdin=KEY).is_code(0)
    key = world.json("keys", "list")["keys"][0]
    equal(key["ownership"], "own")
    equal(world.json("keys", "ownership", str(key["id"]), "marketplace"), {"key": key["id"]})
    equal(world.json("keys", "list")["keys"][0]["ownership"], "marketplace")
    world.run("keys", "ownership", str(key["id"]), "own").is_code(0)
    equal(world.json("keys", "list")["keys"][0]["ownership"], "own")
    world.run("keys", "ownership", str(key["id"]), "stolen").is_code(2)
    world.run("keys", "ownership", "4711", "own").is_code(6)


@case
def wallet_budgets(world):
    world.run("wallet", "budget", "month", "20").is_code(0)
    world.run("wallet", "budget", "day", "1", "--provider", "openai").is_code(0)
    budgets = world.json("wallet", "budget", "month", "30")["budgets"]
    equal([(b["period"], b["scope"], b["subject"], b["amount"]["nano_dollars"], b["level"]) for b in budgets],
          [("month", "all", None, 30 * DOLLAR, "fine"), ("day", "provider", "openai", DOLLAR, "fine")])
    world.run("wallet", "budget", "day", "1", "--provider", "nobody").is_code(6)
    world.run("wallet", "budget", "day", "none", "--provider", "openai").is_code(0)
    world.run("wallet", "budget", "day", "none", "--provider", "openai").is_code(6)
    equal(len(world.json("wallet", "budgets")["budgets"]), 1)


@case
def wallet_finds_what_others_changed(world):
    import sqlite3
    world.run("wallet", "add", "20").is_code(0)
    world.run("wallet", "add", "5").is_code(0)
    with sqlite3.connect(os.path.join(world.folder, "data", "topdog", "topdog.db")) as database:
        try:
            database.execute("UPDATE ledger_transaction SET amount = 1")
            raise AssertionError("the ledger was changed")
        except sqlite3.IntegrityError:
            pass
        database.execute("DROP TRIGGER ledger_transaction_stays")
        database.execute("UPDATE ledger_transaction SET amount = 7 WHERE number = 1")
    database.close()
    report = world.run("wallet", "verify", "--json").is_code(1).json
    equal((report["sound"], report["fault_at"]), (False, 1))
    contains(world.run("wallet", "verify").is_code(1).err, "transaction 1")


@case
def version(world):
    if not re.fullmatch(r"topdogctl \d+\.\d+\.\d+\n", world.run("--version").is_code(0).out):
        raise AssertionError("strange version")


@case
def wrong_usage(world):
    table = [
        ([], "Which command"),
        (["nonsense"], "nonsense"),
        (["keys"], "keys add, keys list"),
        (["keys", "frob"], "keys add, keys list"),
        (["--frob"], "--frob"),
        (["models", "--frob"], "--frob"),
        (["models", "--sort", "colour"], "rating"),
        (["models", "--capability", "cooking"], "vision"),
        (["models", "--limit", "0"], "--limit"),
        (["models", "--page", "-1"], "--page"),
        (["models", "--limit", "many"], "many"),
        (["models", "--min-rating", "6"], "0 to 5"),
        (["models", "--min-rating", "-1"], "0 to 5"),
        (["models", "--max-price", "cheap"], "cheap"),
        (["models", "--min-context", "12q"], "12q"),
        (["model", "show"], "missing"),
        (["model", "show", "a", "b"], "too many"),
        (["model", "compare", "a", "b", "c", "d", "e"], "At most 4 models can be compared, and you named 5."),
        (["ask", "hello"], "--model"),
        (["ask", "--model", "openai:gpt-4o-mini", "--max-cost", "lots", "hello"], "lots"),
        (["ask", "--model", "openai:gpt-4o-mini", "--max-cost", "-1", "hello"], "-1"),
        (["ask", "--model", "openai:gpt-4o-mini"], "question"),
        (["chats", "show", "first"], "first"),
        (["chats", "list", "--limit", "0"], "--limit"),
        (["keys", "revoke", "x"], "x"),
        (["receipt", "x"], "x"),
        (["keys", "add"], "missing"),
        (["providers", "set", "openai", "base-url"], "missing"),
        (["providers", "add", "workshop"], "--url"),
    ]
    for arguments, part in table:
        result = world.run(*arguments).is_code(2)
        equal(result.out, "", arguments)
        contains(result.err, part)
        equal(len(result.err.splitlines()), 1, arguments)
        if arguments and arguments[0] != "--frob":
            error = world.run("--json", *arguments).is_code(2).json["error"]
            equal(error["code"], "cli:usage", arguments)
            contains(result.err, error["message"])


# ---- models --------------------------------------------------------------------------------------

@case
def models(world):
    page = world.json("models")
    equal((page["page"], page["limit"], len(page["models"])), (1, 10, 10))
    if page["total"] < 500:
        raise AssertionError(f"only {page['total']} models")
    equal(page["pages"], -(-page["total"] // 10))

    everything = world.json("models", "--limit", "100000")
    ids = [model["id"] for model in everything["models"]]
    equal(len(ids), page["total"])
    equal(len(set(ids)), len(ids), "ids are unique")
    equal(ids[:10], [model["id"] for model in page["models"]])
    second = world.json("models", "--page", "2", "--limit", "7")
    equal(ids[7:14], [model["id"] for model in second["models"]])
    last = world.json("models", "--page", "100000")
    equal((last["models"], last["total"]), ([], page["total"]))


@case
def model_fields(world):
    for model in world.json("models", "--limit", "100000")["models"]:
        for name in ("id", "provider", "provider_model", "name", "type", "status", "context_tokens", "max_output_tokens",
                     "price_per_million_tokens", "free", "local", "open_weights", "rating", "capabilities", "released",
                     "retired", "favourite", "uses"):
            if name not in model:
                raise AssertionError(f"{name} is missing in {model}")
        equal(model["id"], f"{model['provider']}:{model['provider_model']}")
        for price in model["price_per_million_tokens"].values():
            if price is not None:
                equal(type(price["nano_dollars"]), int)
                equal(Decimal(price["text"].lstrip("$")) * 10**9, price["nano_dollars"])
                if price["nano_dollars"] < 0:
                    raise AssertionError(f"negative price in {model}")
        if model["rating"] is not None and not 0 <= model["rating"] <= 5:
            raise AssertionError(f"strange rating in {model}")
        if model["context_tokens"] is not None and model["context_tokens"] <= 0:
            raise AssertionError(f"strange context in {model}")


def price_in(model):
    price = model["price_per_million_tokens"]["input"]
    return None if price is None else price["nano_dollars"]


@case
def filters(world):
    def listed(*arguments):
        models = world.json("models", "--limit", "100000", *arguments)["models"]
        if not models:
            raise AssertionError(f"nothing for {arguments}")
        return models

    table = [
        (["--provider", "openai"], lambda m: m["provider"] == "openai"),
        (["--provider", "openai", "-p", "ollama"], lambda m: m["provider"] in ("openai", "ollama")),
        (["--capability", "vision"], lambda m: "vision" in m["capabilities"]),
        (["-c", "vision", "-c", "tools"], lambda m: {"vision", "tools"} <= set(m["capabilities"])),
        (["--min-rating", "4.2"], lambda m: m["rating"] is not None and m["rating"] >= 4.2),
        (["--max-price", "0.50"], lambda m: price_in(m) is None and m["local"] or price_in(m) <= 500_000_000),
        (["--min-context", "200k"], lambda m: m["context_tokens"] is not None and m["context_tokens"] >= 200_000),
        (["--free"], lambda m: m["free"] or m["local"]),
        (["--local"], lambda m: m["local"]),
        (["--open-weights"], lambda m: m["open_weights"]),
    ]
    total = world.json("models")["total"]
    for arguments, holds in table:
        found = listed(*arguments)
        if len(found) >= total:
            raise AssertionError(f"{arguments} leaves nothing out")
        for model in found:
            if not holds(model):
                raise AssertionError(f"{arguments} lists {model}")
    equal(world.json("models", "--favourites")["total"], 0)


@case
def sorting(world):
    def values(key, of):
        return [v for v in map(of, world.json("models", "--limit", "100000", "--sort", key)["models"]) if v is not None]

    for key, of, descending in (("price-in", price_in, False), ("context", lambda m: m["context_tokens"], True),
                                ("rating", lambda m: m["rating"], True), ("newest", lambda m: m["released"], True)):
        found = values(key, of)
        equal(found, sorted(found, reverse=descending), key)


@case
def search(world):
    first = world.json("models", "--search", "mini gpt-4o", "--provider", "openai")
    names = [model["id"] for model in first["models"]]
    contains(names, "openai:gpt-4o-mini")
    equal(world.json("models", "gpt-4o", "MINI", "--provider", "openai")["models"], first["models"])
    nothing = world.run("models", "xyzzy-plugh").is_code(0)
    equal(nothing.out, "")
    contains(nothing.err, "no model")


@case
def table_for_people(world):
    result = world.run("models", "--provider", "openai").is_code(0)
    lines = result.out.splitlines()
    equal(len(lines), 11)
    contains(result.err, "showing 1–10 of ")
    lacks(result.out, "\x1b")
    end = lines[0].index("Context") + len("Context")
    for line in lines[1:]:
        if not re.search(r"\S$", line[:end]):
            raise AssertionError(f"not aligned: {line!r}")
    equal(world.run("models", "--quiet").is_code(0).err, "")


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@case
def table_on_a_terminal(world):
    seen = world.run_on_terminal("models", columns=80).is_code(0).out
    contains(seen, "\x1b[1mModel")
    for line in seen.splitlines():
        if width(re.sub(r"\x1b\[[0-9;]*m", "", line)) > 80:
            raise AssertionError(f"too wide: {line!r}")
    lacks(world.run_on_terminal("models", env={"NO_COLOR": "1"}).out, "\x1b")
    lacks(world.run_on_terminal("models", env={"TERM": "dumb"}).out, "\x1b")


@case
def show_and_compare(world):
    model = world.json("model", "show", "openai:gpt-4o-mini")
    equal((model["id"], model["provider_model"]), ("openai:gpt-4o-mini", "gpt-4o-mini"))
    contains(model["input"], "text")
    contains(model["offers"], "openai:gpt-4o-mini")
    equal(world.json("model", "show", "openai/gpt-4o-mini"), model)
    text = world.run("model", "show", "openai:gpt-4o-mini").is_code(0).out
    contains(text, "openai:gpt-4o-mini")
    contains(text, model["price_per_million_tokens"]["input"]["text"])
    # Each measurement with the day it was made, not with the day of the newest one of its board.
    dates = [(e["benchmark"], e["date"]) for e in world.json("model", "show", "openai:gpt-4.1-mini")["rating_evidence"]]
    equal(dates, [("arena-text", "2025-12-11"), ("aider-polyglot", "2025-04-14")])

    both = world.json("model", "compare", "openai:gpt-4o-mini", "openai:gpt-4o")["models"]
    equal([m["id"] for m in both], ["openai:gpt-4o-mini", "openai:gpt-4o"])
    equal(both[0], model)
    contains(world.run("model", "compare", "openai:gpt-4o-mini", "openai:gpt-4o").is_code(0).out, "Longest reply")


@case
def unknown_things(world):
    table = [
        (["model", "show", "no-such-model"], "no-such-model"),
        (["model", "compare", "openai:gpt-4o", "no-such-model"], "no-such-model"),
        (["ask", "--model", "no-such-model", "hello"], "no-such-model"),
        (["models", "--provider", "nobody"], "nobody"),
        (["keys", "add", "nobody"], "nobody"),
        (["keys", "list", "nobody"], "nobody"),
        (["keys", "revoke", "4711"], "4711"),
        (["keys", "use", "4711"], "4711"),
        (["providers", "set", "nobody", "enabled", "true"], "nobody"),
        (["providers", "test", "nobody"], "nobody"),
        (["providers", "remove", "nobody"], "nobody"),
        (["chats", "show", "4711"], "4711"),
        (["chats", "delete", "4711"], "4711"),
        (["receipt", "4711"], "4711"),
        (["catalogue", "import", "/no/such/file"], "/no/such/file"),
        (["ask", "-m", "openai:gpt-4o-mini", "--file", "/no/such/file", "hello"], "/no/such/file"),
    ]
    for arguments, part in table:
        result = world.run(*arguments, stdin=KEY).is_code(6)
        contains(result.err, part)
        equal(result.out, "")
        equal(world.run(*arguments, "--json", stdin=KEY).is_code(6).json["error"]["code"], "cli:not-found", arguments)
    similar = world.run("model", "show", "gpt-4o-min").is_code(6)
    contains(similar.err, "openai:gpt-4o-mini")


@case
def names_of_models(world):
    for name in ("openai:gpt-4o-mini", "openai/gpt-4o-mini", "gpt-4o-mini", "GPT-4O-MINI", "GPT-4o mini"):
        equal(world.json("model", "show", name)["id"], "openai:gpt-4o-mini")
    models = world.json("models", "--limit", "100000", "--retired")["models"]
    shared = {}
    for model in models:
        shared.setdefault(model["provider_model"], []).append(model["id"])
    for name, ids in shared.items():
        if len(ids) > 1:
            result = world.run("model", "show", name)
            if result.code == 6:
                contains(result.err, "more than one")
                contains(result.err, ids[0])
                break
    else:
        raise AssertionError("every name fits one model")


# ---- the catalogue ------------------------------------------------------------------------------

@case
def catalogue(world):
    info = world.json("catalogue", "info")
    equal(info["models"], world.json("models", "--retired")["total"])
    equal(info["refreshed"], None)
    if not info["sources"] or not info["version"] or info["rated_models"] < 50 or info["providers"] < 20:
        raise AssertionError(info)
    contains(world.run("catalogue", "info").is_code(0).out, info["version"])


@case
def import_of_new_facts(world):
    model = {"id": "big-one", "name": "Big One", "attachment": False, "reasoning": True, "tool_call": True,
             "modalities": {"input": ["text"], "output": ["text"]}, "open_weights": False,
             "limit": {"context": 250000, "output": 32000}, "cost": {"input": 1.25, "output": 10}}
    document = {"newcloud": {"id": "newcloud", "name": "New Cloud", "env": ["NEWCLOUD_API_KEY"],
                             "npm": "@ai-sdk/openai-compatible", "api": "https://api.newcloud.example/v1",
                             "models": {"big-one": model}}}
    before = world.json("catalogue", "info")
    changes = world.json("catalogue", "import", "-", stdin=json.dumps(document))
    equal(changes, {"up_to_date": False, "added": ["newcloud:big-one"], "retired": [], "price_up": [], "price_down": []})
    after = world.json("catalogue", "info")
    equal(after["models"], before["models"] + 1)
    if after["version"] == before["version"]:
        raise AssertionError("another catalogue of the same version")
    found = world.json("model", "show", "newcloud:big-one")
    equal((found["context_tokens"], price_in(found), found["rating"]), (250000, 1_250_000_000, None))
    model["cost"]["input"] = 1.5
    contains(world.run("catalogue", "import", "-", stdin=json.dumps(document)).is_code(0).out, "Price up (1)")


@case
def recommends_only_what_can_be_used(world):
    for text in ("draw me a fox on a bicycle", "why is the sea salty"):
        advice = world.json("recommend", text)
        equal(advice["top"], [])
        equal(advice["excluded"].get("no_key", 0) > 0, True)
    shown = world.run("recommend", "draw me a fox on a bicycle").is_code(0).out
    for words in ("a picture", "without a key", "With a key for"):
        contains(shown, words)
    for code in ("no_key", "image_output"):
        lacks(shown, code)
    world.run("keys", "add", "nvidia", stdin=KEY + "\n").is_code(0)
    equal({top["provider"] for top in world.json("recommend", "draw me a fox on a bicycle")["top"]}, {"nvidia"})


@case
def import_of_nonsense(world):
    before = world.json("catalogue", "info")
    for nonsense in ("", "not json", "[]", "{}", "{\"models\": 7}", "[" * 5000, "\ufeff{}"):
        path = os.path.join(world.folder, "nonsense.json")
        with open(path, "w", encoding="utf-8") as file:
            file.write(nonsense)
        result = world.run("catalogue", "import", path).is_code(1)
        equal(len(result.err.splitlines()), 1, nonsense)
        world.run("catalogue", "import", "-", stdin=nonsense).is_code(1)
    equal(world.json("catalogue", "info"), before)


# ---- keys ----------------------------------------------------------------------------------------

@case
def keys(world):
    empty = world.json("keys", "list")
    equal(empty, {"store": "keyring", "keyring": "ready", "keys": []})
    contains(world.run("keys", "list").is_code(0).err, "no keys yet")

    first = world.run("keys", "add", "openai", "--json", stdin=f"  {KEY}\n").is_code(0).json["key"]
    equal({**first, "created": ""}, {"id": first["id"], "provider": "openai", "name": "openai 1", "last_four": "WXYZ",
                                     "created": "", "in_use": True, "ownership": "own"})
    second = world.run("keys", "add", "OpenAI", "--name", "work", stdin="short-key").is_code(0)
    contains(second.out, "OpenAI")
    contains(second.err, f"topdogctl keys use {first['id']}")
    listed = world.json("keys", "list")["keys"]
    equal([(key["name"], key["last_four"], key["in_use"]) for key in listed], [("openai 1", "WXYZ", False), ("work", None, True)])
    contains(world.run("keys", "list").is_code(0).out, "WXYZ")
    equal(world.json("keys", "list", "groq")["keys"], [])

    world.run("keys", "use", str(first["id"])).is_code(0)
    equal([key["in_use"] for key in world.json("keys", "list")["keys"]], [True, False])
    world.run("keys", "use", str(listed[1]["id"])).is_code(0)
    equal(world.json("keys", "revoke", str(listed[1]["id"])), {"revoked": listed[1]["id"]})
    equal([(key["name"], key["in_use"]) for key in world.json("keys", "list")["keys"]], [("openai 1", True)])
    world.run("keys", "revoke", str(first["id"])).is_code(0)
    equal(world.json("keys", "list")["keys"], [])


@case
def bad_keys(world):
    for text in ("", "\n", "two words", "key\nkey", "schlüssel", "nul\0inside", "x" * 5000, "x" * 200000):
        result = world.run("keys", "add", "openai", stdin=text).is_code(1)
        equal(result.out, "")
        equal(len(result.err.splitlines()), 1)
    equal(world.json("keys", "list")["keys"], [])


@case
def key_typed_on_a_terminal(world):
    result = world.run_on_terminal("keys", "add", "openai", typed=KEY + "\n").is_code(0)
    contains(result.out, "Key for OpenAI: ")
    equal(world.json("keys", "list")["keys"][0]["last_four"], "WXYZ")
    # Result checks that nothing printed has the key in it, and a terminal prints what it echoes.


@case
def key_is_no_argument(world):
    world.run("keys", "add", "openai", KEY[:8]).is_code(2)
    equal(world.json("keys", "list")["keys"], [])


@case
def test_without_keys(world):
    result = world.run("keys", "test").is_code(3)
    contains(result.err, "keys add")
    equal(world.run("keys", "test", "openai", "--json").is_code(3).json["error"]["code"], "cli:no-key")


@case
def no_key_in_any_file(world):
    world.run("keys", "add", "openai", "--name", "canary", stdin=KEY, env={"G_MESSAGES_DEBUG": "all"}).is_code(0)
    world.run("keys", "list", env={"G_MESSAGES_DEBUG": "all"}).is_code(0)
    looked_at = 0
    for path in world.files():
        with open(path, "rb") as file:
            lacks(file.read(), KEY.encode())
        looked_at += 1
    if looked_at == 0:
        raise AssertionError("there were no files to look at")


# ---- providers -----------------------------------------------------------------------------------

def provider(world, name):
    return next(p for p in world.json("providers", "list")["providers"] if p["id"] == name)


@case
def providers(world):
    names = [p["id"] for p in world.json("providers", "list")["providers"]]
    for name in ("openai", "anthropic", "google", "huggingface", "ollama", "openrouter"):
        contains(names, name)
    before = provider(world, "openai")
    equal((before["enabled"], before["needs_key"], before["has_key"], before["custom"]), (True, True, False, False))
    contains(world.run("providers", "list").is_code(0).out, before["base_url"])

    changed = world.json("providers", "set", "openai", "base-url", "http://127.0.0.1:4010/v1/")["provider"]
    equal(changed["base_url"], "http://127.0.0.1:4010/v1")
    equal(changed["default_base_url"], before["default_base_url"])
    equal(provider(world, "openai"), changed)
    equal(world.json("providers", "set", "openai", "base-url", "")["provider"], before)

    equal(world.json("providers", "set", "openai", "enabled", "false")["provider"]["enabled"], False)
    contains(world.run("ask", "-m", "openai:gpt-4o-mini", "hello").is_code(1).err, "switched off")
    world.run("providers", "set", "openai", "enabled", "true").is_code(0)
    headers = world.json("providers", "set", "openai", "header", "X-Team: blue")["provider"]["extra_headers"]
    equal(headers, {"X-Team": "blue"})
    equal(world.json("providers", "set", "openai", "header", "X-Team:")["provider"], before)


@case
def order_of_providers(world):
    equal(world.json("providers", "order"), {"order": []})
    equal(world.json("providers", "order", "groq", "ollama", "openai"), {"order": ["groq", "ollama", "openai"]})
    equal([p["id"] for p in world.json("providers", "list")["providers"]][:3], ["groq", "ollama", "openai"])
    equal((provider(world, "ollama")["position"], provider(world, "anthropic")["position"]), (1, None))
    equal(world.run("providers", "order").is_code(0).out.split(), ["groq", "ollama", "openai"])
    world.run("providers", "order", "groq", "nobody").is_code(6)
    equal(world.json("providers", "order")["order"], ["groq", "ollama", "openai"])
    equal(world.json("providers", "order", "--reset"), {"order": []})
    equal(provider(world, "openai")["position"], None)


@case
def time_limits(world):
    none = {"connect": None, "first_byte": None, "idle": None, "total": None}
    equal(provider(world, "openai")["timeouts_ms"], none)
    for field, seconds in (("connect", 5), ("first-byte", 60), ("idle", 30), ("total", 600)):
        changed = world.json("providers", "set", "openai", f"{field}-timeout", str(seconds))["provider"]
        equal(changed["timeouts_ms"][field.replace("-", "_")], seconds * 1000)
    for value in ("0", "-1", "soon", "86401"):
        world.run("providers", "set", "openai", "idle-timeout", value).is_code(2)
    for field in ("connect", "first-byte", "idle", "total"):
        world.run("providers", "set", "openai", f"{field}-timeout", "").is_code(0)
    equal(provider(world, "openai")["timeouts_ms"], none)


@case
def bad_settings(world):
    table = [("base-url", "ftp://example.org"), ("base-url", "not an address"), ("base-url", "http://user:pw@127.0.0.1/"),
             ("enabled", "perhaps"), ("header", "no colon"), ("header", "Authorization: Bearer x"),
             ("header", "x-api-key: x"), ("header", "X: a\r\nY: b"), ("colour", "blue")]
    before = provider(world, "openai")
    for field, value in table:
        equal(len(world.run("providers", "set", "openai", field, value).is_code(2).err.splitlines()), 1)
    equal(provider(world, "openai"), before)


@case
def custom_providers(world):
    answer = world.json("providers", "add", "My workshop", "--url", "http://127.0.0.1:9/v1")
    equal(answer["models"], None)
    added = answer["provider"]
    equal((added["name"], added["custom"], added["enabled"], added["base_url"]),
          ("My workshop", True, True, "http://127.0.0.1:9/v1"))
    equal(provider(world, added["id"]), added)
    world.run("providers", "test", added["id"]).is_code(5)
    equal(world.json("providers", "remove", added["id"]), {"removed": added["id"]})
    world.run("providers", "remove", added["id"]).is_code(6)
    world.run("providers", "remove", "openai").is_code(1)


# ---- the other programs ---------------------------------------------------------------------------

@case
def others_are_told(world):
    """The window of the same user hears what was changed here, though this program ends at once."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    heard = []
    subscription = bus.signal_subscribe(None, "dev.topdog.Changed1", "Changed", "/dev/topdog/Changed", None,
                                        Gio.DBusSignalFlags.NONE, lambda *args: heard.append(args[5].unpack()[0]))
    for arguments, topic in ((["keys", "add", "openai"], "keys"), (["keys", "revoke", "1"], "keys"),
                             (["providers", "set", "openai", "enabled", "false"], "providers"),
                             (["providers", "add", "workshop", "--url", "http://127.0.0.1:9/v1"], "providers"),
                             (["providers", "remove", "workshop"], "providers")):
        heard.clear()
        world.run(*arguments, stdin=KEY).is_code(0)
        bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId", None, None, 0, -1)
        while GLib.MainContext.default().iteration(False):
            pass
        contains(heard, topic)
    heard.clear()
    world.run("providers", "list").is_code(0)
    equal(heard, [])
    bus.signal_unsubscribe(subscription)


# ---- the data ------------------------------------------------------------------------------------

@case
def damaged_data(world):
    folder = os.path.join(world.folder, "data", "topdog")
    os.makedirs(folder)
    path = os.path.join(folder, "topdog.db")
    with open(path, "wb") as file:
        file.write(b"this is no database, " * 500)
    with open(path, "rb") as file:
        before = file.read()
    equal(world.run("chats", "list", "--json").is_code(1).json["error"]["code"], "store:corrupt")
    with open(path, "rb") as file:
        equal(file.read(), before)


@case
def reader_that_leaves(world):
    process = world.start("models", "--limit", "100000")
    process.stdout.readline()
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    if process.wait(60) < 0:
        raise AssertionError(f"ended by a signal: {error}")


@case
def output_that_cannot_be_written(world):
    for arguments in (["models"], ["models", "--json"], ["model", "show", "openai:gpt-4o"], ["--help"]):
        for redirection in (">/dev/full", ">&-"):
            done = subprocess.run(["sh", "-c", f'exec "$@" {redirection}', "sh", world.program, *arguments], env=world.env,
                                  stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=60)
            equal(done.returncode, 1, (arguments, redirection, done.stderr))
            contains(done.stderr, "The output could not be written")
    world.run("providers", "list").is_code(0)


@case
def other_languages(world):
    for locale in ("C", "POSIX", "C.UTF-8"):
        world.run("models", env={"LC_ALL": locale}).is_code(0)
    result = world.run("models", "--search", "grüße", env={"LC_ALL": "C"})
    if result.code not in (0, 2):
        raise AssertionError(result)


sys.exit(main(lambda: World(sys.argv[1])))
