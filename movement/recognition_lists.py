"""Recognition of many at once: who stands on a list for a level, and one paper for all of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from movement import course, entries, recognition, scores, transitions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from movement.context import Context
    from movement.entries import Entry
    from movement.recognition import Paper, Standing

    May = Callable[[Context, Standing], Any]

STATES: Final = ("reported", "endorsed", "appraised", "proposed", "recognised", "not_recognised")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry on the list, and what stands against recognising it."""

    entry: Entry
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The list of one level of one guideline."""

    standing: Standing  # of the first of them: the rule is the same for all
    guideline_id: str
    entries: tuple[Candidate, ...]

    @property
    def level(self) -> str:
        """The guideline's id of the level."""
        return self.standing.rule.level

    @property
    def label(self) -> str:
        """What the level is called."""
        return self.standing.rule.label

    @property
    def key(self) -> str:
        """A key for a button: at most 32 characters."""
        return f"{self.level[:20]}-{self.entries[0].entry.id}"


def candidates(ctx: Context, may: May) -> list[Candidates]:
    """The lists of the levels at which this person may act, each oldest first, with six statements at most."""
    ready = [
        each
        for each in entries.oldest(ctx, "see", STATES)
        if not transitions.against(each.state, "recognise", course.of(each))
    ]
    if not ready:
        return []
    held, appraised = (
        recognition.of_entries(ctx, ready),
        scores.newest(ctx, [each.id for each in ready], "appraisal"),
    )
    lists: dict[tuple[str, str], tuple[Standing, list[Candidate]]] = {}
    for each in ready:
        for standing in held[each.id]:
            if may(ctx, standing):
                at = (each.guideline_id, standing.rule.level)
                scored = course.of(each).is_scored
                against = recognition.against_appraisal(each, appraised.get(each.id)) if scored else []
                one = Candidate(each, tuple(against))
                lists.setdefault(at, (standing, []))[1].append(one)
    return [Candidates(standing, at[0], tuple(found)) for at, (standing, found) in lists.items()]


def propose(ctx: Context, ids: Sequence[int], level: str, paper: Paper) -> int:
    """Propose all of these with one paper; give how many. Where one cannot be, raise DomainError: none is."""
    for entry_id in ids:
        recognition.propose(ctx, entry_id, level, paper.number, paper.day)
    return len(ids)


def decide(
    ctx: Context, level: str, paper: Paper, recognised: Sequence[int], declined: Sequence[int], reason: str
) -> list[int]:
    """Keep one decision for both lists; give how many were recognised and how many not. All or nothing."""
    for entry_id in recognised:
        recognition.decide(ctx, entry_id, level, "recognised", paper)
    for entry_id in declined:
        recognition.decide(ctx, entry_id, level, "not_recognised", paper, reason)
    return [len(recognised), len(declined)]
