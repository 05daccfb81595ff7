"""People: their name, language, consent, and the units they belong to. What they may do is `access`' business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from movement import access, audit
from storage.people_tables import consent as consent_table
from storage.people_tables import person, role

if TYPE_CHECKING:
    from movement.context import Context

CONSENT_VERSION = "2026-12"  # of the text in conversations/member/consent.py; a newer one is asked for again


def has_consented(ctx: Context) -> bool:
    """Whether the person agreed to the consent text in force (Law 91/2025: clear, provable, purpose-bound)."""
    return bool(ctx.memo.get("consented", ctx.person.consent_version == CONSENT_VERSION))


def name(ctx: Context) -> str:
    """The person's name, also when it was given in this very message."""
    return str(ctx.memo.get("name", ctx.person.name))


def name_of(ctx: Context, person_id: int) -> str:
    """The name of anybody whose act is shown."""
    return str(ctx.session.scalar(select(person.c.name).where(person.c.id == person_id)) or "")


def units_of(ctx: Context) -> tuple[int, ...]:
    """The units in which the person has a role."""
    return tuple(dict.fromkeys(held.unit_id for held in access.roles(ctx)))


def consent(ctx: Context, text: str = "") -> None:
    """Keep that the person agreed: the text as it was shown, its version, the time and the channel."""
    now = {"consent_version": CONSENT_VERSION, "consent_at": ctx.now, "consent_channel": ctx.channel}
    ctx.session.execute(update(person).where(person.c.id == ctx.person.id).values(**now, erased_at=None))
    _keep_consent(ctx, "given", CONSENT_VERSION, text)
    ctx.memo["consented"] = True


def withdraw_consent(ctx: Context, text: str = "") -> None:
    """Keep that the person no longer agrees; from now on they are asked as somebody new would be."""
    none = {"consent_version": "", "consent_at": None, "consent_channel": ""}
    ctx.session.execute(update(person).where(person.c.id == ctx.person.id).values(**none))
    _keep_consent(ctx, "withdrawn", ctx.person.consent_version, text)
    ctx.memo["consented"] = False


def _keep_consent(ctx: Context, act: str, version: str, text: str) -> None:
    values = {"person_id": ctx.person.id, "act": act, "version": version, "text": text}
    ctx.session.execute(insert(consent_table).values(**values, channel=ctx.channel, at=ctx.now))
    audit.write(ctx, f"consent_{act}", f"person:{ctx.person.id}", {"version": version})


def rename(ctx: Context, given: str) -> None:
    """Keep the name the person gave."""
    ctx.session.execute(update(person).where(person.c.id == ctx.person.id).values(name=given))
    ctx.memo["name"] = given


def speak(ctx: Context, locale: str) -> None:
    """Keep the language the person chose."""
    ctx.session.execute(update(person).where(person.c.id == ctx.person.id).values(locale=locale))


def has_role(ctx: Context, unit_id: int, role_name: str) -> bool:
    """Whether the person has this role in this very unit."""
    return any(held.unit_id == unit_id and held.role == role_name for held in access.roles(ctx))


def join(ctx: Context, unit_id: int, role_name: str) -> None:
    """Give the person a role in a unit, if they do not have it already."""
    if has_role(ctx, unit_id, role_name):
        return
    ctx.session.execute(
        insert(role).values(person_id=ctx.person.id, unit_id=unit_id, role=role_name, since=ctx.now),
    )
    audit.write(ctx, "join", f"unit:{unit_id}", {"role": role_name})
    access.forget(ctx)
