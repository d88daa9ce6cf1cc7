#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what no compiler checks in the files of the project: prints one line per fault, and fails if there is one.

- coroutines: three forms that GCC 12 miscompiles (an await in a condition; a braced temporary, or a lambda that
  captures by value, written inside an awaiting expression);
- layers: an #include goes down only, from boutique to gateway and services, events, platform/runtime, the other rooms
  of platform, platform/coro, platform/base; no service includes another's files; coro and base include no gRPC;
- every source file begins with its licence; no path leads out of the project; nothing is left to do later.

usage: check_sources.py [--self-test]     --self-test proves first that each check finds its fault
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CODE = {".h", ".cc", ".proto", ".cmake", ".sh", ".py", ".js", ".mjs", ".ts", ".css"}
LICENCE = "SPDX-License-Identifier: Apache-2.0"
RANKS = {"platform/base": 0, "platform/coro": 1, "platform": 2, "platform/runtime": 3, "events": 3.5, "services": 4,
         "gateway": 4, "loadgenerator": 4, "boutique": 5}


def blank(text):
    """The C++ text with comments and literals replaced by spaces of the same length."""
    pattern = r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\''
    return re.sub(pattern, lambda match: re.sub(r"[^\n]", " ", match.group()), text, flags=re.S)


def closing(text, opening):
    """The index of the bracket that closes the one at `opening`, or the end of the text."""
    depth = 0
    for i in range(opening, len(text)):
        depth += (text[i] in "([{") - (text[i] in ")]}")
        if depth == 0:
            return i
    return len(text)


def await_in_condition(text):
    for match in re.finditer(r"\b(?:if|while|for|switch)\b\s*(?:constexpr\s*)?\(", text):
        if re.search(r"\bco_await\b", text[match.end():closing(text, match.end() - 1)]):
            yield match.start(), "co_await inside a condition"


def choice_in_await(text):
    """A conditional expression in the statement of a co_await: what it makes on the way is destroyed twice."""
    for match in re.finditer(r"[^;{}]*\bco_await\b[^;{}]*", text):
        if re.search(r"[^?]\?[^?]", match.group()):
            yield match.start() + len(match.group()) - len(match.group().lstrip()), \
                "a conditional expression in an awaiting statement"


def captures_by_value(captures):
    names = [name.strip() for name in captures.split(",") if name.strip()]
    return any(name != "this" and not name.startswith("&") for name in names)


def temporaries_in_await(text):
    """Braced temporaries and capturing lambdas between a co_await and the end of its statement."""
    for match in re.finditer(r"\bco_await\b", text):
        i, depth = match.end(), 0
        while i < len(text):
            char, before = text[i], text[:i].rstrip()[-1:]
            if char == "[" and not re.match(r"[\w)\]]", before):  # a lambda, not a subscript
                if captures_by_value(text[i + 1:closing(text, i)]):
                    yield match.start(), "a lambda that captures by value inside an awaiting expression"
                    break
                body = text.find("{", closing(text, i))
                i = closing(text, body) if body >= 0 else len(text)
            elif char == "{":
                yield match.start(), "a braced temporary inside an awaiting expression"
                break
            elif char in ")]}" or char in "([":
                depth += 1 if char in "([" else -1
                if char == "}":
                    break
            elif char == ";" and depth <= 0:
                break
            i += 1


def coroutine_faults(path, text):
    if path.suffix not in {".h", ".cc"}:
        return
    text = blank(text)
    for offset, fault in [*await_in_condition(text), *choice_in_await(text),
                          *temporaries_in_await(text)]:
        yield text.count("\n", 0, offset) + 1, fault


def room_of(path):
    """The room of src/ that a path relative to it is in: platform/rpc, services/cart, gateway, ..."""
    parts = pathlib.PurePosixPath(path).parts
    return "/".join(parts[:2]) if parts[0] in {"platform", "services"} else parts[0]


def rank_of(room):
    return RANKS.get(room, RANKS.get(room.split("/")[0]))


