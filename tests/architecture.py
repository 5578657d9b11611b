#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that the sources keep to the layers of the design.  Prints TAP.

  architecture.py [PROJECT-ROOT]

A file may include headers of its own folder and of the folders below it in LAYERS, directly or further down.
No file outside src/app reaches GTK, not even through another header of ours; includes form no cycle; SQL stays
in src/store and in files named *-store.c.  Every check is first tried on small made-up trees that break it.
"""
import os
import re
import sys
import tempfile

# folder: what it stands on.  What those stand on may be used too.
LAYERS = {
    "base": [],
    "store": ["base"],
    "tokens": ["base"],
    "catalogue": ["store"],
    "vault": ["store"],
    "account": ["vault"],
    "wallet": ["catalogue", "tokens"],
    "providers": ["catalogue", "vault", "tokens"],
    "conversation": ["store"],
    "assistant": ["catalogue", "tokens"],
    "engine": ["account", "wallet", "providers", "conversation", "assistant"],
    "gateway": ["engine"],
    "daemon": ["gateway", "engine"],
    "cli": ["gateway", "engine"],
    "app": ["engine"],
}
WIDGETS = {"app"}                   # the folders that may use the toolkit

TOOLKIT = re.compile(r"(gtk|gdk|gsk|adw|gtksource|libspelling)[\w-]*[/.]")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?P<mark>["<])(?P<name>[^">\n]+)[">]', re.M)
COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
STRING = re.compile(r'"(?:\\.|[^"\\\n])*"')
SQL_CALL = re.compile(r"\bsqlite3_\w+")
SQL_TEXT = re.compile(r'"\s*(SELECT\s.*|INSERT\s+(OR \w+ )?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|'
                      r"CREATE\s+(TABLE|INDEX|TRIGGER|VIEW)\s|DROP\s+TABLE\s|PRAGMA\s)")


def below(folder):
    """The folders whose headers a folder may include, its own among them."""
    seen, todo = set(), [folder]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += LAYERS[name]
    return seen


def without_comments(text):
    def blank(match):
        return match.group(0) if match.group(0)[0] in "\"'" else re.sub(r"[^\n]", " ", match.group(0))
    return COMMENT_OR_STRING.sub(blank, text)


class Source:
    def __init__(self, path, text):
        self.path = path                            # relative to src, with slashes
        self.folder = path.split("/")[0] if "/" in path else ""
        self.text = without_comments(text)
        self.includes = [(self.text.count("\n", 0, m.start()) + 1, m["mark"] == '"', m["name"])
                         for m in INCLUDE.finditer(self.text)]

    def at(self, line):
        return "src/%s:%d" % (self.path, line)


class Tree:
    def __init__(self, root):
        self.files = {}
        src = os.path.join(root, "src")
        for folder, folders, names in os.walk(src):
            folders.sort()
            for name in sorted(names):
                if name.endswith((".c", ".h")):
                    full = os.path.join(folder, name)
                    path = os.path.relpath(full, src).replace(os.sep, "/")
                    with open(full, encoding="utf-8") as f:
                        self.files[path] = Source(path, f.read())

    def ours(self, source):
        """(line, included source) for the headers of ours a source includes."""
        return [(line, self.files[name]) for line, quoted, name in source.includes if quoted and name in self.files]


def check_folders(tree):
    """every folder of src has a place in the layers"""
    strange = {}
    for source in tree.files.values():
        if source.folder not in LAYERS:
            strange.setdefault(source.folder, source.path)
    return ["src/%s: %s" % (path, "%s is not in LAYERS" % folder if folder else "belongs into a folder")
            for folder, path in strange.items()]


def check_paths(tree):
    """headers of ours are included by their path from src"""
    found = []
    for source in tree.files.values():
        for line, quoted, name in source.includes:
            beside = os.path.normpath(os.path.join(os.path.dirname(source.path), name)).replace(os.sep, "/")
            if quoted and name not in tree.files and beside in tree.files:
                found.append('%s: "%s" should be "%s"' % (source.at(line), name, beside))
            elif not quoted and name in tree.files:
                found.append('%s: <%s> should be "%s"' % (source.at(line), name, name))
    return found


def check_layers(tree):
    """no folder includes upwards or sideways"""
    found = []
    for source in tree.files.values():
        allowed = below(source.folder) if source.folder in LAYERS else set()
        for line, header in tree.ours(source):
            if header.folder != source.folder and header.folder not in allowed:
                found.append("%s: includes %s, but %s stands on %s" % (
                    source.at(line), header.path, source.folder,
                    ", ".join(sorted(allowed - {source.folder})) or "nothing"))
    return found


def check_toolkit(tree):
    """no file outside the widget folders reaches the toolkit"""
    direct = {path: name for path, source in tree.files.items()
              for _, _, name in source.includes if TOOLKIT.match(name)}
    found = []
    for source in tree.files.values():
        if source.folder in WIDGETS:
            continue
        seen, todo = set(), [(source, [source.path])]
        while todo:
            current, chain = todo.pop()
            if current.path in seen:
                continue
            seen.add(current.path)
            if current.path in direct:
                found.append("src/" + " -> ".join(chain + [direct[current.path]]))
                break
            todo += [(header, chain + [header.path]) for _, header in tree.ours(current)]
    return found


def check_cycles(tree):
    """includes form no cycle"""
    found, trail, done = [], [], set()

    def visit(source):
        trail.append(source.path)
        for _, header in tree.ours(source):
            if header.path in trail:
                found.append("src/" + " -> ".join(trail[trail.index(header.path):] + [header.path]))
            elif header.path not in done:
                visit(header)
        done.add(trail.pop())

    for source in tree.files.values():
        if source.path not in done:
            visit(source)
    return found


def check_sql(tree):
    """SQL stays in src/store and *-store.c"""
    found = []
    for source in tree.files.values():
        if source.folder == "store" or source.path.endswith("-store.c"):
            continue
        for number, line in enumerate(source.text.splitlines(), 1):
            hit = SQL_CALL.search(STRING.sub('""', line)) or SQL_TEXT.search(line)
            if hit:
                found.append("%s: %s" % (source.at(number), hit.group(0).strip()))
    return found


CHECKS = [check_folders, check_paths, check_layers, check_toolkit, check_cycles, check_sql]

# Made-up trees: what is wrong, the files, and how often which check must complain (all others: never).
SAMPLES = [
    ("a clean tree", {
        "base/td-money.h": '#include <glib.h>\n/* #include "app/td-window.h" in a comment */',
        "base/td-money.c": '#include "config.h"\n#include "base/td-money.h"\n',
        "catalogue/td-model.h": '#include "base/td-money.h"\n#include "store/td-database.h"\n',
        "store/td-database.h": "#include <sqlite3.h>\nint sqlite3_open_twice (void);",
        "wallet/td-wallet-store.c": 'run ("SELECT 1 FROM t", sqlite3_step (s));',
        "engine/td-engine.h": '#include "wallet/td-wallet.h"\n#include "vault/td-vault.h"\n',
        "wallet/td-wallet.h": '#include "catalogue/td-model.h"\n/* not sqlite3_step (), "SELECT 1" */',
        "vault/td-vault.h": 'static const char *text = "sqlite3_step is a name; SELECT a model";',
        "app/page/td-page.c": '#include <gtk/gtk.h>\n#include <adwaita.h>\n#include "engine/td-engine.h"\n',
    }, {}),
    ("a folder without a place", {"misc/td-misc.c": ""}, {check_folders: 1}),
    ("a file without a folder", {"td-misc.c": ""}, {check_folders: 1}),
    ("a header included from beside", {
        "base/td-a.h": "", "base/td-a.c": '#include "td-a.h"\n'}, {check_paths: 1}),
    ("a header of ours in angle brackets", {
        "base/td-a.h": "", "base/td-a.c": "#include <base/td-a.h>\n"}, {check_paths: 1}),
    ("an include upwards", {
        "base/td-a.c": '#include "store/td-b.h"\n', "store/td-b.h": ""}, {check_layers: 1}),
    ("an include sideways", {
        "conversation/td-a.c": '  #  include "wallet/td-b.h"\n', "wallet/td-b.h": ""}, {check_layers: 1}),
    ("an engine that includes the gateway", {
        "engine/td-a.h": '#include "gateway/td-b.h"\n', "gateway/td-b.h": ""}, {check_layers: 1}),
    ("GTK in the core", {"cli/td-a.c": "#include <gtk/gtk.h>\n"}, {check_toolkit: 1}),
    ("libadwaita in the core", {"daemon/td-a.c": "#include <adwaita.h>\n"}, {check_toolkit: 1}),
    ("GtkSourceView in the core", {"base/td-a.c": "#include <gtksourceview/gtksource.h>\n"}, {check_toolkit: 1}),
    ("GDK behind two headers of ours", {
        "engine/td-a.c": '#include "engine/td-a.h"\n', "engine/td-a.h": '#include "base/td-b.h"\n',
        "base/td-b.h": "#include <gdk/gdk.h>\n"}, {check_toolkit: 3}),
    ("a cycle of two", {
        "base/td-a.h": '#include "base/td-b.h"\n', "base/td-b.h": '#include "base/td-a.h"\n'}, {check_cycles: 1}),
    ("a cycle of three, entered from outside", {
        "base/td-x.c": '#include "base/td-a.h"\n', "base/td-a.h": '#include "base/td-b.h"\n',
        "base/td-b.h": '#include "base/td-c.h"\n', "base/td-c.h": '#include "base/td-a.h"\n'}, {check_cycles: 1}),
    ("a header that includes itself", {"base/td-a.h": '#include "base/td-a.h"\n'}, {check_cycles: 1}),
    ("a diamond, which is no cycle", {
        "base/td-a.h": '#include "base/td-b.h"\n#include "base/td-c.h"\n', "base/td-b.h": '#include "base/td-d.h"\n',
        "base/td-c.h": '#include "base/td-d.h"\n', "base/td-d.h": ""}, {}),
    ("a call of SQLite in a page", {"app/td-a.c": "x = sqlite3_prepare_v2 (db);\n"}, {check_sql: 1}),
    ("SQL in a service", {"engine/td-a.c": 'run ("SELECT id FROM model");\nrun ("DELETE FROM x");\n'}, {check_sql: 2}),
]

def same_test_names(root):
    """Test programs of one name in two folders: meson's dictionary of tests would silently keep one of them."""
    places = {}
    for folder, _, names in os.walk(os.path.join(root, "tests")):
        for name in names:
            if re.fullmatch(r"(test|bench)-.*\.c", name):
                places.setdefault(name, []).append(os.path.relpath(os.path.join(folder, name), root))
    return [" and ".join(sorted(paths)) for paths in places.values() if len(paths) > 1]


count = failures = 0


def report(name, found):
    global count, failures
    count += 1
    failures += bool(found)
    print("%s %d - %s" % ("not ok" if found else "ok", count, name), flush=True)
    for line in found:
        print(line, file=sys.stderr)        # meson shows that, but not TAP's own comments


def try_sample(files, expected):
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            full = os.path.join(root, "src", path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as f:
                f.write(text)
        tree, wrong = Tree(root), []
        for check in CHECKS:
            found, want = check(tree), expected.get(check, 0)
            if len(found) != want:
                wrong.append("%s: %d complaints, not %d: %s" % (check.__doc__, len(found), want, found))
        return wrong


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    print("1..%d" % (len(SAMPLES) + len(CHECKS) + 2))
    for name, files, expected in SAMPLES:
        report("self-test: " + name, try_sample(files, expected))
    tree = Tree(root)
    report("there are sources", [] if tree.files else ["none in %s/src" % root])
    for check in CHECKS:
        report(check.__doc__, check(tree))
    report("no two test programs have one name", same_test_names(root))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
