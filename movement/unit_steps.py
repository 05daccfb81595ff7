"""The words of a plan for a list of units: its steps, its mistakes, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from movement.unit_matching import Key, Known


def own_parent(before: Known) -> Key | None:
    """The unit above a unit that is there."""
    return ("unit", before.parent_id) if before.parent_id is not None else None


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line that is wrong, and why."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a line makes of its unit. What the line says nothing of stays as it is."""

    number: int
    key: Key
    before: Known | None  # None: it is founded
    code: str | None
    name: str
    short_name: str
    kind: str
    aliases: str
    founded: dt.date | None
    parent: Key | None

    @property
    def renames(self) -> bool:
        """Whether the name or the short name becomes another."""
        was = self.before
        return was is not None and (was.name, was.short_name) != (self.name, self.short_name)

    @property
    def moves(self) -> bool:
        """Whether it comes to stand under another unit."""
        was = self.before
        return was is not None and self.parent != own_parent(was)

    @property
    def turns(self) -> bool:
        """Whether it becomes one of another kind."""
        return self.before is not None and self.before.kind != self.kind

    @property
    def describes(self) -> bool:
        """Whether what has no history changes: code, other names, the day it was founded."""
        was = self.before
        if was is None:
            return False
        return (was.code, was.aliases, was.valid_from) != (self.code, self.aliases, self.founded)

    @property
    def is_idle(self) -> bool:
        """Whether nothing changes."""
        return self.before is not None and not (self.renames or self.moves or self.turns or self.describes)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a list would change; with a mistake it changes nothing."""

    day: dt.date  # from which names, places and kinds are as the list has them
    steps: tuple[Step, ...]
    mistakes: tuple[Mistake, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many units are founded, renamed, moved, turned into another kind, described, and left alone."""
        return {
            "founded": sum(step.before is None for step in self.steps),
            "renamed": sum(step.renames for step in self.steps),
            "moved": sum(step.moves for step in self.steps),
            "turned": sum(step.turns for step in self.steps),
            "described": sum(step.describes for step in self.steps),
            "same": sum(step.is_idle for step in self.steps),
        }

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing to do."""
        return all(step.is_idle for step in self.steps)
