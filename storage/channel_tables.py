"""The tables of the runtime: messages in and out, files on their way, quotas, tokens, work for later."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from storage.schema import BigId, UtcTime, key, metadata, to
from storage.sealed import Sealed

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

inbound_event = Table(  # a message that a platform was told we have, while it is being taken; then it is deleted
    "inbound_event",
    metadata,
    key(),
    Column("channel", String(20), nullable=False),
    Column("account", String(60), nullable=False),
    Column("external_id", String(120), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("owner", BigId, nullable=False),  # the process that takes it
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("channel", "account", "external_id"),
)

outbox = Table(
    "outbox",
    metadata,
    key(),
    to("address_id", "address"),
    Column("kind", String(20), nullable=False),  # answer, echo, notice, reminder
    Column("payload", JSON, nullable=False),
    Column("state", String(12), nullable=False),  # see below
    Column("owner", BigId),  # the process that is sending it
    Column("bot", String(81)),  # "channel:account", for those who look for what waits; null: not looked at yet
    Column("due_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("ref", String(120), nullable=False, server_default=""),  # the platform's message id
    Column("why", String(200), nullable=False, server_default=""),
    Column("created_at", UtcTime, nullable=False),
    CheckConstraint(
        "state IN ('waiting', 'sending', 'sent', 'unknown', 'unreachable', 'refused', 'cancelled')",
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
Index(  # in the order in which it is sent: what waits can be 50,000 rows
    "ix_outbox_waiting",
    outbox.c.bot,
    outbox.c.kind,
    outbox.c.due_at,
    outbox.c.id,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)
Index(
    "ix_outbox_failed",
    outbox.c.id,
    sqlite_where=text("state IN ('refused', 'unknown')"),
    postgresql_where=text("state IN ('refused', 'unknown')"),
)
Index(
    "ix_outbox_sending",
    outbox.c.owner,
    sqlite_where=text("state = 'sending'"),
    postgresql_where=text("state = 'sending'"),
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
    Column("link", String(64)),  # the digest of the upload link it came by, where it came by one
)

upload_link = Table(  # a page on which one person sends files from a browser: `PUBLIC_URL/u/<token>`
    "upload_link",
    metadata,
    Column("digest", String(64), primary_key=True),  # SHA-256 of the token
    to("address_id", "address", index=True),
    Column("created_at", UtcTime, nullable=False),  # when the first file came: until then the token is all
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
)

message_count = Table(  # the ledger of channels with a monthly quota
    "message_count",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("account", String(60), primary_key=True),
    Column("month", String(7), primary_key=True),  # "2027-03", in the deployment's time zone
    Column("sent", Integer, nullable=False, server_default="0"),
    Column("received", Integer, nullable=False, server_default="0"),
)

send_gate = Table(  # what the processes that send by one bot have to agree on
    "send_gate",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("account", String(60), primary_key=True),
    Column("paused_until", UtcTime),  # the platform said so, or does not answer
    Column("bulk_owner", BigId),  # the process that sends what nobody waits for
    Column("bulk_until", UtcTime),  # unless it says so again
)

access_token = Table(  # of a platform that gives a new pair at every refresh
    "access_token",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("account", String(60), primary_key=True),
    Column("access", Sealed, nullable=False),
    Column("refresh", Sealed, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("refreshing_by", BigId),  # the process that asks for the next pair
    Column("refreshing_until", UtcTime),
)

export = Table(  # a file that somebody asked for: made in the background, then sent to the address
    "export",
    metadata,
    key(),
    to("person_id", "person", index=True),
    to("address_id", "address"),
    Column("kind", String(40), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("state", String(12), nullable=False),
    Column("owner", BigId),  # the process that makes it
    Column("sha256", String(64), nullable=False, server_default="", index=True),
    Column("name", String(200), nullable=False, server_default=""),
    Column("media_type", String(80), nullable=False, server_default=""),
    Column("size", BigInteger, nullable=False, server_default="0"),
    Column("created_at", UtcTime, nullable=False, index=True),
    Column("done_at", UtcTime),
    Column("result", JSON(none_as_null=True)),  # what was found while making it, for the dialogue that asked
    CheckConstraint("state IN ('waiting', 'working', 'done', 'failed')", name="state"),
)
Index(
    "ix_export_live",
    export.c.id,
    sqlite_where=text("state IN ('waiting', 'working')"),
    postgresql_where=text("state IN ('waiting', 'working')"),
)
