#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""topdogctl serve and clients: another program's way to the models, with a provider on loopback.  Prints TAP.

  test-serve.py TOPDOGCTL - [CASE...]
"""
import http.server
import json
import os
import signal
import socket
import sys
import threading
import urllib.error
import urllib.request

from harness import LIMIT, SECRETS, Skip, World, case, contains, equal, lacks, main

WORDS = ["Sorted", " it", " is."]


class Provider(http.server.BaseHTTPRequestHandler):
    """Speaks Chat Completions, streamed."""
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, content_type, body):
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer("application/json", json.dumps({"object": "list", "data": [{"id": "tiny", "object": "model"}]}).encode())

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        chunks = [{"choices": [{"index": 0, "delta": {"content": word}, "finish_reason": None}]} for word in WORDS]
        chunks += [{"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
                   {"choices": [], "usage": {"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13}}]
        text = "".join("data: %s\n\n" % json.dumps({"id": "c", "object": "chat.completion.chunk", "model": "tiny", **chunk})
                       for chunk in chunks)
        self.answer("text/event-stream", (text + "data: [DONE]\n\n").encode())


class ServeWorld(World):
    def __init__(self, program):
        super().__init__(program)
        self.provider = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
        threading.Thread(target=self.provider.serve_forever, daemon=True).start()
        self.gateway = None

    def add_provider(self):
        self.run("providers", "add", "Box", "--url", "http://127.0.0.1:%d/v1" % self.provider.server_port).is_code(0)
        self.run("providers", "test", "box").is_code(0)

    def serve(self, *arguments):
        self.gateway = self.start("serve", "--port", "0", "--json", *arguments)
        self.url = json.loads(self.gateway.stdout.readline())["url"]

    def ask(self, path, key, body=None, **headers):
        request = urllib.request.Request(self.url + path, headers={"Authorization": "Bearer " + key, **headers},
                                         data=None if body is None else json.dumps(body).encode())
        try:
            with urllib.request.urlopen(request, timeout=LIMIT) as reply:
                return reply.status, reply.headers, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def remove(self):
        if self.gateway:
            self.gateway.kill()
            self.gateway.communicate()
        self.provider.shutdown()
        self.provider.server_close()
        super().remove()


@case
def from_a_key_to_an_answer(world):
    world.add_provider()
    added = world.json("clients", "add", "editor")
    key = added["key"]
    equal(added["client"]["name"], "editor")
    equal(added["client"]["last_four"], key[-4:])
    SECRETS.add(key)
    world.serve()
    status, headers, text = world.ask("/v1/chat/completions", key, {
        "model": "topdog/auto", "messages": [{"role": "user", "content": "Write a Python function that sorts a list"}]})
    equal(status, 200, text)
    equal(json.loads(text)["choices"][0]["message"]["content"], "Sorted it is.")
    equal(headers["X-TopDog-Model"], "box:tiny")
    contains(headers["X-TopDog-Reason"], "category=coding")
    receipt = world.json("receipt", headers["X-TopDog-Request-Id"])
    equal((receipt["purpose"], receipt["client"], receipt["outcome"]), ("call", "editor", "complete"))
    equal(receipt["route"]["asked_for"], "topdog/auto")
    equal(receipt["route"]["auto"]["category"], "coding")
    equal(world.json("usage", "--by", "client")["usage"][0]["client"], "editor")
    # While it runs, in another process, without a bus: from the next request on.
    world.run("clients", "revoke", "editor").is_code(0)
    equal(world.ask("/v1/models", key)[0], 401)
    world.gateway.send_signal(signal.SIGINT)
    equal(world.gateway.wait(LIMIT), 0)


@case
def same_advice_as_the_terminal(world):
    world.add_provider()
    key = world.json("clients", "add", "script")["key"]
    world.serve()
    for text in ("Write a Python function that sorts a list", "Übersetze das ins Polnische, unter 1 Dollar", "画一只猫",
                 "what is a fjord, offline"):
        status, _, answer = world.ask("/api/v1/recommendations", key, {"text": text})
        equal(status, 200)
        equal(answer, world.run("recommend", "--json", text).is_code(0).out)
        line = {"text": text, "id": 7, "settings": {"include_all": True, "profile": "cost", "max_cost": 0.05}}
        equal(world.ask("/api/v1/recommendations", key, line)[2],
              world.run("recommend", "--batch", stdin=json.dumps(line)).is_code(0).out)


@case
def clients(world):
    equal(world.json("clients", "list"), {"clients": []})
    key = world.run("clients", "add", "my editor", "--budget", "5", "--per", "day").is_code(0).out.strip()
    contains(key, "td-")
    budget = world.json("wallet", "budgets")["budgets"][0]
    equal((budget["scope"], budget["subject"], budget["period"]), ("client", "my editor", "day"))
    world.run("clients", "add", "my editor").is_code(2)
    world.run("clients", "add", " ").is_code(2)
    world.run("clients", "add", "x", "--budget", "much").is_code(2)
    world.run("clients", "revoke", "nobody").is_code(6)
    SECRETS.add(key)
    contains(world.run("clients", "list").is_code(0).out, "my editor")
    world.run("clients", "revoke", "my editor").is_code(0)
    lacks(world.run("clients", "list").is_code(0).out, "my editor")
    equal([client["revoked"] is not None for client in world.json("clients", "list")["clients"]], [True])
    world.run("clients", "add", "my editor").is_code(0)             # another key by the same name
    config = world.json("clients", "config", "--port", "9000")
    equal(config["url"], "http://127.0.0.1:9000")
    contains(config["programs"][0]["settings"], "http://127.0.0.1:9000/v1")
    for path in world.files():                                       # nowhere but in the hands of who made it
        with open(path, "rb") as file:
            assert key.encode() not in file.read(), path


@case
def elsewhere(world):
    """On the other loopback, by a name of its own: that name is let in, others are not."""
    if not socket.has_dualstack_ipv6():
        raise Skip("there is no IPv6")
    world.serve("--address", "::1", "--host", "models.home.arpa")
    contains(world.url, "http://[::1]:")
    port = world.url.rsplit(":", 1)[1]
    equal(world.ask("/healthz", "")[0], 200)
    equal(world.ask("/healthz", "", Host="models.home.arpa:" + port)[0], 200)
    equal(world.ask("/healthz", "", Host="other.home.arpa:" + port)[0], 403)


@case
def mistakes(world):
    world.run("serve", "--address", "somewhere").is_code(2)
    world.run("serve", "--port", "70000").is_code(2)
    world.serve()
    port = world.url.rsplit(":", 1)[1]
    contains(world.run("serve", "--port", port).is_code(1).err, "in use")
    equal(world.ask("/healthz", "")[0], 200)
    equal(world.ask("/v1/models", "td-no")[0], 401)
    world.gateway.send_signal(signal.SIGTERM)
    equal(world.gateway.wait(LIMIT), 0)


if __name__ == "__main__":
    os.environ.setdefault("XDG_RUNTIME_DIR", "/nonexistent")
    sys.exit(main(lambda: ServeWorld(sys.argv[1])))
