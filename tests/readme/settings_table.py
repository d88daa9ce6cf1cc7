#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the README's tables of settings, made from every program's --help: the shop's, and the load generator's.

usage: settings_table.py BIN_FOLDER
"""
import os
import subprocess
import sys

PROGRAMS = [
    "boutique", "frontend", "adservice", "cartservice", "checkoutservice", "currencyservice", "emailservice",
    "orderservice", "paymentservice", "productcatalogservice", "recommendationservice", "shippingservice",
]


def settings_of(folder, program):
    """(variable, flag, default, meaning) of each setting, in the program's order."""
    environment = {"PATH": os.environ["PATH"], "HOME": "~"}
    text = subprocess.run([os.path.join(folder, program), "--help"], env=environment, check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    lines = text.split("\n")
    header = next(i for i, line in enumerate(lines) if line.startswith("flag "))
    starts = [lines[header].index(word) for word in ("flag", "environment", "default", "meaning")]
    for line in lines[header + 1:]:
        if line.strip():
            flag, variable, default = (line[a:b].strip() for a, b in zip(starts, starts[1:]))
            yield variable, flag, default, line[starts[3]:].strip()


def table(folder):
    rows = {}
    for program in PROGRAMS:
        for variable, flag, default, meaning in settings_of(folder, program):
            rows.setdefault(variable, []).append((program, flag, default, meaning))
    lines = ["| variable | programs | default | meaning |", "|---|---|---|---|"]
    for variable, uses in rows.items():
        programs = [use[0] for use in uses]
        if len(programs) == len(PROGRAMS):
            where = "all"
        elif len(programs) > len(PROGRAMS) / 2:
            where = "all but " + ", ".join(p for p in PROGRAMS if p not in programs)
        else:
            where = ", ".join(programs)
        defaults = {}
        for program, _, default, _ in uses:
            defaults.setdefault(default, []).append(program)
        if variable == "OTEL_SERVICE_NAME":
            shown = "the program's name"
        elif len(defaults) == 1:
            shown = f"`{next(iter(defaults))}`" if next(iter(defaults)) else ""
        else:
            shown = ", ".join(f"`{default}` ({', '.join(names)})" if len(names) < len(programs) / 2 else f"`{default}`"
                              for default, names in sorted(defaults.items(), key=lambda each: -len(each[1])))
        secret = "" if uses[0][1] else "; has no flag"
        lines.append(f"| `{variable}` | {where} | {shown} | {uses[0][3]}{secret} |")
    return "\n".join(lines)


def load_table(folder):
    """What the load generator has beyond the settings of every program."""
    common = {variable for variable, *_ in settings_of(folder, "adservice")}
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for variable, _, default, meaning in settings_of(folder, "loadgenerator"):
        if variable not in common:
            lines.append(f"| `{variable}` | {f'`{default}`' if default else ''} | {meaning} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(sys.argv[1]))
    print()
    print(load_table(sys.argv[1]))
