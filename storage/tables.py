"""Every table. Rules of the movement and texts are not its business.

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
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

import storage.decision_tables  # noqa: F401 - the rest of the same metadata
from storage.schema import BigId, UtcTime, key, metadata, to

unit = Table(
    "unit",
    metadata,
    key(),
    to("parent_id", "unit", null=True, index=True),
    Column("kind", String(40), nullable=False),
    Column("name", String(200), nullable=False),
    Column("short_name", String(80), nullable=False, server_default=""),
    Column("folded", String(400), nullable=False),  # name, short name and aliases, for searching
    Column("path", String(400), nullable=False),  # "/1/7/31/": the subtree is everything that begins so
    Column("valid_from", Date),
    Column("valid_to", Date),
)
Index("ix_unit_path", unit.c.path, postgresql_ops={"path": "text_pattern_ops"})

person = Table(
    "person",
    metadata,
    key(),
    Column("name", String(120), nullable=False, server_default=""),
    Column("locale", String(10), nullable=False, server_default="vi"),
    Column("created_at", UtcTime, nullable=False),
    Column("consent_version", String(20), nullable=False, server_default=""),
    Column("consent_at", UtcTime),
    Column("consent_channel", String(20), nullable=False, server_default=""),
)

role = Table(
    "role",
    metadata,
    key(),
    to("person_id", "person", index=True),
    to("unit_id", "unit", index=True),
    Column("role", String(30), nullable=False),
    Column("since", UtcTime, nullable=False),
    UniqueConstraint("person_id", "unit_id", "role"),
)

join_code = Table(
    "join_code",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the folded code
    to("unit_id", "unit"),
    Column("role", String(30), nullable=False),
    Column("uses_left", Integer),  # null: any number
    Column("expires_at", UtcTime),
)

address = Table(
    "address",
    metadata,
    key(),
    to("person_id", "person", index=True),
    Column("channel", String(20), nullable=False),
    Column("account", String(60), nullable=False),
    Column("chat", String(120), nullable=False),
    Column("reachable", Boolean, nullable=False, server_default=text("true")),
    Column("last", JSON),  # {"ref": the last message's id on the platform, "place": its question}
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("channel", "account", "chat"),
)

conversation = Table(
    "conversation",
    metadata,
    Column("person_id", BigId, ForeignKey("person.id"), primary_key=True),
    Column("memory", JSON, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    key(),
    Column("channel", String(20), nullable=False),
    Column("account", String(60), nullable=False),
    Column("external_id", String(120), nullable=False),
    Column("received_at", UtcTime, nullable=False, index=True),
    UniqueConstraint("channel", "account", "external_id"),
)

outbox = Table(
    "outbox",
    metadata,
    key(),
    to("address_id", "address"),
    Column("kind", String(20), nullable=False),  # answer, echo, notice, reminder
    Column("payload", JSON, nullable=False),
    Column("state", String(12), nullable=False),  # waiting, sending, sent, unknown, unreachable, refused
    Column("owner", BigId),  # the process that is sending it
    Column("due_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("ref", String(120), nullable=False, server_default=""),  # the platform's message id
    Column("why", String(200), nullable=False, server_default=""),
    Column("created_at", UtcTime, nullable=False),
    CheckConstraint(
        "state IN ('waiting', 'sending', 'sent', 'unknown', 'unreachable', 'refused')",
        name="state",
    ),
)
Index("ix_outbox_address_id", outbox.c.address_id, outbox.c.id)
Index(
    "ix_outbox_live",
    outbox.c.address_id,
    outbox.c.id,
    sqlite_where=text("state IN ('waiting', 'sending')"),
    postgresql_where=text("state IN ('waiting', 'sending')"),
)

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
)

entry = Table(
    "entry",
    metadata,
    key(),
    to("initiative_id", "initiative", index=True),
    to("cycle_id", "cycle", index=True),
    to("unit_id", "unit", index=True),
    to("author_id", "person", index=True),
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
)

upload = Table(
    "upload",
    metadata,
    Column("token", String(43), primary_key=True),
    to("address_id", "address", index=True),
    Column("sha256", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created_at", UtcTime, nullable=False, index=True),
)
