"""The tables of the movement; importing this module makes all tables known.

Times are UTC and aware; days are dates. JSON columns are assigned whole.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

import storage.channel_tables
import storage.chase_tables
import storage.decision_tables
import storage.people_tables
import storage.reminder_tables
import storage.unit_tables  # noqa: F401 - the rest of the same metadata
from storage.schema import BigId, UtcTime, key, metadata, to

cycle = Table(
    "cycle",
    metadata,
    key(),
    to("unit_id", "unit", index=True),  # the root of the subtree it holds for
    Column("year", Integer, nullable=False),
    Column("guideline_id", String(80), nullable=False),
    UniqueConstraint("unit_id", "year", "guideline_id"),  # a newer guideline may come within the year
)

cycle_event = Table(
    "cycle_event",
    metadata,
    key(),
    to("cycle_id", "cycle"),
    Column("event", String(32), nullable=False),  # as the guideline calls it
    Column("day", Date, nullable=False),
    to("entered_by", "person", index=True),
    Column("entered_at", UtcTime, nullable=False),
    UniqueConstraint("cycle_id", "event"),
)

unit_deed = Table(  # what nothing in the database shows: a list sent on paper, a plan made known
    "unit_deed",
    metadata,
    key(),
    to("cycle_id", "cycle"),
    to("unit_id", "unit", index=True),
    Column("deed", String(32), nullable=False),  # the id of a deadline or target of the guideline
    to("entered_by", "person", index=True),
    Column("entered_at", UtcTime, nullable=False),
    UniqueConstraint("cycle_id", "unit_id", "deed"),
)

initiative = Table(
    "initiative",
    metadata,
    key(),
    to("unit_id", "unit", index=True),
    Column("name", String(200), nullable=False),
    Column("folded", String(200), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    to("source_id", "initiative", null=True),  # the recognised one that it was begun from
    Column("shared_at", UtcTime),  # others of the federation may read it and begin from it
    to("shared_by_id", "person", null=True),
)

entry = Table(
    "entry",
    metadata,
    key(),
    to("initiative_id", "initiative", index=True),
    to("cycle_id", "cycle", index=True),
    to("unit_id", "unit", index=True),
    to("author_id", "person", index=True),
    to("entered_by_id", "person", null=True),  # the officer who wrote it down for its author
    Column("author_confirmed_at", UtcTime),  # when the author confirmed what the officer wrote down
    to("continues_id", "entry", null=True),
    Column("guideline_id", String(80), nullable=False),
    Column("state", String(20), nullable=False),
    Column("origin", String(12), nullable=False, server_default="registered"),
    Column("subject_kind", String(12), nullable=False),
    Column("area", String(32), nullable=False),
    Column("name", String(200), nullable=False),
    Column("folded", String(200), nullable=False),
    Column("place", String(200), nullable=False),
    Column("lead", String(200), nullable=False),
    Column("scale", String(400), nullable=False),
    Column("search", Text, nullable=False, server_default=""),  # name, place and lead, see movement/entry_words.py
    Column("starts_on", Date),
    Column("mandate", String(32), nullable=False, server_default=""),  # the imposed initiative it carries out
    Column("for_province", Boolean, nullable=False, server_default=text("false")),  # chosen for province level
    Column("result", Text, nullable=False, server_default=""),
    Column("is_late", Boolean, nullable=False, server_default=text("false")),
    Column("submitted_at", UtcTime, nullable=False),
    Column("reported_at", UtcTime),
    Column("updated_at", UtcTime, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint("origin IN ('registered', 'unplanned')", name="origin"),
    CheckConstraint("subject_kind IN ('collective', 'individual')", name="subject_kind"),
    CheckConstraint(
        "state IN ('submitted', 'returned', 'confirmed', 'reported', 'self_scored', 'endorsed', 'appraised',"
        " 'proposed', 'recognised', 'not_recognised', 'withdrawn', 'lapsed')",
        name="state",
    ),
)

evidence = Table(
    "evidence",
    metadata,
    key(),
    to("entry_id", "entry", index=True),
    to("author_id", "person", index=True),
    Column("kind", String(12), nullable=False),  # progress, result
    Column("text", Text, nullable=False),
    Column("criteria", JSON, nullable=False),  # numbers of the criteria it speaks for
    Column("created_at", UtcTime, nullable=False),
    CheckConstraint("kind IN ('progress', 'result')", name="kind"),
)

evidence_file = Table(
    "evidence_file",
    metadata,
    key(),
    to("evidence_id", "evidence", index=True),
    Column("position", Integer, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("caption", Text, nullable=False, server_default=""),
)

score_sheet = Table(
    "score_sheet",
    metadata,
    key(),
    to("entry_id", "entry", index=True),
    to("author_id", "person", index=True),
    Column("kind", String(12), nullable=False),  # self, appraisal
    Column("hundredths", Integer, nullable=False),  # the total in hundredths of a point: 7550 is 75,5
    Column("passes", Boolean, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    CheckConstraint("kind IN ('self', 'appraisal')", name="kind"),
)

score = Table(
    "score",
    metadata,
    Column("sheet_id", BigId, ForeignKey("score_sheet.id"), primary_key=True),
    Column("criterion", String(12), primary_key=True),
    Column("hundredths", Integer, nullable=False, server_default="0"),
    Column("met", Boolean),  # of a criterion without points
    Column("text", Text, nullable=False, server_default=""),  # of a criterion that the unit wrote itself
    Column("note", Text, nullable=False, server_default=""),
)

audit = Table(
    "audit",
    metadata,
    key(),
    Column("at", UtcTime, nullable=False, index=True),
    to("person_id", "person", null=True, index=True),
    Column("channel", String(20), nullable=False),
    Column("act", String(40), nullable=False),
    Column("subject", String(60), nullable=False, index=True),  # "entry:12"
    Column("details", JSON, nullable=False),
    Column("path", String(400), nullable=False, server_default=""),  # of the unit it was done in
    Column("role", String(30), nullable=False, server_default=""),  # that allowed it
)
