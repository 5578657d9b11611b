#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other people's clients at topdogctl serve, with a third-party provider server behind it.  Prints TAP.

  test-gateway-clients.py TOPDOGCTL MOCK-SCRIPT [CASE...]

Runs inside tests/support/session --keyring.
"""
import json
import os
import signal
import subprocess
import sys

from harness import LIMIT, Mock, SECRETS, Skip, World, case, equal, main

KEY = "sk-gateway-canary-5eed-0123456789-WXYZ"
SECRETS.add(KEY)
CLIENTS = os.path.join(os.path.dirname(__file__), "..", "clients", "gateway.mjs")
MODEL = "openai:gpt-4o-mini"
COST = 11 * 150 + 7 * 600           # nano-dollars of a plain answer: $0.15 and $0.60 a million tokens

mock = None


@case
def clients_of_three_dialects(world):
    if not mock:
        raise Skip("the third-party clients are not there")
    world.run("providers", "set", "openai", "base-url", f"{mock.url}/v1").is_code(0)
    world.run("keys", "add", "openai", stdin=KEY).is_code(0)
    key = world.json("clients", "add", "script")["key"]
    SECRETS.add(key)
    gateway = world.start("serve", "--port", "0", "--json")
    try:
        url = json.loads(gateway.stdout.readline())["url"]
        done = subprocess.run(["node", CLIENTS, url, key, MODEL, str(COST)], env=world.env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT)
        for line in done.stdout.splitlines():
            print("# " + line)
        equal(done.returncode, 0, "the clients")
        for secret in SECRETS:
            assert secret not in done.stdout
        usage = world.json("usage", "--by", "client")["usage"]
        equal([entry["client"] for entry in usage], ["script"])
        world.run("wallet", "verify").is_code(0)
        gateway.send_signal(signal.SIGINT)
        equal(gateway.wait(LIMIT), 0, "the gateway")
    finally:
        gateway.kill()
        gateway.communicate()


try:
    mock = Mock(sys.argv[2])
except Skip:
    pass
status = main(lambda: World(sys.argv[1]))
if mock:
    mock.stop()
sys.exit(status)
