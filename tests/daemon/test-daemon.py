#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""topdogd as GNOME Shell uses it: started by the bus, asked for models, and gone when idle.

  test-daemon.py TOPDOGD

Runs inside tests/support/session with the build's services.  Prints TAP.
"""
import os
import signal
import subprocess
import sys
import traceback

import gi
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib

NAME, PATH, INTERFACE = "dev.topdog.Marketplace.Daemon", "/dev/topdog/SearchProvider", "org.gnome.Shell.SearchProvider2"
LIMIT_MS = 20000
IS_SANITIZED = b"__asan_init" in open(sys.argv[1], "rb").read()
bus = Gio.bus_get_sync(Gio.BusType.SESSION)


def call(method, *arguments, signature):
    return bus.call_sync(NAME, PATH, INTERFACE, method, GLib.Variant(f"({signature})", arguments), None, 0, LIMIT_MS).unpack()


def search(*terms):
    return call("GetInitialResultSet", list(terms), signature="as")[0]


def bus_call(method, signature):
    return bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
                         GLib.Variant("(s)", (NAME,)), GLib.VariantType(signature), 0, LIMIT_MS).unpack()[0]


def is_running():
    return bus_call("NameHasOwner", "(b)")


def daemon_pid():
    return bus_call("GetConnectionUnixProcessID", "(u)")


def run_until(condition, what):
    context, late = GLib.MainContext.default(), []
    timer = GLib.timeout_add(LIMIT_MS, lambda: late.append(True))
    tick = GLib.timeout_add(20, lambda: True)
    while not condition() and not late:
        context.iteration(True)
    GLib.source_remove(tick)
    if late:
        raise AssertionError(f"waited too long for {what}")
    GLib.source_remove(timer)


def stop():
    if is_running():
        os.kill(daemon_pid(), signal.SIGTERM)
        run_until(lambda: not is_running(), "the daemon to end")


def search_finds_models():
    found = search("gpt-4o", "mini")
    assert 0 < len(found) <= 10, found
    assert "openai:gpt-4o-mini" in found, found
    assert call("GetSubsearchResultSet", found, ["gpt-4o", "mini"], signature="asas")[0] == found
    assert search("xyzzy-plugh") == []


def short_terms_find_nothing():
    assert search("g") == [] and search() == [] and search("", "") == []


def results_are_described():
    ids = ["openai:gpt-4o-mini", "no:such-model", "ollama:llama3.2:3b"]
    metas = call("GetResultMetas", ids, signature="as")[0]
    assert [meta["id"] for meta in metas] == [ids[0], ids[2]], metas
    assert metas[0]["description"].startswith("OpenAI · $0.15 in, $0.60 out"), metas
    assert "this computer" in metas[1]["description"], metas
    assert all(meta["name"] and meta["gicon"] == "dev.topdog.Marketplace" for meta in metas)


def questions_before_it_is_ready():
    stop()
    answers = []
    for _ in range(30):
        bus.call(NAME, PATH, INTERFACE, "GetInitialResultSet", GLib.Variant("(as)", (["claude"],)), None, 0, LIMIT_MS, None,
                 lambda source, result: answers.append(source.call_finish(result).unpack()[0]))
    run_until(lambda: len(answers) == 30, "all answers")
    assert answers[0] and all(answer == answers[0] for answer in answers), answers


def activating_shows_the_model():
    """The window's part: what it is told, and nothing else."""
    told = []
    app = Gio.Application(application_id="dev.topdog.Marketplace")
    for name in ("show-model", "search"):
        action = Gio.SimpleAction(name=name, parameter_type=GLib.VariantType("s"))
        action.connect("activate", lambda action, value: told.append((action.get_name(), value.get_string())))
        app.add_action(action)
    app.connect("activate", lambda app: told.append("activate"))
    app.register()
    done = []
    bus.call(NAME, PATH, INTERFACE, "ActivateResult", GLib.Variant("(sasu)", ("openai:gpt-4o", ["gpt"], 1234)), None, 0, LIMIT_MS,
             None, lambda source, result: done.append(source.call_finish(result)))
    bus.call(NAME, PATH, INTERFACE, "LaunchSearch", GLib.Variant("(asu)", (["gpt", "mini"], 0)), None, 0, LIMIT_MS, None,
             lambda source, result: done.append(source.call_finish(result)))
    run_until(lambda: len(told) == 2 and len(done) == 2, "the window to be told")
    assert sorted(told) == [("search", "gpt mini"), ("show-model", "openai:gpt-4o")], told


def damaged_data_finds_nothing():
    stop()
    path = os.path.join(os.environ["XDG_DATA_HOME"], "topdog", "topdog.db")
    for name in (path, path + "-wal", path + "-shm"):
        if os.path.exists(name):
            os.rename(name, name + ".away")
    with open(path, "w", encoding="utf-8") as file:
        file.write("no database " * 1000)
    assert search("gpt-4o") == []
    assert call("GetResultMetas", ["openai:gpt-4o"], signature="as")[0] == []
    assert is_running()
    stop()
    os.unlink(path)


def it_stays_small():
    for terms in (["gpt"], ["claude", "sonnet"], ["llama"], ["mistral"]):
        call("GetResultMetas", search(*terms), signature="as")
    with open(f"/proc/{daemon_pid()}/smaps_rollup", encoding="ascii") as file:
        pss = next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    print(f"# PSS {pss / 1024:.1f} MiB")
    assert IS_SANITIZED or pss < 20 * 1000 * 1000 / 1024, f"{pss} KiB"


def it_leaves_when_idle():
    stop()
    process = subprocess.Popen([sys.argv[1], "--idle-seconds", "1"])
    run_until(is_running, "the daemon to start")
    search("gpt")
    assert process.wait(LIMIT_MS / 1000) == 0


CASES = [search_finds_models, short_terms_find_nothing, results_are_described, questions_before_it_is_ready,
         activating_shows_the_model, it_stays_small, damaged_data_finds_nothing, it_leaves_when_idle]
print(f"TAP version 14\n1..{len(CASES)}", flush=True)
status = 0
for number, function in enumerate(CASES, 1):
    try:
        function()
        print(f"ok {number} {function.__name__.replace('_', '-')}", flush=True)
    except Exception:
        status = 1
        for line in traceback.format_exc().splitlines():
            print(f"# {line}")
        print(f"not ok {number} {function.__name__.replace('_', '-')}", flush=True)
stop()
sys.exit(status)
