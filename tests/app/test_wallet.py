#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The wallet: funds with a note, budgets, the ledger, and what another program changes meanwhile."""
import contextlib
import csv
import http.server
import json
import os
import subprocess
import threading
import urllib.parse

from display_test import audit, fits, focus_is, keys, run, wait_until

CTL = os.environ["TOPDOG_CTL"]


def ctl(world, *arguments, given=None):
    """topdogctl in the same world; gives its JSON."""
    result = subprocess.run([CTL, "wallet", *arguments, "--json"], check=True, stdout=subprocess.PIPE, text=True,
                            input=given, env=dict(os.environ, **world.environment))
    return json.loads(result.stdout)


def open_wallet(app):
    app.wait_for("table cell:")
    keys(key="ctrl+shift+b")
    app.wait_for("label:Balance")


def balance_is(app, world, nano_dollars):
    wait_until(lambda: ctl(world, "balance")["balance"]["nano_dollars"] == nano_dollars, app.timeout,
               lambda: ctl(world, "balance"))


def funds_are_added_by_keyboard(world):
    with world.launch() as app:
        open_wallet(app)
        app.click("button:/Add Funds/")
        focus_is(app, "Amount")
        keys("lots")
        app.wait_for("label:/Enter dollars/")
        keys(key="Return")
        keys(key="ctrl+a")
        keys("20.50")
        app.wait_gone("label:/Enter dollars/")
        app.type("text:/Note/", "November")
        keys(key="Return")
        app.wait_for("label:/November/")
        app.wait_for("label:$20.50#1")          # on the page and in the sidebar
        balance_is(app, world, 20_500_000_000)
        assert ctl(world, "mode")["mode"] == "prepaid"
        audit(app)


def an_amount_is_chosen(world):
    with world.launch() as app:
        open_wallet(app)
        app.click("button:/Add Funds/")
        app.click("button:$50")
        app.click("button:Add Funds")
        app.wait_for("label:+$50.00")
        balance_is(app, world, 50_000_000_000)


def another_program_is_heard(world):
    with world.launch() as app:
        open_wallet(app)
        app.wait_for("label:Nothing yet")
        ctl(world, "add", "7")
        app.wait_for("label:+$7.00")
        ctl(world, "budget", "month", "20")
        app.wait_for("label:This month, everything")
        app.resize(360, 720)
        fits(app, 360)
        audit(app)


def budgets_are_set_and_removed(world):
    with world.launch() as app:
        open_wallet(app)
        app.click("button:Add Budget")
        focus_is(app, "Amount")
        keys("12")
        keys(key="Return")
        app.wait_for("label:$0.00 of $12.00 used")
        app.click("button:Change Budget")
        focus_is(app, "Amount")
        keys(key="ctrl+a")
        keys("15")
        keys(key="Return")
        app.wait_for("label:$0.00 of $15.00 used")
        budget = ctl(world, "budgets")["budgets"][0]
        assert (budget["period"], budget["scope"]) == ("month", "all"), budget
        app.click("button:Remove Budget")
        app.wait_gone("label:$0.00 of $15.00 used")
        assert ctl(world, "budgets")["budgets"] == []


def all_transactions_are_listed_and_written(world):
    path = os.path.join(world.home, "moves.json")
    ctl(world, "add", "130", "--note", "=the first")
    for dollars in range(2, 8):
        ctl(world, "add", str(dollars))
    with world.launch() as app:
        open_wallet(app)
        app.wait_for("label:+$7.00")
        app.wait_gone("label:+$2.00")               # five are shown
        app.click("/Show All/")
        app.wait_for("list item:/^Funds added, .\\$2.00/")
        app.wait_for("list item:/the first/")
        audit(app)
        app.click("toggle button:/^All$/")
        app.mouse("list item:Spent")
        app.wait_for("/No Transactions/")
        app.click("toggle button:/^Spent$/")
        app.mouse("list item:Added")
        app.wait_for("list item:/the first/")
        app.click("toggle button:Export")
        app.click("menu item:/As JSON/")
        app.type("text:Name:", path)
        app.click("button:Save")
        app.wait_for("/The transactions are in the file/")
    with open(path, encoding="utf-8") as file:
        assert [t["amount_nano_dollars"] for t in json.load(file)["transactions"]][-1] == 130_000_000_000
    text = subprocess.run([CTL, "wallet", "transactions", "--csv"], check=True, stdout=subprocess.PIPE,
                          env=dict(os.environ, **world.environment)).stdout.decode()
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == 7 and rows[-1]["note"] == "'=the first" and rows[-1]["amount_usd"] == "130", rows
    assert rows[0]["hash"] == ctl(world, "transactions")["transactions"][0]["hash"]


