"""The papers that go with a request: how many copies, and what of each is here. Packing is not its business."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from movement import evidence, rulings, scores

if TYPE_CHECKING:
    from movement.context import Context
    from movement.entries import Entry
    from movement.guideline_rules import Paper


@dataclass(frozen=True, slots=True)
class Checked:
    """A paper of the dossier, and whether what it is written from is here."""

    paper: Paper
    is_here: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """The papers for one purpose, and everything of the entry that goes with them."""

    purpose: str  # recognition or award
    papers: tuple[Checked, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What is here of an entry."""

    has_report: bool
    has_appraisal: bool
    has_endorsement: bool
    has_proposal: bool
    pieces: int
    files: int


def held(ctx: Context, found: Entry) -> Held:
    """What is here of an entry the person may see."""
    pieces = evidence.of_entry(ctx, found.id)
    said = rulings.of_entry(ctx, found.id)
    last = rulings.last(said, "endorse", "refuse", "return")
    return Held(
        has_report=bool(found.result),
        has_appraisal=found.id in scores.newest(ctx, [found.id], "appraisal"),
        has_endorsement=last is not None and last.act == "endorse",
        has_proposal=rulings.last(said, "propose") is not None,
        pieces=len(pieces),
        files=sum(len(each.files) for each in pieces),
    )


def of_entry(found: Entry, here: Held) -> list[Dossier]:
    """The dossiers of the guideline, each paper with whether what it is written from is here."""
    parts = {
        "report": here.has_report,
        "minutes": here.has_proposal and here.has_appraisal,
        "outside": False,  # only people know
    }
    return [
        Dossier(each.purpose, tuple(Checked(paper, parts[paper.written_from]) for paper in each.items))
        for each in found.guideline.dossiers
    ]
