"""The tables of the tree of units: as it is now, as it was, and the events that changed it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, Index, String, Table, Text, UniqueConstraint

from storage.schema import UtcTime, key, metadata, to

unit = Table(
    "unit",
    metadata,
    key(),
    to("parent_id", "unit", null=True, index=True),
    Column("kind", String(40), nullable=False),
    Column("name", String(200), nullable=False),
    Column("short_name", String(80), nullable=False, server_default=""),
    Column("folded", Text, nullable=False),  # every name it has or had, see movement/unit_names.py
    Column("path", String(400), nullable=False),  # "/1/7/31/": the subtree is everything that begins so
    Column("aliases", String(400), nullable=False, server_default=""),  # other names in use, split by ";"
    Column("code", String(40), unique=True),  # what the federation's own lists call it
    Column("valid_from", Date),
    Column("valid_to", Date),  # its last day
    to("successor_id", "unit", null=True),  # where its open entries and people went when it ended
)
Index("ix_unit_path", unit.c.path, postgresql_ops={"path": "text_pattern_ops"})

unit_past = Table(  # what a unit was called and where it stood, up to the day before `until`
    "unit_past",
    metadata,
    key(),
    to("unit_id", "unit"),
    Column("until", Date, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("name", String(200), nullable=False),
    Column("short_name", String(80), nullable=False),
    to("parent_id", "unit", null=True),
    UniqueConstraint("unit_id", "until"),
)

unit_change = Table(
    "unit_change",
    metadata,
    key(),
    to("unit_id", "unit", index=True),
    Column("change", String(12), nullable=False),
    Column("day", Date, nullable=False),
    to("other_id", "unit", null=True),  # the new parent, the successor, what it was split from
    to("person_id", "person", null=True),
    Column("at", UtcTime, nullable=False),
    CheckConstraint(
        "change IN ('found', 'rename', 'move', 'merge', 'split', 'close', 'dissolve', 'kind')", name="change"
    ),
)
