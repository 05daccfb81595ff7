"""Which units the lines of a list speak of: known by their code, else by their name and the unit above.

What is to be done about them is `unit_plan`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from locales import _
from movement.errors import DomainError
from movement.matching import tone_normal
from movement.unit_names import aliases, expanded
from movement.vietnamese_dates import show_day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from movement.unit_sheets import Line

MOST_NEAR: Final = 3
STEP: Final = " > "  # between names from above to below, where one alone would not tell
Key = tuple[str, int]  # ("unit", its id) for a unit that is there, ("line", its number) for a new one


@dataclass(frozen=True, slots=True)
class Known:
    """A unit as it stands before the list."""

    id: int
    parent_id: int | None
    kind: str
    name: str
    short_name: str
    path: str
    aliases: str
    code: str | None
    valid_from: dt.date | None
    valid_to: dt.date | None

    @property
    def key(self) -> Key:
        """What stands for it in a plan."""
        return ("unit", self.id)


@dataclass(slots=True)
class Names:
    """What a name may mean: by each of three readings, the strictest first."""

    full: dict[str, list[Known | Line]] = field(default_factory=dict)
    other: dict[str, list[Known | Line]] = field(default_factory=dict)  # short names, other names
    loose: dict[str, list[Known | Line]] = field(default_factory=dict)  # without marks, abbreviations written out

    def add(self, who: Known | Line, name: str, others: Sequence[str]) -> None:
        """Let a unit be meant by its names."""
        self.full.setdefault(tone_normal(name), []).append(who)
        self.loose.setdefault(expanded(name), []).append(who)
        for other in others:
            if other:
                self.other.setdefault(tone_normal(other), []).append(who)

    def meant(self, name: str) -> Iterator[list[Known | Line]]:
        """Those that the name means, reading by reading."""
        yield self.full.get(tone_normal(name), [])
        yield self.other.get(tone_normal(name), [])
        yield self.loose.get(expanded(name), [])


class Matcher:
    """Says which unit a line is about, and which is above it. `taken`: codes of units that are out of reach."""

    def __init__(self, known: Sequence[Known], lines: Sequence[Line], taken: frozenset[str]) -> None:
        self._taken = taken
        self._by_id = {each.id: each for each in known}
        self._by_number = {line.number: line for line in lines}
        self._units = {each.code: each for each in known if each.code}
        self._lines = {line.cells["code"]: line for line in reversed(lines) if line.cells.get("code")}
        self._named: dict[str, list[Known]] = {}
        self._names = Names()
        for each in known:
            if each.valid_to is None:
                self._named.setdefault(tone_normal(each.name), []).append(each)
                self._names.add(each, each.name, (each.short_name, *aliases(each.aliases)))
        for line in lines:
            if name := line.cells["name"]:
                others = (line.cells.get("short_name", ""), *aliases(line.cells.get("aliases", "")))
                self._names.add(line, name, others)
        self._found: dict[int, Known | DomainError | None] = {}
        self._seeking: set[int] = set()

    def unit_of(self, line: Line) -> Known | None:
        """The unit that is there already; None for a new one; raise DomainError where that is not clear."""
        if line.number not in self._found:
            if line.number in self._seeking:
                raise DomainError(_("The units above it lead back to it: one of them must be wrong."))
            self._seeking.add(line.number)
            try:
                self._found[line.number] = self._matched(line)
            except DomainError as unclear:
                self._found[line.number] = unclear
            self._seeking.discard(line.number)
        found = self._found[line.number]
        if isinstance(found, DomainError):
            raise found
        return found

    def key_of(self, line: Line) -> Key:
        """What stands for the line's unit in a plan."""
        known = self.unit_of(line)
        return known.key if known else ("line", line.number)

    def above(self, line: Line) -> Key | None:
        """The unit above that the line names, or None; raise DomainError where it is not clear."""
        named = line.cells.get("parent", "")
        if not named:
            return None
        if (coded := self._lines.get(named)) and coded is not line:
            return self.key_of(coded)
        if named in self._units:
            return _open(self._units[named]).key
        *higher, name = named.split(STEP)
        for meant in self._names.meant(name.strip()):
            keys = {self._key(who): None for who in meant if who is not line and self._stands_below(who, higher)}
            if len(keys) == 1:
                return next(iter(keys))
            if keys:
                text = _(
                    "{many} units are called “{name}”: write the code, or the names from above, as in “{example}”."
                )
                example = _("Ward union A") + STEP + name
                raise DomainError(text.format(many=len(keys), name=name, example=example))
        raise DomainError(self._unknown(named))

    def _unknown(self, named: str) -> str:
        """That a unit above is not known, with those whose names hold the same words."""
        told = _("The unit above, “{name}”, is neither in this list nor known.").format(name=named)
        wanted = f" {expanded(named)} "
        near = [who for words, units in self._names.loose.items() if wanted in f" {words} " for who in units]
        names = " · ".join(f"“{name}”" for name in dict.fromkeys(map(_name, near[:MOST_NEAR])))
        return " ".join([told, _("Perhaps: {names}.").format(names=names)]) if names else told

    def _matched(self, line: Line) -> Known | None:
        code = line.cells.get("code", "")
        if code in self._units:
            return _open(self._units[code])
        if code in self._taken:
            raise DomainError(_("The code {code} belongs to a unit outside your units.").format(code=code))
        same = self._named.get(tone_normal(line.cells["name"]), [])
        if code:
            same = [each for each in same if not each.code]
        above = self.above(line)
        if above is not None:
            same = [each for each in same if above == ("unit", each.parent_id)]
        if len(same) > 1:
            text = _("{many} units are called “{name}”: write its code, or the unit above.")
            raise DomainError(text.format(many=len(same), name=line.cells["name"]))
        return same[0] if same else None

    def _key(self, who: Known | Line) -> Key:
        return who.key if isinstance(who, Known) else self.key_of(who)

    def _stands_below(self, who: Known | Line, higher: Sequence[str]) -> bool:
        """Whether units with these names, from above to below, stand right above it."""
        for name in reversed(higher):
            parent = self._parent(who)
            if parent is None or tone_normal(_name(parent)) != tone_normal(name):
                return False
            who = parent
        return True

    def _parent(self, who: Known | Line) -> Known | Line | None:
        if isinstance(who, Known):
            return self._by_id.get(who.parent_id or 0)
        key = self.above(who)
        if key is None:
            return None
        if key[0] == "unit":
            return self._by_id[key[1]]
        return self._by_number[key[1]]


def _open(known: Known) -> Known:
    if known.valid_to is not None:
        text = _("{unit} has ended; its last day was {day}.")
        raise DomainError(text.format(unit=known.name, day=show_day(known.valid_to)))
    return known


def _name(who: Known | Line) -> str:
    return who.name if isinstance(who, Known) else who.cells["name"]
