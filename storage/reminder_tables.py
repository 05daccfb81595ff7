"""The tables of reminders: what is planned for whom, what went out on which day, what was chosen or stopped."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from storage.schema import BigId, UtcTime, key, metadata, to

reminder = Table(  # one thing that one person owes, so many days before its last day
    "reminder",
    metadata,
    key(),
    to("person_id", "person"),
    to("unit_id", "unit", index=True),  # whose duty it is, or whose entry
    Column("subject", String(40), nullable=False),  # "unit:5", "entry:12", "draft:5"
    Column("act", String(12), nullable=False),  # register, report, prove, … see movement/reminders/duties.py
    Column("deadline", String(32), nullable=False),  # its id in the guideline
    Column("year", Integer, nullable=False),  # of the movement
    Column("last_day", Date, nullable=False),
    Column("days_before", Integer, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("state", String(12), nullable=False),
    Column("snoozed", Boolean, nullable=False, server_default=text("false")),  # asked for with “remind me later”
    Column("letter_on", Date),  # the day of the letter that it went with
    Column("ended_at", UtcTime),  # when it was queued, or was found to need no sending
    UniqueConstraint("person_id", "subject", "act", "deadline", "last_day", "days_before"),
    # waiting; queued in a letter; done before it went; off: not wanted by the person; stopped by an officer;
    # nowhere: no way to reach the person; over: the last day passed first
    CheckConstraint("state IN ('waiting', 'queued', 'done', 'off', 'stopped', 'nowhere', 'over')", name="state"),
)
Index(
    "ix_reminder_waiting",
    reminder.c.due_at,
    reminder.c.person_id,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)
Index(
    "ix_reminder_waiting_person",
    reminder.c.person_id,
    reminder.c.due_at,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)
Index("ix_reminder_last_day", reminder.c.last_day)
Index("ix_reminder_due", reminder.c.due_at)  # what is ahead, and what became of it: of a few days among a year's
Index("ix_reminder_ended", reminder.c.ended_at)
Index("ix_reminder_letter", reminder.c.person_id, reminder.c.letter_on)

reminder_letter = Table(  # what one person is told on one day: at most one
    "reminder_letter",
    metadata,
    Column("person_id", BigId, ForeignKey("person.id"), primary_key=True),
    Column("day", Date, primary_key=True, index=True),
    Column("queued_at", UtcTime, nullable=False),
    Column("outbox_id", BigId),  # the row it went by; messages are forgotten earlier than letters
)

reminder_choice = Table(  # what a person wants to be reminded of
    "reminder_choice",
    metadata,
    Column("person_id", BigId, ForeignKey("person.id"), primary_key=True),
    Column("off", JSON, nullable=False),  # kinds that are switched off
    Column("snoozed_until", Date),  # nothing before this day, unless the last day comes earlier
)

reminder_stop = Table(  # an administrator stopped what was about to go out
    "reminder_stop",
    metadata,
    key(),
    to("unit_id", "unit", index=True),  # for its whole subtree
    Column("year", Integer, nullable=False),
    Column("deadline", String(32), nullable=False),
    Column("day", Date),  # only what is due on this day; null: all that is still to come
    to("person_id", "person", index=True),  # who stopped it
    Column("at", UtcTime, nullable=False),
    Column("lifted_at", UtcTime),
)
