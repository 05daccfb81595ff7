"""People: their name, language, consent, and the units they belong to. What they may do is `access`' business."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from locales import _
from movement import access, audit
from movement.errors import DomainError
from movement.matching import fold
from storage.people_tables import consent as consent_table
from storage.people_tables import join_code, person, role
from storage.unit_tables import unit

if TYPE_CHECKING:
    import datetime as dt

    from movement.context import Context

CONSENT_VERSION = "2026-12"  # of the text in conversations/member/consent.py; a newer one is asked for again


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a join code opens."""

    unit_id: int
    unit_name: str
    role: str


def has_consented(ctx: Context) -> bool:
    """Whether the person agreed to the consent text in force (Law 91/2025: clear, provable, purpose-bound)."""
    return bool(ctx.memo.get("consented", ctx.person.consent_version == CONSENT_VERSION))


def name(ctx: Context) -> str:
    """The person's name, also when it was given in this very message."""
    return str(ctx.memo.get("name", ctx.person.name))


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


def digest(code: str) -> str:
    """What is stored of a join code: codes are read without accents, case or blanks."""
    return hashlib.sha256(fold(code).replace(" ", "").encode()).hexdigest()


def invitation(ctx: Context, code: str) -> Invitation | None:
    """What a join code opens, or None where it is unknown, used up or over."""
    row = ctx.session.first(
        select(join_code, unit.c.name.label("unit_name")).join(unit).where(join_code.c.digest == digest(code)),
    )
    if row is None or row.uses_left == 0 or (row.expires_at and row.expires_at < ctx.now):
        return None
    return Invitation(row.unit_id, row.unit_name, row.role)


def join_by_code(ctx: Context, code: str) -> Invitation:
    """Take the role that the code gives; raise DomainError where it is no longer good."""
    invited = invitation(ctx, code)
    if invited is None:
        raise DomainError(_("This code is not valid any more. Please ask your union officer for a new one."))
    ctx.session.execute(
        update(join_code)
        .where(join_code.c.digest == digest(code), join_code.c.uses_left.is_not(None))
        .values(uses_left=join_code.c.uses_left - 1),
    )
    join(ctx, invited.unit_id, invited.role)
    return invited


def join(ctx: Context, unit_id: int, role_name: str) -> None:
    """Give the person a role in a unit, if they do not have it already."""
    if any(held.unit_id == unit_id and held.role == role_name for held in access.roles(ctx)):
        return
    ctx.session.execute(
        insert(role).values(person_id=ctx.person.id, unit_id=unit_id, role=role_name, since=ctx.now),
    )
    audit.write(ctx, "join", f"unit:{unit_id}", {"role": role_name})
    access.forget(ctx)


def invite(ctx: Context, code: str, unit_id: int, role_name: str, until: dt.datetime | None = None) -> None:
    """Store a join code that any number of people may use until then."""
    ctx.session.execute(
        insert(join_code).values(digest=digest(code), unit_id=unit_id, role=role_name, expires_at=until),
    )
