# SPDX-License-Identifier: Apache-2.0
"""The commands in Markdown: each line of a block marked sh or console, and each span of code that is a whole command."""
import dataclasses
import re
import shlex

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.S | re.M)
SPAN = re.compile(r"(?<!`)`([^`]+ [^`]+)`(?!`)")
ASSIGNMENT = re.compile(r"\w+=")
# What stands before commands in a shell's line, or around them.
KEYWORDS, REDIRECTIONS = {"{", "}", "do", "done"}, {">", "<", "<<<", ">>"}


@dataclasses.dataclass
class Command:
    """One command as it is run: its words without redirections; where it stands."""
    file: str
    line: int
    words: list

    def __str__(self):
        return f"{self.file}:{self.line}: {' '.join(self.words)}"


def logical_lines(text, first):
    """(number, line) with lines put together where one ends with a backslash or within quotes."""
    held, start = "", first
    for number, line in enumerate(text.splitlines(), first):
        start = start if held else number
        held += line
        if held.endswith("\\"):
            held = held[:-1] + " "
            continue
        try:
            shlex.split(held, comments=True)
        except ValueError:
            held += "\n"
            continue
        yield start, held
        held = ""
    if held:
        yield start, held


def simple_commands(line):
    """The words of each command in a shell's line, of those in $(…) too, which are "$" where their output goes."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words, skip = [], False
    for word in [*lexer, ";"]:
        if skip or word in KEYWORDS and not words:
            skip = False
        elif word in REDIRECTIONS:
            skip = True
        elif set(word) <= set("|&;()"):
            if words:
                yield words
            words = []
        elif words or not ASSIGNMENT.match(word):
            words.append(word)


def commands_of(file, text):
    for block in BLOCK.finditer(text):
        first = text[:block.start(2)].count("\n") + 1
        if block.group(1) not in ("sh", "console"):
            continue
        for number, line in logical_lines(block.group(2), first):
            if block.group(1) == "console":
                if not line.startswith("$ "):
                    continue
                line = line[2:]
            yield from (Command(file, number, words) for words in simple_commands(line))


def spans_of(file, text):
    """Spans of code of several words, outside of blocks."""
    prose = BLOCK.sub(lambda block: "\n" * block.group().count("\n"), text)
    for span in SPAN.finditer(prose):
        try:
            yield Command(file, prose[:span.start()].count("\n") + 1, shlex.split(span.group(1)))
        except ValueError:
            continue
