"""The tables of what others decide about an entry: on its way, at the levels of recognition, as an exemplar."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, String, Table, Text, UniqueConstraint

from storage.schema import UtcTime, key, metadata, to

ruling = Table(
    "ruling",
    metadata,
    key(),
    to("entry_id", "entry", index=True),
    to("person_id", "person"),
    Column("act", String(12), nullable=False),
    Column("level", String(32), nullable=False, server_default=""),  # of the guideline, for a proposal
    Column("state_before", String(20), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("number", String(60), nullable=False, server_default=""),  # of the paper
    Column("day", Date),  # of the paper
    Column("at", UtcTime, nullable=False),
    CheckConstraint("act IN ('confirm', 'return', 'endorse', 'refuse', 'propose')", name="act"),
)

recognition = Table(
    "recognition",
    metadata,
    key(),
    to("entry_id", "entry"),
    Column("level", String(32), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("number", String(60), nullable=False),
    Column("day", Date, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    to("unit_id", "unit", index=True),  # that decided, or that wrote down what an outside body decided
    to("person_id", "person"),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("entry_id", "level"),
    CheckConstraint("outcome IN ('recognised', 'not_recognised')", name="outcome"),
)

exemplar = Table(
    "exemplar",
    metadata,
    key(),
    to("entry_id", "entry"),
    Column("level", String(32), nullable=False),
    Column("review", String(200), nullable=False),  # of the movement, at which it was recognised
    Column("held_on", Date, nullable=False),
    Column("number", String(60), nullable=False),
    Column("day", Date, nullable=False),
    to("unit_id", "unit", index=True),
    to("person_id", "person"),
    Column("at", UtcTime, nullable=False),
    UniqueConstraint("entry_id", "level"),
)
