"""The tables of people: who they are, what they agreed to, how they are reached, where they have roles."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
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

from storage.schema import BigId, UtcTime, key, metadata, to
from storage.sealed import Sealed

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
    Column("phone", Sealed),  # optional; asked for only to call a person who cannot be reached otherwise
    Column("preferred_channel", String(20), nullable=False, server_default=""),  # for what is not an answer
    to("entered_by_id", "person", null=True),  # the officer who entered a member without a smartphone
    Column("deactivated_at", UtcTime),
    to("merged_into_id", "person", null=True),  # the same person, known earlier on another channel
    Column("erased_at", UtcTime),  # name and contacts were deleted at their own wish
    Column("restricted_at", UtcTime),  # they asked not to be written to: nothing but answers goes out
)

role = Table(
    "role",
    metadata,
    key(),
    to("person_id", "person", index=True),
    to("unit_id", "unit", index=True),
    Column("role", String(30), nullable=False),
    Column("since", UtcTime, nullable=False),
    to("granted_by_id", "person", null=True),
    UniqueConstraint("person_id", "unit_id", "role"),
)

join_code = Table(
    "join_code",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the folded code
    to("unit_id", "unit", index=True),
    Column("role", String(30), nullable=False),
    Column("uses_left", Integer),  # null: any number
    Column("expires_at", UtcTime),
    Column("hint", String(4), nullable=False, server_default=""),  # its last letters, to tell codes apart
    to("created_by_id", "person", null=True),
    Column("created_at", UtcTime),
    Column("revoked_at", UtcTime),
    Column("used", Integer, nullable=False, server_default="0"),
    to("for_person_id", "person", null=True),  # whose entered data it confirms, or whose channel it restores
    Column("cuts_others", Boolean, nullable=False, server_default=text("false")),  # a lost phone's channel goes
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
    Column("reachable_at", UtcTime),  # when the platform last said so
    Column("is_group", Boolean, nullable=False, server_default=text("false")),  # the chat of several people
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

consent = Table(  # what was agreed to, word for word, and what was withdrawn; rows are only added
    "consent",
    metadata,
    key(),
    to("person_id", "person", index=True),
    Column("act", String(12), nullable=False),
    Column("version", String(20), nullable=False),
    Column("text", Text, nullable=False),  # as it was shown
    Column("channel", String(20), nullable=False),
    Column("at", UtcTime, nullable=False),
    CheckConstraint("act IN ('given', 'withdrawn')", name="act"),
)

link_code = Table(  # six digits that join a second channel to a person
    "link_code",
    metadata,
    Column("digest", String(64), primary_key=True),  # keyed, since six digits are soon tried
    to("person_id", "person", index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
)

code_try = Table(  # a wrong code, so that guessing stops soon
    "code_try",
    metadata,
    key(),
    to("person_id", "person", index=True),
    Column("kind", String(12), nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    CheckConstraint("kind IN ('join', 'link')", name="kind"),
)

digest_choice = Table(  # how often an officer wants to be told how things stand
    "digest_choice",
    metadata,
    Column("person_id", BigId, ForeignKey("person.id"), primary_key=True),
    Column("every", String(8), nullable=False),
    Column("hour", Integer, nullable=False),  # in the deployment's time zone
    Column("weekday", Integer, nullable=False),  # 0 is Monday
    Column("chosen", Boolean, nullable=False, server_default=text("false")),  # by the person, not the defaults
    Column("last_on", Date),  # the last day on which it was looked whether there is something to tell
    CheckConstraint("every IN ('never', 'daily', 'weekly')", name="every"),
)

data_request = Table(  # of a person about their own data (Law 91/2025/QH15)
    "data_request",
    metadata,
    key(),
    to("person_id", "person", index=True),
    Column("kind", String(12), nullable=False),
    Column("note", Text, nullable=False),
    Column("state", String(12), nullable=False, index=True),
    Column("asked_at", UtcTime, nullable=False),
    Column("answer_by", Date, nullable=False),  # the last day for a first answer
    Column("due_on", Date, nullable=False),  # the last day for doing it
    Column("closed_at", UtcTime),
    to("closed_by_id", "person", null=True),
    Column("answer", Text, nullable=False, server_default=""),
    to("unit_id", "unit", null=True, index=True),  # where the person was when they asked; null: nowhere
    Column("answered_at", UtcTime),  # the first answer of whoever looks after it
    Column("extended_at", UtcTime),  # once only
    Column("reminded_on", Date),  # the last day on which those who look after it were reminded
    CheckConstraint("kind IN ('see', 'correct', 'copy', 'restrict', 'object', 'withdraw', 'delete')", name="kind"),
    CheckConstraint("state IN ('open', 'done', 'refused')", name="state"),
)