def a_reply_has_a_limit(world):
    with world.launch() as app:
        open_wallet(app)
        app.mouse("text:/Stop Each Reply At/")
        keys("0.25")
        keys(key="Return")
        with_limit = "reply-stop-cost=250000000"
        path = os.path.join(world.home, "config/glib-2.0/settings/keyfile")
        wait_until(lambda: with_limit in open(path, encoding="utf-8").read(), app.timeout,
                   lambda: open(path, encoding="utf-8").read())
    with world.launch() as app:
        open_wallet(app)
        assert app.text("text:/Stop Each Reply At/") == "0.25"


def the_mode_and_the_ledger(world):
    ctl(world, "add", "5")
    with world.launch() as app:
        open_wallet(app)
        app.click("/Stop When the Balance/")
        wait_until(lambda: ctl(world, "mode")["mode"] == "track", app.timeout, "the mode is not stored")
        app.click("button:Check")
        app.wait_for("label:It is sound: 1 transaction.")


class Stripe(http.server.BaseHTTPRequestHandler):
    """The three calls of Stripe Checkout that are used; one payment at a time."""
    session, paid = None, False

    def answer(self, value):
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = dict(urllib.parse.parse_qsl(text))
        Stripe.session = {
            "id": "cs_test_1", "object": "checkout.session", "mode": "payment", "status": "open", "payment_status": "unpaid",
            "amount_total": int(fields["line_items[0][price_data][unit_amount]"]), "currency": "usd", "payment_intent": None,
            "client_reference_id": fields["client_reference_id"], "url": "http://127.0.0.1:1/pay",
        }
        self.answer(Stripe.session)

    def do_GET(self):
        if self.path.startswith("/v1/refunds"):
            self.answer({"object": "list", "data": [], "has_more": False})
            return
        if Stripe.paid:
            Stripe.session.update(status="complete", payment_status="paid", payment_intent="pi_1", url=None)
        self.answer(Stripe.session)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def stripe():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stripe) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield "http://127.0.0.1:%d" % server.server_address[1]
        server.shutdown()


def a_card_is_paid_with(world):
    with stripe() as url:
        ctl(world, "checkout", "--return-url", "https://operator.example", "--base-url", url, given="sk_test_1234567890")
        with world.launch() as app:
            open_wallet(app)
            app.click("button:/Add Funds/")
            app.click("button:$20")
            app.click("/^Card$/")
            app.click("button:Add Funds")
            app.wait_for("/Waiting for the Payment/")
            assert ctl(world, "balance")["balance"]["nano_dollars"] == 0
            Stripe.paid = True                      # and nobody tells the program so
            app.wait_for("label:+$20.00")
            app.wait_gone("/Waiting for the Payment/")
            assert [payment["state"] for payment in ctl(world, "payments", "--check")["payments"]] == ["paid"]
            balance_is(app, world, 20_000_000_000)


run("wallet", [
    funds_are_added_by_keyboard,
    an_amount_is_chosen,
    a_card_is_paid_with,
    another_program_is_heard,
    budgets_are_set_and_removed,
    all_transactions_are_listed_and_written,
    a_reply_has_a_limit,
    the_mode_and_the_ledger,
])
