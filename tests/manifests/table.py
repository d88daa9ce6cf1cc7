# SPDX-License-Identifier: Apache-2.0
"""The table of kustomize/components/README.md: what each component excludes, and so which sets are tested."""
import itertools
import re

import render

README = render.ROOT / "kustomize/components/README.md"
NAME = re.compile(r"`([a-z][a-z0-9-]*)`")
LARGEST = 6


# Listed after the others: they change or take away what those have added.
LATE = ("backup", "base-url", "basic-auth", "external-stores", "redis-replicated", "node-placement")


class Row:
    """One component and the names of components and overlays with which it does not go."""

    def __init__(self, name, excludes):
        self.name = name
        self.excludes = {word.strip(" `") for word in excludes.split(",") if word.strip()}

    @property
    def place(self):
        """What adds, what changes what was added, without-<service>, without-istio."""
        return (self.name == "without-istio", self.name.startswith("without-"), self.name in LATE, self.name)


def rows_of(text):
    """{name: Row} in the order in which components are to be listed."""
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")]
             for line in text.splitlines() if line.startswith("| `")]
    found = [Row(NAME.findall(row[0])[0], row[3]) for row in cells]
    return {row.name: row for row in sorted(found, key=lambda row: row.place)}


def rows():
    return rows_of(README.read_text())


def faults(table):
    """Where the table and the folders beside it disagree."""
    folders = {path.parent.name for path in README.parent.glob("*/kustomization.yaml")}
    yield from (f"no row for {name}" for name in sorted(folders - set(table)))
    yield from (f"a row for {name}, which is not there" for name in sorted(set(table) - folders))
    for row in table.values():
        unknown = row.excludes - set(table) - set(render.OVERLAYS)
        yield from (f"{row.name} excludes {name}, which is neither a component nor an overlay" for name in sorted(unknown))
        yield from (f"{row.name} must exclude {overlay}, which has it already" for overlay in render.OVERLAYS
                    if row.name in render.has_already(overlay) - {"without-loadgenerator"}
                    and overlay not in row.excludes)


class Sets:
    """Which sets of components go together on which overlay."""

    def __init__(self, table):
        self.table = table
        self.order = list(table)

    def fits(self, overlay, components):
        names = set(components)
        return not any(overlay in self.table[name].excludes or names & self.table[name].excludes for name in names)

    def completed(self, overlay, components):
        """The set in the order in which it is to be listed; None if that does not go together."""
        return [name for name in self.order if name in components] if self.fits(overlay, components) else None

    def alone(self, overlay):
        return [found for name in self.order if (found := self.completed(overlay, [name]))]

    def pairs(self, overlay):
        return [pair for pair in itertools.combinations(self.order, 2) if self.completed(overlay, pair)]

    def covering(self, overlay):
        """Sets of up to LARGEST components in which each pair that goes together is somewhere."""
        open_pairs = dict.fromkeys(self.pairs(overlay))
        result = []
        while open_pairs:
            chosen = self.completed(overlay, next(iter(open_pairs)))
            while len(chosen) < LARGEST:
                best = max(((gain, larger) for name in self.order if name not in chosen
                            if (larger := self.completed(overlay, [*chosen, name]))
                            if (gain := self.gain(open_pairs, chosen, larger))), default=None, key=lambda one: one[0])
                if not best:
                    break
                chosen = best[1]
            for pair in itertools.combinations(chosen, 2):
                open_pairs.pop(pair, None)
            result.append(chosen)
        return result

    @staticmethod
    def gain(open_pairs, before, after):
        added = set(after) - set(before)
        return sum(pair in open_pairs for pair in itertools.combinations(after, 2) if added & set(pair))
