"""Taking things out of the database for good, with all that hangs on them. Their files go with the next sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, update

from storage.channel_tables import export, outbox, upload, upload_link
from storage.decision_tables import exemplar, minutes_entry, recognition, ruling
from storage.people_tables import address, code_try, conversation, link_code
from storage.reminder_tables import reminder, reminder_choice, reminder_letter
from storage.tables import entry, evidence, evidence_file, initiative, score, score_sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement

    from storage.session import Session

OFFICIAL = ("proposed", "recognised")  # states of entries that the archive keeps


def is_official() -> ColumnElement[bool]:
    """The condition on `entry` that keeps the official record: what somebody recognised, or may soon."""
    decided = select(recognition.c.entry_id).where(recognition.c.outcome == "recognised")
    named = select(exemplar.c.entry_id)
    return or_(entry.c.state.in_(OFFICIAL), entry.c.id.in_(decided), entry.c.id.in_(named))


def entries(session: Session, ids: Sequence[int]) -> None:
    """Remove these entries with their evidence, scores and rulings, and initiatives that nothing is left of."""
    if not ids:
        return
    sheets = select(score_sheet.c.id).where(score_sheet.c.entry_id.in_(ids))
    pieces = select(evidence.c.id).where(evidence.c.entry_id.in_(ids))
    session.execute(delete(score).where(score.c.sheet_id.in_(sheets)))
    session.execute(delete(evidence_file).where(evidence_file.c.evidence_id.in_(pieces)))
    rulings = select(ruling.c.id).where(ruling.c.entry_id.in_(ids))
    session.execute(update(ruling).where(ruling.c.batch_id.in_(rulings)).values(batch_id=None))
    for table in (minutes_entry, score_sheet, evidence, ruling, recognition, exemplar):
        session.execute(delete(table).where(table.c.entry_id.in_(ids)))
    session.execute(update(entry).where(entry.c.continues_id.in_(ids)).values(continues_id=None))
    rows = session.rows(select(entry.c.initiative_id).where(entry.c.id.in_(ids)).distinct())
    session.execute(delete(entry).where(entry.c.id.in_(ids)))
    left = select(entry.c.initiative_id)
    empty = [row.initiative_id for row in rows]
    gone = select(initiative.c.id).where(initiative.c.id.in_(empty), initiative.c.id.not_in(left))
    session.execute(update(initiative).where(initiative.c.source_id.in_(gone)).values(source_id=None))
    session.execute(delete(initiative).where(initiative.c.id.in_(empty), initiative.c.id.not_in(left)))


def talk(session: Session, people: Sequence[int]) -> None:
    """Remove what was said with these people, what they had half-way, and what they were to be reminded of.

    They can still be written to.
    """
    mine = select(address.c.id).where(address.c.person_id.in_(people))
    for table in (outbox, upload, upload_link, export):
        session.execute(delete(table).where(table.c.address_id.in_(mine)))
    for table in (link_code, code_try, reminder, reminder_letter, reminder_choice):
        session.execute(delete(table).where(table.c.person_id.in_(people)))
    session.execute(update(conversation).where(conversation.c.person_id.in_(people)).values(memory={}))


def addresses(session: Session, people: Sequence[int]) -> None:
    """Remove how these people are reached, and all that was said there: they are strangers from now on."""
    if not people:
        return
    talk(session, people)
    session.execute(delete(export).where(export.c.person_id.in_(people)))
    session.execute(delete(address).where(address.c.person_id.in_(people)))
    session.execute(delete(conversation).where(conversation.c.person_id.in_(people)))
