#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""topdogctl ask and what follows from it, against a third-party provider server.

  test-ask.py TOPDOGCTL MOCK-SCRIPT [CASE...]

Runs inside tests/support/session --keyring.  Prints TAP.
"""
import base64
import json
import os
import signal
import sqlite3
import subprocess
import sys

from harness import Mock, SECRETS, Skip, World, case, contains, equal, lacks, main, wait_until

KEY = "sk-ask-canary-5eed-0123456789-WXYZ"
SECRETS.add(KEY)
SECRETS.add("canary-5eed")
MODEL = "openai:gpt-4o-mini"
PLAIN = "Hello! This is a plain answer."
INPUT_PRICE, OUTPUT_PRICE = 150, 600        # nano-dollars a token: $0.15 and $0.60 a million

mock = None
locked_mock = None


class AskWorld(World):
    """With the mock in OpenAI's place, and a key."""

    def __init__(self, program):
        super().__init__(program)
        if mock:
            self.run("providers", "set", "openai", "base-url", f"{mock.url}/v1").is_code(0)
            self.run("keys", "add", "openai", stdin=KEY).is_code(0)

    def ask(self, *arguments, stdin=None):
        need_mock()
        return self.run("ask", "--model", MODEL, *arguments, stdin=stdin)


def need_mock():
    if not mock:
        raise Skip("the third-party clients are not there")


def last_chat(world):
    chat = world.json("chats", "list")["chats"][0]
    return world.json("chats", "show", str(chat["id"]))


# ---- a reply ------------------------------------------------------------------------------------

@case
def plain_reply(world):
    result = world.ask("Hello").is_code(0)
    equal(result.out, PLAIN + "\n")
    contains(result.err, "11 tokens in, 7 out")
    equal(len(result.err.splitlines()), 1)
    chat = last_chat(world)
    equal([(m["role"], m["text"]) for m in chat["messages"]], [("user", "Hello"), ("assistant", PLAIN)])
    reply = chat["messages"][1]
    equal((reply["state"], reply["finish"], reply["model"]), ("complete", "stop", MODEL))


@case
def shows_headers_without_the_key(world):
    need_mock()
    result = world.run("ask", "--model", MODEL, "Hello", env={"TOPDOG_DEBUG": "http"}).is_code(0)
    equal(result.out, PLAIN + "\n")
    contains(result.err, "> POST http://127.0.0.1:")
    contains(result.err, "  Authorization: [hidden]")         # and no command may print a key: see SECRETS
    contains(result.err, "< 200 after ")
    lacks(result.err, "Hello")


@case
def is_in_the_statistics(world):
    world.ask("Hello").is_code(0)
    world.ask("Hello").is_code(0)
    stats = world.json("stats", "--by", "model")["stats"]
    equal([(s["model"], s["requests"], s["complete"], s["success_rate"], s["known_output_tokens"]) for s in stats],
          [(MODEL, 2, 2, 1, 14)])


@case
def json_reply(world):
    reply = world.ask("Hello", "--json").is_code(0).json
    equal((reply["text"], reply["state"], reply["input_tokens"], reply["output_tokens"], reply["tokens_estimated"]),
          (PLAIN, "complete", 11, 7, False))
    equal(reply["cost"]["nano_dollars"], 11 * INPUT_PRICE + 7 * OUTPUT_PRICE)
    equal(world.json("chats", "show", str(reply["chat"]))["known_cost"], reply["cost"])
    lacks(reply, "error")


@case
def lets_q_choose(world):
    need_mock()
    reply = world.run("ask", "--model", "topdog/auto", "--json", "Hello").is_code(0).json
    choice = reply["route"]["auto"]
    equal((reply["route"]["asked_for"], choice["model"], choice["category"]),
          ("topdog/auto", reply["model"], "knowledge"))
    contains(world.run("ask", "--model", "topdog/auto", "Hello").is_code(0).err, "chosen by Q for knowledge")


