"""The tables of chases: who was reminded of what, on which day, and what they answered."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.schema import BigId, UtcTime, key, metadata, to

chase = Table(
    "chase",
    metadata,
    key(),
    to("person_id", "person", index=True),  # the officer who sends it
    to("unit_id", "unit", index=True),  # whose subtree it goes to
    to("from_id", "unit"),  # in whose name: the unit of the officer
    Column("kind", String(12), nullable=False),
    Column("year", Integer, nullable=False),
    Column("audience", String(12), nullable=False),  # of words to all: officers, or everyone
    Column("words", Text, nullable=False),  # the officer's own
    Column("created_at", UtcTime, nullable=False),
    CheckConstraint("kind IN ('register', 'mend', 'report', 'score', 'words')", name="kind"),
)

chase_message = Table(
    "chase_message",
    metadata,
    key(),
    to("chase_id", "chase", index=True),
    to("person_id", "person"),
    Column("kind", String(12), nullable=False),
    Column("topic", String(64), nullable=False),  # the year, or the digest of the words
    Column("day", Date, nullable=False),
    Column("state", String(12), nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("queued_at", UtcTime),
    Column("outbox_id", BigId),  # the row it went by; messages are forgotten earlier than chases
    Column("answer", String(12), nullable=False, server_default=""),
    Column("answered_at", UtcTime),
    UniqueConstraint("person_id", "kind", "topic", "day"),  # nobody gets the same twice in a day
    # waiting; queued in the outbox; nobody to write to; done before it went
    CheckConstraint("state IN ('waiting', 'queued', 'nowhere', 'done')", name="state"),
    CheckConstraint("answer IN ('', 'paper', 'left')", name="answer"),
)
Index(
    "ix_chase_message_waiting",
    chase_message.c.due_at,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)
