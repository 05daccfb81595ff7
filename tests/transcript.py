"""The form of a transcript: what is in its lines, and how it is written back.

# what it shows
@today 2027-02-20

lan: /dangky
bot: Mô hình thuộc lĩnh vực nào?
     1. Kinh tế
db: entry = 0
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from bot.channels.console import INDENT, told

REST = ("…", "...")  # alone on a line: the rest of the screen may be anything

_SAID = re.compile(r"(?P<who>[a-z]+): ?(?P<text>.*)")
_DIRECTIVE = re.compile(r"@(?P<name>[a-z]+) +(?P<value>.+)")
_COUNT = re.compile(r"(?P<table>\w+) = \d+")


@dataclass(frozen=True, slots=True)
class Note:
    """A comment or an empty line."""

    text: str


@dataclass(frozen=True, slots=True)
class Directive:
    """Something about the world."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a person does."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One message of the bot."""

    text: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows a table has."""

    table: str
    rows: int = 0


Part = Note | Directive | Said | Shown | Count


def read(text: str) -> list[Part]:
    """The parts of a transcript; raise ValueError with the number of a line that is none."""
    blocks: list[list[str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(INDENT) or not line:
            if not blocks:
                blocks.append([])
            blocks[-1].append(line.removeprefix(INDENT))
        elif line.startswith(("#", "@")) or _SAID.fullmatch(line):
            blocks.append([line])
        else:
            message = f"line {number} is no line of a transcript: {line}"
            raise ValueError(message)
    return [part for block in blocks for part in _parts(block)]


def write(parts: list[Part]) -> str:
    """The transcript with these parts."""
    return "".join(f"{_written(part)}\n" for part in parts)


def fits(expected: str, shown: str) -> bool:
    """Whether a message is what was expected, of which the rest may be left open."""
    lines, actual = expected.split("\n"), shown.split("\n")
    if lines[-1] in REST:
        lines.pop()
        actual = actual[: len(lines)]
    return lines == actual


def answered(parts: list[Part]) -> list[tuple[Part, list[Part]]]:
    """Each part but the bot's, with what the bot is expected to show after it."""
    pairs: list[tuple[Part, list[Part]]] = []
    for is_shown, group in groupby(parts, lambda part: isinstance(part, Shown)):
        if is_shown and pairs:
            pairs[-1] = (pairs[-1][0], list(group))
        elif not is_shown:
            pairs += [(part, []) for part in group]
    return pairs


def _parts(block: list[str]) -> list[Part]:
    """What a line and its continuation are, and the empty lines after them."""
    ended = len(block)
    while ended and not block[ended - 1]:
        ended -= 1
    notes: list[Part] = [Note("")] * (len(block) - ended)
    return [_part(block[:ended]), *notes] if ended else notes


def _part(lines: list[str]) -> Part:
    if lines[0].startswith("#"):
        return Note(lines[0])
    if directive := _DIRECTIVE.fullmatch(lines[0]):
        return Directive(directive["name"], directive["value"].strip())
    said = _SAID.fullmatch(lines[0])
    if said is None:
        message = f"not a directive: {lines[0]}"
        raise ValueError(message)
    text = "\n".join([said["text"], *lines[1:]])
    if said["who"] == "bot":
        return Shown(text)
    if said["who"] == "db":
        count = _COUNT.fullmatch(text)
        return Count(count["table"] if count else text)
    return Said(said["who"], text)


def _written(part: Part) -> str:
    match part:
        case Note(text):
            return text
        case Directive(name, value):
            return f"@{name} {value}"
        case Said(who, text):
            return told(who, text)
        case Shown(text):
            return told("bot", text)
        case Count(table, rows):
            return f"db: {table} = {rows}"
