#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training twice gives the same bytes, and those of last time.  Prints TAP.

  test-training.py TRAINER SOURCE-ROOT

On a subset, with short settings.  With TOPDOG_ASSISTANT_DATA naming the folder of the whole data, the weights in
the repository are made again as well.
"""
import hashlib
import os
import subprocess
import sys
import tempfile

TRAINER, ROOT = sys.argv[1:]
LEXICON = os.path.join(ROOT, "src/assistant/analysis/lexicon.txt")
REQUESTS = os.path.join(ROOT, "data/assistant/requests")
LABELS = os.path.join(ROOT, "data/assistant/labels.tsv")
PASSAGES = os.path.join(ROOT, "data/assistant/passages.tsv")
WEIGHTS = os.path.join(ROOT, "data/assistant/categories.weights")
README = os.path.join(ROOT, "data/assistant/README.md")


def train(folder, name, *options):
    path = os.path.join(folder, name)
    subprocess.run([TRAINER, "--lexicon", LEXICON, "--passages", PASSAGES, "--output", path, *options], check=True,
                   stdout=subprocess.DEVNULL)
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def report(number, name, good, directive=""):
    print("%s %d - %s%s" % ("ok" if good else "not ok", number, name, directive), flush=True)
    return good


def main():
    print("1..4")
    with open(README, encoding="utf-8") as file:
        readme = file.read()
    with open(WEIGHTS, "rb") as file:
        weights = hashlib.sha256(file.read()).hexdigest()
    with tempfile.TemporaryDirectory() as folder:
        short = ["--data", os.path.join(REQUESTS, "de.tsv"), "--runs", "1", "--epochs", "2"]
        first = train(folder, "first", *short)
        good = report(1, "twice the same", first == train(folder, "second", *short))
        good &= report(2, "as recorded: %s" % first, first in readme)
        good &= report(3, "the hash of the weights is recorded: %s" % weights, weights in readme)
        data = os.environ.get("TOPDOG_ASSISTANT_DATA")
        if data is None:
            report(4, "the weights made again", True, " # SKIP TOPDOG_ASSISTANT_DATA is not set")
        else:
            again = train(folder, "again", "--data", os.path.join(data, "train.jsonl"), "--data", REQUESTS,
                          "--labels", LABELS, "--cross-validate")
            good &= report(4, "the weights made again", again == weights)
    sys.exit(0 if good else 1)


main()
