"""The tables of what others decide about an entry: on its way, at the levels of recognition, as an exemplar."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.schema import BigId, UtcTime, key, metadata, to

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
    Column(
        "lines", String(80), nullable=False, server_default=""
    ),  # of the registration: "place,scale" are faulted
    Column("version", Integer),  # of the entry after it: what changed since cannot be undone
    to("batch_id", "ruling", null=True, index=True),  # the first of those made at once
    Column("undone_at", UtcTime),
    CheckConstraint("act IN ('confirm', 'return', 'endorse', 'refuse', 'propose', 'ask', 'answer')", name="act"),
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

minutes = Table(  # of a council that appraised or voted on entries
    "minutes",
    metadata,
    key(),
    to("unit_id", "unit", index=True),
    Column("year", Integer, nullable=False),
    Column("held_on", Date, nullable=False),
    Column("place", String(200), nullable=False),
    Column("chair", String(120), nullable=False),
    Column("secretary", String(120), nullable=False),
    Column("present", Integer, nullable=False),
    Column("absent", Integer, nullable=False),
    Column("opinions", Text, nullable=False),
    Column("conclusion", Text, nullable=False),
    to("person_id", "person"),
    Column("at", UtcTime, nullable=False),
)

minutes_entry = Table(  # what the council said of one entry
    "minutes_entry",
    metadata,
    Column("minutes_id", BigId, ForeignKey("minutes.id"), primary_key=True),
    Column("entry_id", BigId, ForeignKey("entry.id"), primary_key=True, index=True),
    Column("ballots", Integer, nullable=False),  # given out
    Column("valid", Integer, nullable=False),  # of those that came back
    Column("agreed", Integer, nullable=False),
    to("sheet_id", "score_sheet", null=True),  # the points agreed on
)

picture = Table(  # what a picture of the evidence looks like, whatever its size and quality
    "picture",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("look", BigInteger, nullable=False),  # 64 bits, signed; see movement/picture_looks.py
)

picture_band = Table(  # two pictures that look alike share one of these at least
    "picture_band",
    metadata,
    Column("band", Integer, primary_key=True),  # its place and 10 or 11 bits of the look
    Column("sha256", String(64), ForeignKey("picture.sha256"), primary_key=True),
)
