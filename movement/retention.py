"""What is forgotten when its term is over. Idempotent, in small steps: the clock asks again every hour.

Terms are settings of the deployment, since the terms for emulation files are the controller's to decide
(Law 33/2024/QH15 and Decree 113/2025/NĐ-CP leave them to the lists of each sector).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, and_, cast, delete, exists, insert, not_, select, update

from movement import erasure, removal
from storage.channel_tables import export, inbox, outbox, upload, upload_link
from storage.decision_tables import picture, picture_band
from storage.people_tables import address, code_try, conversation, link_code, person, role
from storage.reminder_tables import reminder, reminder_letter, reminder_stop
from storage.tables import audit, cycle, entry, evidence_file

if TYPE_CHECKING:
    from storage.session import Session

AT_ONCE: Final = 200  # rows of what takes long, in one transaction
KEEP_CODES: Final = dt.timedelta(days=30)  # six digits, wrong guesses, links for sending files: over long before


@dataclass(frozen=True, slots=True)
class Terms:
    """How long things are kept; a term of 0 years is for ever."""

    inbox_days: int = 30  # platforms deliver again for a day at most
    message_days: int = 400  # the web page's history, for the length of a cycle
    upload_days: int = 400  # drafts live as long as the cycle
    export_days: int = 30  # a file that was made can be made again
    idle_days: int = 400  # what was begun and not sent, and strangers who never joined
    rejected_years: int = 5  # after the year of the entry
    archive_years: int = 20  # of recognised entries and their evidence


def forget(session: Session, now: dt.datetime, terms: Terms) -> None:
    """Delete what its term has ended for. Files follow with the next sweep of the store."""
    _messages(session, now, terms)
    _talk(session, now - dt.timedelta(days=terms.idle_days))
    erasure.finish(session, now)
    _entries(session, now, terms)
    _pictures(session)


def _messages(session: Session, now: dt.datetime, terms: Terms) -> None:
    ended = outbox.c.state.not_in(["waiting", "sending"])
    made = export.c.state.not_in(["waiting", "working"])
    for table, column, days, more in (
        (inbox, inbox.c.received_at, terms.inbox_days, None),
        (outbox, outbox.c.created_at, terms.message_days, ended),
        (upload, upload.c.created_at, terms.upload_days, None),
        (export, export.c.created_at, terms.export_days, made),
        (link_code, link_code.c.expires_at, KEEP_CODES.days, None),
        (code_try, code_try.c.at, KEEP_CODES.days, None),
        (upload_link, upload_link.c.created_at, KEEP_CODES.days, None),
    ):
        old = column < now - dt.timedelta(days=days)
        session.execute(delete(table).where(old if more is None else and_(old, more)))
    _reminders(session, now - dt.timedelta(days=terms.message_days))


def _reminders(session: Session, before: dt.datetime) -> None:
    """Forget what was planned and told as long ago as messages are forgotten, and stops of that time."""
    for column in (reminder.c.last_day, reminder_letter.c.day):
        session.execute(delete(column.table).where(column < before.date()))
    session.execute(delete(reminder_stop).where(reminder_stop.c.at < before))


def _talk(session: Session, before: dt.datetime) -> None:
    """Empty conversations nobody went on with; forget strangers who never agreed to anything."""
    idle = conversation.c.updated_at < before
    drafts = and_(idle, cast(conversation.c.memory, Text) != "{}")
    session.execute(update(conversation).where(drafts).values(memory={}))
    known = (
        exists().where(role.c.person_id == person.c.id),
        exists().where(entry.c.author_id == person.c.id),
        person.c.consent_version != "",
        person.c.phone.is_not(None),
    )
    strangers = (
        select(person.c.id)
        .join(conversation, conversation.c.person_id == person.c.id)
        .where(idle, exists().where(address.c.person_id == person.c.id), *[not_(each) for each in known])
    )
    removal.addresses(session, [row.id for row in session.rows(strangers.limit(AT_ONCE))])


def _entries(session: Session, now: dt.datetime, terms: Terms) -> None:
    official = removal.is_official()
    over: list[Any] = []
    if terms.rejected_years:
        over.append(and_(not_(official), cycle.c.year < now.year - terms.rejected_years))
    if terms.archive_years:
        over.append(and_(official, cycle.c.year < now.year - terms.archive_years))
    for which in over:
        query = select(entry.c.id).join(cycle, cycle.c.id == entry.c.cycle_id).where(which).order_by(entry.c.id)
        ids = [row.id for row in session.rows(query.limit(AT_ONCE))]
        removal.entries(session, ids)
        if ids:
            session.execute(insert(audit), [_row(now, each) for each in ids])


def _pictures(session: Session) -> None:
    """Forget what pictures look like that no evidence shows any more."""
    shown = select(evidence_file.c.sha256)
    for table in (picture_band, picture):
        session.execute(delete(table).where(table.c.sha256.not_in(shown)))


def _row(now: dt.datetime, entry_id: int) -> dict[str, Any]:
    """What the record says of an entry whose term was over; nobody did it."""
    return {
        "at": now, "person_id": None, "channel": "clock", "act": "term_over", "subject": f"entry:{entry_id}",
        "details": {}, "path": "", "role": "",
    }  # fmt: skip
