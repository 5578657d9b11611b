#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A server on loopback that answers as Ollama does, without running any model.

  fake_ollama.py [INSTALLED...]

Says "READY URL", and goes on until its input ends.  A model whose name begins with "slow" takes long to download, and
one that begins with "no" does not exist.
"""
import http.server
import json
import sys
import threading
import time

installed, in_memory = list(sys.argv[1:]), {}
SIZE = 2_000_000_000


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, value, status=200):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def line(self, **value):
        data = json.dumps(value).encode() + b"\n"
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def pull(self, name):
        if name.startswith("no"):
            self.answer({"error": "pull model manifest: file does not exist"}, 404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.line(status="pulling manifest")
        steps = 200 if name.startswith("slow") else 4
        for step in range(steps + 1):
            self.line(status="pulling 8eeb52dfb3bb", digest="sha256:8eeb52dfb3bb", total=SIZE, completed=SIZE * step // steps)
            if name.startswith("slow"):
                time.sleep(0.1)
        self.line(status="success")
        self.wfile.write(b"0\r\n\r\n")
        if name not in installed:
            installed.append(name)

    def do_GET(self):
        if self.path == "/api/tags":
            self.answer({"models": [{"name": name, "model": name, "size": SIZE, "details": {}} for name in installed]})
        elif self.path == "/api/ps":
            self.answer({"models": [{"name": name, "model": name, "size": SIZE, "size_vram": 0, "context_length": 4096}
                                    for name in in_memory]})
        elif self.path == "/api/version":
            self.answer({"version": "0.12.0"})
        else:
            self.answer({"error": "not found"}, 404)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        name = body.get("model") or body.get("name") or ""
        if self.path == "/api/pull":
            self.pull(name)
        elif self.path == "/api/show":
            self.answer({"details": {}, "model_info": {}, "capabilities": ["completion"]})
        elif self.path in ("/api/generate", "/api/chat") and name not in installed:
            self.answer({"error": "model '%s' not found" % name}, 404)
        elif self.path in ("/api/generate", "/api/chat"):
            unload = body.get("keep_alive") == 0
            if unload:
                in_memory.pop(name, None)
            else:
                in_memory[name] = True
            self.answer({"model": name, "done": True, "done_reason": "unload" if unload else "load", "response": "",
                         "message": {"role": "assistant", "content": ""}})
        else:
            self.answer({"error": "not found"}, 404)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):     # a client that goes away
        pass


server = Server(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("READY http://127.0.0.1:%d" % server.server_port, flush=True)
sys.stdin.read()
