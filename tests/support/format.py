#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Formats C sources: clang-format, and what GNOME's style asks for and clang-format cannot do.

  format.py [--check] FILE...

- Line breaks stay where the author put them; only lines longer than the limit are broken anew.
- In a function definition parameters stand one to a line, names and stars lined up.
- Gettext's _("text"), N_("text") and C_("context", "text") have no space before the parenthesis.

Headers are left alone: their declarations are aligned by hand.  With --check nothing is written; differences
are printed and the exit status is 1 if there are any.
"""
import difflib
import re
import subprocess
import sys

LIMIT = 100                                         # as ColumnLimit in .clang-format
KEEP_BREAKS = "{BasedOnStyle: InheritParentConfig, ColumnLimit: 0}"
TEXT_LINE = re.compile(r'\s*(?:\w*_\()?"')          # a long text cannot be made shorter by breaking before it

# A name at the start of a line, its parameters (none of them a function pointer) and the body's brace; or a
# prototype or a function type that is broken over lines already.
DEFINITION = re.compile(r"^(?P<head>\w+) \((?P<text>[^(){};]*)\)(?P<tail>\n\{)", re.M)
PROTOTYPE = re.compile(r"^(?P<head>\w[\w *]*(?:\(\*\w+\))?) \((?P<text>[^(){};]*\n[^(){};]*)\)(?P<tail>;)", re.M)
PARAMETER = re.compile(r"(?P<type>.*?)\s*(?P<stars>\**)(?P<name>\w+(?:\[\w*\])*)")
# String, character, comment, the end of a line, a parenthesis, a gettext macro with its space.
TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*|\n *|[()]|\b(?:_|N_|C_) (?=\()', re.S)


def line_up(match):
    head, text, tail = match.group("head", "text", "tail")
    params = [re.sub(r"\s+", " ", p.strip()) for p in text.split(",")]
    if len(params) == 1:
        return match.group(0)
    parsed = [PARAMETER.fullmatch(p) for p in params]
    if any(m is None or not m["type"] for m, p in zip(parsed, params) if p != "..."):
        return match.group(0)
    known = [m for m in parsed if m]
    width = max(len(m["type"]) for m in known)
    stars = max(len(m["stars"]) for m in known)
    lines = ["..." if m is None else m["type"].ljust(width) + " " + m["stars"].rjust(stars) + m["name"]
             for m in parsed]
    return "%s (%s)%s" % (head, (",\n" + " " * (len(head) + 2)).join(lines), tail)


def line_up_all(text):
    return PROTOTYPE.sub(line_up, DEFINITION.sub(line_up, text))


def close_gettext(text):
    """Removes the space after _ and moves what is aligned with something behind it."""
    out, at, shift, opened = [], 0, 0, []       # shift: how far this line has moved so far
    for token in TOKEN.finditer(text):
        out.append(text[at:token.start()])
        at, t = token.end(), token.group(0)
        if t == "(":
            opened.append(shift)
        elif t == ")" and opened:
            opened.pop()
        elif t[0] == "\n":
            shift = opened[-1] if opened else 0
            t = t[:max(1, len(t) - shift)]
        elif t in ("_ ", "N_ ", "C_ "):
            shift += 1
            t = t[:-1]
        out.append(t)
    return "".join(out) + text[at:]


def clang_format(path, text, style, *options):
    return subprocess.run(["clang-format", "--style=" + style, "--assume-filename=" + path, *options], input=text,
                          capture_output=True, text=True, check=True).stdout


def formatted(path, text):
    text = clang_format(path, text, KEEP_BREAKS)
    text = close_gettext(line_up_all(text))
    long = ["--lines=%d:%d" % (n, n) for n, line in enumerate(text.splitlines(), 1)
            if len(line) > LIMIT and not TEXT_LINE.match(line)]
    if long:
        text = clang_format(path, text, "file", *long)
        text = close_gettext(line_up_all(text))
    return text


def main():
    check = sys.argv[1:2] == ["--check"]
    different = 0
    for path in sys.argv[1 + check:]:
        with open(path, encoding="utf-8") as f:
            old = f.read()
        new = formatted(path, old)
        if new == old:
            continue
        different += 1
        if check:
            sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), path, path))
        else:
            with open(path, "w", encoding="utf-8") as f:
                f.write(new)
            print("formatted", path)
    if check and different:
        print("%d files are not formatted; type: ./dev format" % different, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
