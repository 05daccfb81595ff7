"""A paper ready to be laid out: letterhead, title, blocks, receivers, signatures. Always a draft without number.

Its words are data in `papers/`; what is not known stays a line of dots for people to fill in.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from movement.forms.page import Align

DOTS: Final = "……………"
FOLDER: Final = Path(__file__).parent / "papers"
Run = tuple[str, bool]  # text, bold


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph: indented, a head over what follows, in the middle, or an item of a list."""

    runs: tuple[Run, ...]
    look: Literal["plain", "head", "middle", "item"] = "plain"

    @property
    def has_dots(self) -> bool:
        """Whether something is left to be written in."""
        return any("……" in text for text, _bold in self.runs)


@dataclass(frozen=True, slots=True)
class Table:
    """A table inside a paper. Widths are parts of the whole."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    aligns: tuple[Align, ...]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Left: the body above, then the body itself; right: country and motto, or the Party."""

    left: tuple[str, ...]
    right: tuple[str, ...]
    number: str
    place_and_date: str
    is_party: bool


@dataclass(frozen=True, slots=True)
class Signed:
    """A place to sign: lines in bold, the first of them as a rule the body in whose name."""

    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole draft. The annex, where there is one, begins a new page with its own title."""

    letterhead: Letterhead
    title: tuple[str, ...]
    to: str
    centre: str
    blocks: tuple[Text | Table, ...]
    receivers: tuple[str, ...]
    signed: Signed
    annex_title: tuple[str, ...] = ()
    annex: tuple[Text | Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a paper is filled from: words by name, tables and lists by name."""

    words: Mapping[str, str]
    tables: Mapping[str, Table] = field(default_factory=dict)
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)


class _Words(dict[str, str]):
    """Words by name; a line of dots for what is not known."""

    def __missing__(self, key: str) -> str:
        return DOTS


def fill(name: str, facts: Facts, letterhead: Letterhead, signed: Signed) -> Paper:
    """The draft of this name, filled from the facts."""
    told = template(name)
    words = _Words({key: word for key, word in facts.words.items() if word})
    left, right = (tuple(told.get(f"signed_{side}", ())) for side in ("left", "right"))
    return Paper(
        letterhead=letterhead,
        title=tuple(line.format_map(words) for line in told["title"]),
        to=told.get("to", "").format_map(words),
        centre=told.get("centre", "").format_map(words),
        blocks=tuple(block for each in told["block"] for block in _blocks(each, facts, words)),
        receivers=tuple(line.format_map(words) for line in told.get("receivers", ())),
        signed=Signed(left or signed.left, right or signed.right),
        annex_title=tuple(line.format_map(words) for line in told.get("annex", ())),
        annex=(facts.tables[told["annex_table"]],) if "annex_table" in told else (),
    )


@cache
def template(name: str) -> dict[str, Any]:
    """The words of a paper, or of the letterheads."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _blocks(told: Mapping[str, str], facts: Facts, words: _Words) -> Iterator[Text | Table]:
    (kind, text), *_rest = told.items()
    match kind:
        case "table":
            yield facts.tables[text]
        case "list":
            items = facts.lists.get(text) or (DOTS,)
            yield from (Text(((f"- {item}", False),), "item") for item in items)
        case "h":
            yield Text(((text.format_map(words), True),), "head")
        case "c":
            yield Text(((text.format_map(words), True),), "middle")
        case _:
            yield Text(_runs(text, words))


def _runs(text: str, words: _Words) -> tuple[Run, ...]:
    """The runs of a template, bold between two pairs of stars; what is filled in is never read as a template."""
    parts = text.split("**")
    return tuple((part.format_map(words), number % 2 == 1) for number, part in enumerate(parts) if part)
