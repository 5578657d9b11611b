#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""topdogctl recommend on a catalogue given to it: no engine, no keyring, no network.  Prints TAP.

  test-recommend.py TOPDOGCTL MODELS.JSON
"""
import json
import os
import subprocess
import sys

CTL, MODELS = sys.argv[1:]
CATEGORIES = {"coding", "math_reasoning", "writing", "creative", "translation", "summarize_extract", "data_analysis",
              "knowledge", "vision"}
done = 0


def run(*arguments, text="", locale="C.UTF-8", code=0):
    result = subprocess.run([CTL, "recommend", "--catalogue", MODELS, *arguments], input=text, capture_output=True,
                            text=True, env=dict(os.environ, LC_ALL=locale), timeout=60, check=False)
    assert result.returncode == code, (result.returncode, result.stdout, result.stderr)
    return result.stdout


def check(name, test):
    global done
    done += 1
    try:
        test()
        print("ok %d - %s" % (done, name), flush=True)
    except (AssertionError, KeyError, ValueError) as error:
        print("not ok %d - %s\n# %r" % (done, name, error), flush=True)
        sys.exit(1)


def batch():
    lines = ['"write a haiku about rain"', "", json.dumps({"id": 7, "text": "fix this C function, not OpenAI"}),
             json.dumps({"text": "what is a fjord", "settings": {"local_only": True, "profile": "quality"}})]
    answers = [json.loads(line) for line in run("--batch", text="\n".join(lines)).splitlines()]
    assert [answer["category"] for answer in answers] == ["creative", "coding", "knowledge"]
    assert answers[1]["id"] == 7 and "id" not in answers[0]
    for answer in answers:
        assert set(answer["ranked"]) == CATEGORIES and answer["ranked"][0] == answer["category"]
        assert 0 < answer["confidence"] <= 1 and answer["complexity"] in (1, 2, 3)
        assert len(answer["top"]) == 3
        for top in answer["top"]:
            total = sum(part["weight"] * (part["value"] or 0) for part in top["parts"].values())
            assert abs(total - top["score"]) < 1e-9, (total, top["score"])
            assert 2 <= len(top["reasons"]) <= 3
            cost = top["est_cost"]
            if cost["nanos"]:
                picos = (cost["input_tokens"] * cost["input_micros_per_million"] +
                         cost["output_tokens"] * cost["output_micros_per_million"])
                assert cost["nanos"] == -(-picos // 1000), cost
            assert "retired" in top["filters_passed"]
    assert answers[1]["prefs"]["providers_out"] == ["openai"]
    assert all(top["provider"] != "openai" for top in answers[1]["top"])
    assert all(top["provider"] == "ollama" for top in answers[2]["top"])
    assert answers[2]["prefs"]["profile"] == "quality"


def same_everywhere():
    text = '"Übersetze das ins Polnische, unter 1 Dollar"\n"画一只猫"\n'
    first = run("--batch", text=text)
    assert first == run("--batch", text=text, locale="de_DE.UTF-8") == run("--batch", text=text, locale="C")


def for_people():
    text = run("--local", "explain", "tides")
    assert "1. " in text and "ollama:" in text
    assert json.loads(run("--json", "explain tides"))["category"] == "knowledge"


def mistakes():
    run("--profile", "fast", "x", code=2)
    run("--max-cost", "much", "x", code=2)
    lines = ["{}", '{"id": "b", "text": 7}', "not json", '"\\ud800"', '"what is a fjord"',
             '{"text": "x", "settings": {"profile": "fast"}}', "[" * 5000, '"hello"']
    answers = [json.loads(line) for line in run("--batch", text="\n".join(lines)).splitlines()]
    assert len(answers) == len(lines), answers
    assert [answer.get("line") for answer in answers if "error" in answer][:3] == [1, 2, 3]
    assert answers[1]["id"] == "b" and answers[4]["category"] == "knowledge" and "top" in answers[7]


print("1..4")
check("one object a line", batch)
check("the same in every locale", same_everywhere)
check("for people and as JSON", for_people)
check("mistakes are named", mistakes)