@case
def whole_reply(world):
    equal(world.ask("Hello", "--no-stream").is_code(0).out, PLAIN + "\n")
    equal(world.ask("Hello", "--no-stream", "--json").is_code(0).json["text"], PLAIN)


PIXEL = ("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


@case
def sends_pictures(world):
    path = os.path.join(world.folder, "pixel.png")
    with open(path, "wb") as f:
        f.write(base64.b64decode(PIXEL))
    world.ask("Hello", "--file", path).is_code(0)
    picture = last_chat(world)["messages"][0]["images"][0]
    equal((picture["name"], picture["type"], picture["width"]), ("pixel.png", "image/png", 1))
    contains(world.run("chats", "show", "1").is_code(0).out, "[picture pixel.png, 1 × 1]")
    blind = world.run("ask", "--model", "openai:gpt-3.5-turbo", "--json", "Hello", "--file", path).is_code(1)
    equal(blind.json["error"]["code"], "completion:no-images")


@case
def says_what_the_model_wanted_to_call(world):
    contains(world.ask("!tool").is_code(0).err, "get_weather")
    call = world.ask("!tool", "--json").is_code(0).json["tool_calls"][0]
    equal((call["name"], json.loads(call["arguments"])), ("get_weather", {"city": "Oslo"}))


@case
def checks_what_is_wanted(world):
    path = os.path.join(world.folder, "schema.json")
    with open(path, "w") as f:
        f.write("[]")
    world.ask("Hello", "--schema", path).is_code(2)
    world.ask("Hello", "--effort", "huge").is_code(2)
    world.ask("Hello", "--temperature", "3").is_code(2)
    with open(path, "w") as f:
        f.write('{"type": "object"}')
    world.ask("Hello", "--schema", path, "--temperature", "0.5", "--max-output", "50").is_code(0)


@case
def long_reply(world):
    streamed = world.ask("!long").is_code(0).out
    whole = world.ask("!long", "--no-stream").is_code(0).out
    equal(len(streamed.rstrip("\n")), 10000 - (10000 - len(whole.rstrip("\n"))))
    equal(streamed, whole)
    equal(last_chat(world)["messages"][1]["output_tokens"], 2000)


@case
def reply_in_markdown(world):
    contains(world.ask("!markdown").is_code(0).out, "# Bread at home\n")


@case
def reasoning(world):
    reply = world.ask("!think", "--json").is_code(0).json
    contains(reply["text"], "42")
    contains(reply["reasoning"], "Seventeen")
    lacks(world.ask("!think").is_code(0).out, "Seventeen")


@case
def reply_is_streamed(world):
    need_mock()
    process = world.start("ask", "--model", MODEL, "!long")
    first = process.stdout.readline()
    contains(first, "1. The river")
    if process.poll() is not None:
        raise AssertionError("it printed nothing before the end")
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    process.wait(60)


# ---- the question ---------------------------------------------------------------------------------

def question_of(world):
    return last_chat(world)["messages"][0]["text"]


@case
def question_from_a_pipe(world):
    world.ask(stdin="What is\nthis?\n").is_code(0)
    equal(question_of(world), "What is\nthis?")
    world.ask("Review", "this:", "-", stdin="a\nb\n").is_code(0)
    equal(question_of(world), "Review this:\n\na\nb")
    world.ask("--", "--not", "an", "option").is_code(0)
    equal(question_of(world), "--not an option")
    world.ask("words only").is_code(0)
    equal(question_of(world), "words only")


@case
def question_with_files(world):
    path = os.path.join(world.folder, "notes.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("first\n```\nsecond")
    world.ask("Summarise", "--file", path).is_code(0)
    equal(question_of(world), "Summarise\n\nnotes.txt:\n````\nfirst\n```\nsecond\n````")
    world.ask("Summarise", "--file", "-", stdin="piped\n").is_code(0)
    equal(question_of(world), "Summarise\n\nstdin:\n```\npiped\n```")

    with open(path, "wb") as file:
        file.write(b"\xff\xfe\x00binary")
    contains(world.ask("Summarise", "--file", path).is_code(1).err, "neither a text")
    world.ask("Summarise", "--file", world.folder).is_code(1)


@case
def system_prompt(world):
    world.ask("Hello", "--system", "Be a pirate.").is_code(0)
    sent = subprocess.run(["python3", "-c", "import sys,urllib.request;print(urllib.request.urlopen(sys.argv[1]).read().decode())",
                           f"{mock.url}/__aimock/journal"], capture_output=True, text=True, check=True).stdout
    contains(sent, "Be a pirate.")


@case
def nothing_asked(world):
    world.ask("   ").is_code(2)
    world.ask(stdin=" \n").is_code(2)
    equal(world.json("chats", "list")["total"], 0)


# ---- what goes wrong ------------------------------------------------------------------------------

@case
def provider_errors(world):
    table = [("!401", "provider:auth"), ("!404", "provider:not-found"), ("!429", "provider:rate-limit"),
             ("!quota", "provider:quota"), ("!500", "provider:server"), ("!malformed", "provider:protocol")]
    for text, code in table:
        result = world.ask(text).is_code(5)
        equal(result.out, "", text)
        contains(result.err.splitlines()[-1], "OpenAI" if code != "provider:protocol" else "sense")
        reply = world.ask(text, "--json").is_code(5).json
        equal((reply["error"]["code"], reply["state"]), (code, "failed"), text)
        shown = world.json("chats", "show", str(reply["chat"]))["messages"]
        equal(shown[0]["text"], text)
        equal(shown[1]["error"]["code"], code)
        equal(shown[1]["error"]["message"], reply["error"]["message"])
    contains(world.ask("!429").err, "try again in")
    lacks(world.ask("!quota").err, "try again in")            # waiting brings no credit


@case
def cut_connection(world):
    reply = world.ask("!disconnect", "--json").is_code(5).json
    equal(reply["error"]["code"], "provider:cut")
    contains(reply["text"], "# Bread")
    result = world.ask("!disconnect").is_code(5)
    contains(result.out, "# Bread")
    contains(result.err, "is kept in chat")
    equal(last_chat(world)["messages"][1]["text"], result.out.removesuffix("\n"))


@case
def nobody_there(world):
    need_mock()
    world.run("providers", "set", "openai", "base-url", "http://127.0.0.1:9/v1").is_code(0)
    equal(world.ask("Hello", "--json").is_code(5).json["error"]["code"], "provider:unreachable")


@case
def no_key(world):
    need_mock()
    for key in world.json("keys", "list")["keys"]:
        world.run("keys", "revoke", str(key["id"])).is_code(0)
    result = world.ask("Hello").is_code(3)
    equal(result.out, "")
    contains(result.err, "keys add")
    equal(world.ask("Hello", "--json").is_code(3).json["error"]["code"], "provider:no-key")


@case
def wrong_key(world):
    need_mock()
    world.run("providers", "set", "openai", "base-url", f"{locked_mock.url}/v1").is_code(0)
    result = world.ask("Hello").is_code(5)
    contains(result.err, "does not accept the API key")
    equal(world.ask("Hello", "--json").is_code(5).json["error"]["code"], "provider:auth")
    test = world.run("keys", "test", "openai", "--json").is_code(5).json["tests"][0]
    equal((test["provider"], test["ok"], test["error"]["code"]), ("openai", False, "provider:auth"))
    world.run("providers", "test", "openai").is_code(5)


@case
def good_key(world):
    need_mock()
    world.run("providers", "set", "openai", "base-url", f"{locked_mock.url}/v1").is_code(0)
    SECRETS.add("sk-the-one-good-key")
    world.run("keys", "add", "openai", "--name", "good", stdin="sk-the-one-good-key").is_code(0)
    good = world.json("keys", "list")["keys"][1]
    world.run("keys", "use", str(good["id"])).is_code(0)
    equal(world.ask("Hello").is_code(0).out, PLAIN + "\n")
    contains(world.run("keys", "test").is_code(0).out, "OpenAI accepts the key")
    tested = world.json("keys", "test")["tests"][0]
    equal((tested["provider"], tested["ok"]), ("openai", True))
    contains(world.json("providers", "test", "openai")["models"], "gpt-4o-mini")


@case
def unknown_model(world):
    need_mock()
    world.run("ask", "--model", "openai:no-such-model", "Hello").is_code(6)
    equal(world.json("chats", "list")["total"], 0)


@case
def cost_limit(world):
    result = world.ask("Hello", "--max-cost", "0.0000001").is_code(4)
    equal(result.out, "")
    contains(result.err, "--max-cost")
    equal(world.ask("Hello", "--max-cost", "0", "--json").is_code(4).json["error"]["code"], "completion:limit")
    equal(world.ask("Hello", "--max-cost", "0.5").is_code(0).out, PLAIN + "\n")


@case
def stop_at(world):
    equal(world.ask("Hello", "--stop-at", "0.0000001", "--json").is_code(4).json["error"]["code"], "completion:limit")
    equal(world.ask("Hello", "--stop-at", "0.001").is_code(0).out, PLAIN + "\n")
    world.ask("Hello", "--stop-at", "lots").is_code(2)


def pretend_spent(world, nano_dollars):
    with sqlite3.connect(os.path.join(world.folder, "data", "topdog", "topdog.db")) as database:
        database.execute("UPDATE spending SET settled = ?", (nano_dollars,))


@case
def budgets_warn_and_stop(world):
    """Told at four fifths, stopped before more is spent than there is."""
    world.run("wallet", "budget", "month", "0.01").is_code(0)
    lacks(world.ask("Hello").is_code(0).err, "budget")
    pretend_spent(world, 8_100_000)
    contains(world.ask("Hello").is_code(0).err, "more than 80 % of a budget of $0.01 for everything is used")
    world.run("wallet", "budget", "month", "5", "--provider", "openai").is_code(0)
    equal(world.ask("Hello").is_code(0).err.count("budget"), 1)
    pretend_spent(world, 9_999_000)
    refused = world.ask("Hello", "--json").is_code(4)
    equal(refused.json["error"]["code"], "wallet:budget")
    contains(refused.err, "of the month\u2019s budget for everything $0.000001 is left")


@case
def prepaid(world):
    world.run("wallet", "add", "0.000001").is_code(0)
    refused = world.ask("Hello", "--json").is_code(4).json
    equal(refused["error"]["code"], "wallet:balance")
    world.run("wallet", "add", "1").is_code(0)
    reply = world.ask("Hello", "--json").is_code(0).json
    balance = world.json("wallet", "balance")
    equal(balance["held"]["nano_dollars"], 0)
    equal(balance["balance"]["nano_dollars"], 1_000_001_000 - reply["cost"]["nano_dollars"])
    spent = world.json("wallet", "transactions", "--only", "spent")["transactions"][0]
    equal((-spent["amount"]["nano_dollars"], spent["provider"]), (reply["cost"]["nano_dollars"], "openai"))
    equal(world.json("wallet", "verify")["sound"], True)


def watches_signals(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        caught = next(line.split()[1] for line in file if line.startswith("SigCgt:"))
    return int(caught, 16) >> (signal.SIGINT - 1) & 1


# ---- stopping -------------------------------------------------------------------------------------

@case
def interrupted(world):
    need_mock()
    process = world.start("ask", "--model", MODEL, "!long")
    first = process.stdout.readline()
    process.send_signal(signal.SIGINT)
    rest, error = process.stdout.read(), process.stderr.read()
    equal(process.wait(60), 130)
    contains(error, "is kept in chat")
    reply = last_chat(world)["messages"][1]
    equal(reply["state"], "stopped")
    equal(reply["text"], (first + rest).removesuffix("\n"))
    if not 0 < len(reply["text"]) < 9000:
        raise AssertionError(f"{len(reply['text'])} characters arrived")


@case
def interrupted_while_reading(world):
    need_mock()
    for arguments in (["ask", "--model", MODEL], ["keys", "add", "openai"]):
        process = subprocess.Popen([world.program, *arguments], env=world.env, text=True, stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write("half a ")
        process.stdin.flush()
        wait_until(lambda: watches_signals(process.pid), "the program to be ready")
        process.send_signal(signal.SIGINT)
        equal(process.wait(60), 130)
        process.stdin.close()


@case
def interrupted_as_json(world):
    need_mock()
    process = world.start("ask", "--model", MODEL, "!long", "--json")
    database = os.path.join(world.folder, "data", "topdog", "topdog.db")

    def has_begun():
        try:
            with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
                return connection.execute("SELECT count(*) FROM message_piece").fetchone()[0]
        except sqlite3.Error:
            return False

    wait_until(has_begun, "the reply to begin")
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    reply = json.loads(output)
    equal((process.returncode, reply["state"], reply["error"]["code"]), (130, "stopped", "io:interrupted"))
    contains(reply["text"], "The river")


@case
def killed(world):
    need_mock()
    process = world.start("ask", "--model", MODEL, "!long")
    printed = "".join(process.stdout.readline() for _ in range(40))
    process.kill()
    process.stdout.read()
    process.wait(60)
    reply = last_chat(world)["messages"][1]
    equal(reply["state"], "interrupted")
    contains(reply["text"], printed[:len(printed) // 2])


@case
def reader_that_leaves(world):
    need_mock()
    process = world.start("ask", "--model", MODEL, "!long")
    process.stdout.readline()
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    equal(process.wait(60), 1, error)
    if len(last_chat(world)["messages"][1]["text"]) > 9000:
        raise AssertionError("the reply went on for nobody")


@case
def hostile_text_on_a_terminal(world):
    need_mock()
    path = os.path.join(world.folder, "topdog-title")
    world.ask("\x1b]0;owned\x07 Hello \x9b31m").is_code(0)
    seen = world.run_on_terminal("chats", "show", str(last_chat(world)["id"])).is_code(0).out
    contains(seen, "owned")
    lacks(seen, "\x1b]0;")
    lacks(seen, "\x9b")
    equal(os.path.exists(path), False)


# ---- other servers, other chats ---------------------------------------------------------------------

@case
def ollama(world):
    need_mock()
    world.run("providers", "set", "ollama", "base-url", mock.url).is_code(0)
    contains(world.json("providers", "test", "ollama")["models"], "llama3.2:3b")
    reply = world.run("ask", "--model", "ollama:llama3.2:3b", "Hello", "--json").is_code(0).json
    equal(reply["text"], PLAIN)
    equal(reply["cost"]["nano_dollars"], 0)


@case
def custom_endpoint(world):
    need_mock()
    added = world.json("providers", "add", "workshop", "--url", f"{mock.url}/v1")["provider"]
    models = world.json("providers", "test", added["id"])["models"]
    contains(models, "gpt-4o-mini")
    equal(world.run("ask", "--model", f"{added['id']}:gpt-4o-mini", "Hello").is_code(0).out, PLAIN + "\n")


@case
def chats(world):
    need_mock()
    equal(world.json("chats", "list"), {"total": 0, "chats": []})
    contains(world.run("chats", "list").is_code(0).err, "no chats yet")
    for text in ("one", "two", "three"):
        world.ask(text).is_code(0)
    listed = world.json("chats", "list")["chats"]
    equal([chat["title"] for chat in listed], ["three", "two", "one"])
    equal(len(world.json("chats", "list", "--limit", "2")["chats"]), 2)
    contains(world.run("chats", "list").is_code(0).out, "three")
    text = world.run("chats", "show", str(listed[0]["id"])).is_code(0).out
    contains(text, "three\n")
    contains(text, PLAIN)

    world.run("chats", "delete", str(listed[0]["id"]), "4711").is_code(6)
    equal(world.json("chats", "list")["total"], 3)
    equal(world.json("chats", "delete", str(listed[0]["id"]), str(listed[2]["id"])),
          {"deleted": [listed[0]["id"], listed[2]["id"]]})
    equal([chat["title"] for chat in world.json("chats", "list")["chats"]], ["two"])
    world.run("chats", "show", str(listed[0]["id"])).is_code(6)


@case
def receipts(world):
    reply = world.ask("Hello", "--json").is_code(0).json
    receipt = world.json("receipt", str(reply["message"]))
    equal((receipt["outcome"], receipt["model"], receipt["provider"], receipt["tokens_estimated"]),
          ("complete", MODEL, "openai", False))
    equal((receipt["tokens"]["input"], receipt["tokens"]["output"]), (11, 7))
    equal(receipt["price_per_million_tokens"]["output"], {"nano_dollars": 600_000_000, "text": "$0.60"})
    equal(receipt["cost"], reply["cost"])
    if receipt["held"]["nano_dollars"] < receipt["cost"]["nano_dollars"]:
        raise AssertionError(receipt)
    contains(world.run("receipt", str(reply["message"])).is_code(0).out, "11 at $0.15 per million")
    equal((receipt["counted_here"], receipt["chores"]), (False, []))
    # What the window has done on account of the reply stands beside it, and does not change it.
    with sqlite3.connect(os.path.join(world.folder, "data", "topdog", "topdog.db")) as database:
        database.execute("INSERT INTO receipt (message_id, purpose, model_key, provider_id, catalogue_version, owner,"
                         " held, started_us, settled_us, outcome, input_tokens, output_tokens, cost)"
                         " VALUES (?, 'title', 'openai:gpt-4.1-nano', 'openai', 'x', 1, 90000, 1, 2, 'complete',"
                         " 300, 6, 32400)", (reply["message"],))
    again = world.json("receipt", str(reply["message"]))
    equal((again["model"], again["cost"]), (MODEL, reply["cost"]))
    chore = again["chores"][0]
    equal((chore["purpose"], chore["model"], chore["outcome"], chore["tokens"]["output"], chore["cost"]["nano_dollars"]),
          ("title", "openai:gpt-4.1-nano", "complete", 6, 32400))
    text = world.run("receipt", str(reply["message"])).is_code(0).out
    contains(text, "Chores")
    contains(text, "openai:gpt-4.1-nano, complete, $0.000032")
    failed = world.ask("!500", "--json").is_code(5).json
    receipt = world.json("receipt", str(failed["message"]))
    equal((receipt["outcome"], receipt["cost"]["nano_dollars"], receipt["no_reply"]), ("failed", 0, True))
    contains(world.run("receipt", str(failed["message"])).is_code(0).out, "nothing, because no reply came")


def offer_at_openrouter(world, url):
    """The same model at a second provider."""
    world.run("providers", "set", "openrouter", "base-url", url).is_code(0)
    world.run("keys", "add", "openrouter", stdin=KEY).is_code(0)
    world.run("providers", "order", "openrouter", "openai").is_code(0)


@case
def route(world):
    need_mock()
    offer_at_openrouter(world, f"{mock.url}/v1")
    reply = world.ask("Hello", "--json").is_code(0).json
    equal((reply["model"], reply["route"]["why"]), (MODEL, "chosen"))
    reply = world.ask("Hello", "--json", "--route", "own-order").is_code(0).json
    equal((reply["model"], reply["text"]), ("openrouter:openai/gpt-4o-mini", PLAIN))
    equal({k: reply["route"][k] for k in ("order", "why", "offers", "asked_for", "failed")},
          {"order": "own-order", "why": "first-in-order", "offers": 2, "asked_for": MODEL, "failed": []})
    receipt = world.json("receipt", str(reply["message"]))
    equal((receipt["model"], receipt["provider"], receipt["route"]), (reply["model"], "openrouter", reply["route"]))
    contains(world.run("receipt", str(reply["message"])).is_code(0).out, "the first in your order of 2 providers")
    contains(world.ask("Hello", "--route", "own-order").is_code(0).err, "the first in your order")
    world.ask("Hello", "--route", "dearest").is_code(2)


@case
def falls_back(world):
    need_mock()
    offer_at_openrouter(world, "http://127.0.0.1:9/v1")
    reply = world.ask("Hello", "--json", "--route", "own-order").is_code(0).json
    equal((reply["model"], reply["text"]), (MODEL, PLAIN))
    equal(reply["route"]["failed"], [{"model": "openrouter:openai/gpt-4o-mini", "reason": "provider:unreachable"}])
    equal(reply["cost"]["nano_dollars"], 11 * INPUT_PRICE + 7 * OUTPUT_PRICE)
    contains(world.run("receipt", str(reply["message"])).is_code(0).out, "provider:unreachable")
    # The one that was chosen is the only one asked, unless the user says otherwise.
    failed = world.run("ask", "-m", "openrouter:openai/gpt-4o-mini", "Hello", "--json").is_code(5).json
    equal((failed["error"]["code"], failed["route"]["why"]), ("provider:unreachable", "chosen"))


@case
def uses_are_counted(world):
    world.ask("Hello").is_code(0)
    world.ask("Hello").is_code(0)
    equal(world.json("model", "show", MODEL)["uses"], 2)
    equal(world.json("models", "--sort", "most-used")["models"][0]["id"], MODEL)


@case
def no_secret_anywhere(world):
    need_mock()
    for text in ("Hello", "!401", "!disconnect"):
        world.run("ask", "--model", MODEL, text, env={"G_MESSAGES_DEBUG": "all"})
    looked_at = 0
    for path in world.files():
        with open(path, "rb") as file:
            lacks(file.read(), b"canary-5eed")
        looked_at += 1
    if looked_at == 0:
        raise AssertionError("there were no files to look at")


@case
def no_keyring(world):
    need_mock()
    env = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}
    for arguments in (["keys", "add", "groq"], ["ask", "-m", MODEL, "Hello"]):
        world.run("providers", "list", env=env).is_code(0)
        result = world.run(*arguments, stdin=KEY, env=env)
        if result.code not in (1, 3):
            raise AssertionError(result)
    contains(world.run("keys", "add", "groq", stdin=KEY, env=env).is_code(1).err, "no keyring")


# ---- the keyring, last: it stays locked -------------------------------------------------------------

@case
def locked_keyring(world):
    need_mock()
    key_id = str(world.json("keys", "list")["keys"][0]["id"])
    subprocess.run(["gdbus", "call", "--session", "-d", "org.freedesktop.secrets", "-o", "/org/freedesktop/secrets", "-m",
                    "org.freedesktop.Secret.Service.Lock", "[objectpath '/org/freedesktop/secrets/collection/login']"],
                   check=True, stdout=subprocess.DEVNULL)
    equal(world.json("keys", "list")["keyring"], "locked")
    for arguments in (["ask", "-m", MODEL, "Hello"], ["keys", "test", "openai"], ["keys", "revoke", key_id],
                      ["keys", "add", "groq"]):
        contains(world.run(*arguments, stdin=KEY).is_code(1).err, "keyring is locked")
    equal(world.run("keys", "revoke", key_id, "--json").is_code(1).json["error"]["code"], "vault:locked")
    equal(len(world.json("keys", "list")["keys"]), 1)


try:
    mock = Mock(sys.argv[2])
    locked_mock = Mock(sys.argv[2], "--key", "sk-the-one-good-key")
except Skip:
    pass
status = main(lambda: AskWorld(sys.argv[1]))
for server in (mock, locked_mock):
    if server:
        server.stop()
sys.exit(status)
