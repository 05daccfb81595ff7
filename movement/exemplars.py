"""Exemplars: what a level names at a review of the movement, apart from recognising an initiative in a year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import insert

from locales import _
from movement import audit, notices, recognition, rulings
from movement.errors import DomainError
from movement.vietnamese_dates import show_day
from storage.decision_tables import exemplar

if TYPE_CHECKING:
    import datetime as dt

    from movement.context import Context
    from movement.entries import Entry
    from movement.guideline_rules import Recognition
    from movement.recognition import Paper, Standing


@dataclass(frozen=True, slots=True)
class Review:
    """A review of the movement, at which exemplars are named."""

    name: str
    held_on: dt.date


def name(ctx: Context, entry_id: int, level: str, review: Review, paper: Paper) -> None:
    """Keep that a level named the entry an exemplar, and tell its author.

    Raise DomainError where the person or the guideline does not allow it, or the review has not been held yet.
    """
    found, standing = recognition.at_level(ctx, entry_id, level)
    unit = recognition.deciding(ctx, standing)
    if reason := against(ctx, found, standing):
        raise DomainError(reason)
    if review.held_on > ctx.today:
        raise DomainError(_("Exemplars are named at a review of the movement, and that day has not come yet."))
    ctx.session.execute(
        insert(exemplar).values(
            entry_id=found.id,
            level=level,
            review=review.name,
            held_on=review.held_on,
            number=paper.number,
            day=paper.day,
            unit_id=unit.id,
            person_id=ctx.person.id,
            at=ctx.now,
        ),
    )
    audit.write(ctx, "exemplar", f"entry:{found.id}", {"level": level}, right="recognise")
    told = partial(_told, found, standing.rule, review, paper)
    notices.add(ctx, found.author_id, told, f"/trangthai {found.number}")


def against(ctx: Context, found: Entry, standing: Standing) -> str:
    """Why the level cannot name it an exemplar; nothing where it can.

    An initiative must have been recognised by some level before; an unplanned achievement need not.
    """
    if "exemplar" not in standing.rule.objects:
        return _("This level names no exemplars.")
    if standing.is_exemplar:
        return _("This level has already named it an exemplar.")
    if found.origin != "unplanned" and not recognition.is_recognised(ctx, found):
        return _("It has to be recognised as an initiative before it can be an exemplar.")
    return ""


def _told(found: Entry, rule: Recognition, review: Review, paper: Paper) -> str:
    text = _(
        "“{name}” ({number}) has been named an exemplar at “{review}” on {day}: {level}, decision {paper}."
        " Thank you and everybody who carried it out."
    )
    return text.format(
        name=found.name,
        number=found.number,
        review=review.name,
        day=show_day(review.held_on),
        level=rule.label,
        paper=rulings.paper_text(paper.number, paper.day),
    )