def layer_faults(path, text):
    if path.suffix not in {".h", ".cc"} or path.parts[0] != "src":
        return
    here = room_of(path.relative_to("src"))
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+([<"])([^">]+)[">]', line)
        if not match:
            continue
        bracket, name = match.groups()
        if here in {"platform/base", "platform/coro"} and re.match(r"grpc|.*\.grpc\.pb\.h$", name):
            yield number, f"{here} includes gRPC"
        if bracket == "<" or "/" not in name or rank_of(room_of(name)) is None:
            continue
        there = room_of(name)
        if rank_of(there) > rank_of(here) or (rank_of(there) == rank_of(here) == 4 and there != here):
            yield number, f"{here} includes {there}"


def text_faults(path, text):
    lines = text.splitlines() or [""]
    if path.suffix in CODE or path.name in {"CMakeLists.txt", "run"}:
        if LICENCE not in lines[0] and not (lines[0].startswith("#!") and len(lines) > 1 and LICENCE in lines[1]):
            yield 1, "the first line does not name the licence"
    for number, line in enumerate(lines, 1):
        if re.search(r"\b(?:TO" r"DO|FIX" r"ME)\b", line):
            yield number, "something is left to do later"
        if re.search(r"\bissue\s+#?\d", line, re.I):
            yield number, "an issue's number"
        for match in re.finditer(r"(?<![\w./])(?:\.\./)+[\w-]+", line):
            if path.suffix in {".md", ".sh", ".cmake"} and leads_out(path, match.group()):
                yield number, f"{match.group()} leads out of the project"


def leads_out(path, link):
    depth = len(path.parent.parts)
    return link.count("../") > depth


CHECKS = [coroutine_faults, layer_faults, text_faults]


def faults_of(path, text):
    for check in CHECKS:
        for line, fault in check(path, text):
            yield f"{path}:{line}: {fault}"


def files():
    """The files that git knows or would add; without git, all but what is built or fetched."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"],
                            capture_output=True, check=False)
    if listed.returncode == 0:
        return sorted(ROOT / name for name in listed.stdout.decode().split("\0") if name)
    skipped = re.compile(r"(^|/)(\.git|build[^/]*|data|node_modules)/")
    found = (path for path in ROOT.rglob("*") if path.is_file())
    return sorted(path for path in found if not skipped.search(path.relative_to(ROOT).as_posix()))


def project_faults():
    for path in files():
        relative = path.relative_to(ROOT)
        if path.suffix in {".svg", ".png", ".json", ".ico", ".woff2"} or not path.is_file():
            continue
        try:
            yield from faults_of(relative, path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            continue


# What each check must find, and what it must let pass: (path, text, part of the fault or None).
EXAMPLES = [
    ("a.cc", "if (co_await Ready()) Go();", "condition"),
    ("a.cc", "while (more && (co_await Next()).ok()) {}", "condition"),
    ("a.cc", "for (const auto& item : co_await Items()) {}", "condition"),
    ("a.cc", "switch (co_await Kind()) {}", "condition"),
    ("a.cc", "const bool ready = co_await Ready();\nif (ready) Go();", None),
    ("a.cc", "// if (co_await Ready())\nLog(\"if (co_await x)\");", None),
    ("a.cc", "co_await F({.a = 1});", "braced temporary"),
    ("a.cc", "const auto x = co_await OrReturn(co_await F(Options{.a = 1}));", "braced temporary"),
    ("a.cc", "Options options{.a = 1};\nco_await F(std::move(options));", None),
    ("a.cc", "if (x) {\n  co_await F(a[1]);\n}\nOptions options{.a = 1};", None),
    ("a.cc", "co_await Pool([key] { return Read(key); });", "lambda"),
    ("a.cc", "co_await Pool([&a, b = 1] { return a + b; });", "lambda"),
    ("a.cc", "co_await Pool([&] { return Read({1, 2}); });", None),
    ("a.cc", "auto read = [key] { return Read(key); };\nco_await Pool(std::move(read));", None),
    ("src/platform/rpc/a.h", '#include "services/cart/cart_store.h"', "includes services/cart"),
    ("src/platform/coro/a.h", '#include "platform/rpc/loop.h"', "includes platform/rpc"),
    ("src/platform/rpc/a.h", '#include "platform/runtime/host.h"', "includes platform/runtime"),
    ("src/platform/base/a.h", "#include <grpcpp/grpcpp.h>", "includes gRPC"),
    ("src/services/cart/a.h", '#include "services/ad/ads.h"', "includes services/ad"),
    ("src/services/cart/a.h", '#include "gateway/page.h"', "includes gateway"),
    ("src/gateway/a.h", '#include "services/ad/ads.h"', "includes services/ad"),
    ("src/services/cart/a.h", '#include "services/cart/cart_store.h"\n#include "platform/rpc/loop.h"\n'
     '#include "hipstershop/cart.grpc.pb.h"', None),
    ("src/boutique/main.cc", '#include "services/ad/ad_module.h"\n#include "gateway/gateway_module.h"', None),
    ("a.md", "To" "Do: nothing of the kind".upper(), "left to do"),
    ("a.md", "as issue" " 12 says", "issue's number"),
    ("docs/a.md", "see ../README.md and ../../elsewhere", "leads out"),
    ("docs/a.md", "see ../README.md", None),
]


def self_test():
    for name, text, expected in EXAMPLES:
        path = pathlib.PurePosixPath(name)
        found = [fault for fault in faults_of(path, f"// {LICENCE}\n{text}\n")]
        if bool(found) != (expected is not None) or (expected and expected not in found[0]):
            sys.exit(f"self-test: {text!r}: expected {expected!r}, found {found}")
    if not list(faults_of(pathlib.PurePosixPath("a.cc"), "int x;\n")):
        sys.exit("self-test: a file without licence passed")


if __name__ == "__main__":
    if "--self-test" in sys.argv[1:]:
        self_test()
    all_faults = list(project_faults())
    print("\n".join(all_faults) if all_faults else "the sources are clean")
    sys.exit(1 if all_faults else 0)
