"""Six digits that join a second channel to a person: given on one channel, written on the other.

Six digits are soon tried, so they live for 15 minutes, are good once, and wrong ones are counted (`code_tries`).
They are stored under a key that is not in the database.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, delete, insert, or_, select, update

from locales import N_, _
from movement import access, audit, code_tries, merging, my_data, notices, people, units
from movement.errors import DomainError
from movement.matching import fold
from storage.people_tables import link_code, person
from storage.secret_key import keyed_digest

if TYPE_CHECKING:
    from movement.context import Context

DIGITS: Final = 6
GOOD_FOR: Final = dt.timedelta(minutes=15)

_owner = (
    select(person.c.id, person.c.name, person.c.consent_version)
    .join(link_code, link_code.c.person_id == person.c.id)
    .where(
        link_code.c.digest == bindparam("digest"),
        link_code.c.used_at.is_(None),
        link_code.c.expires_at > bindparam("now"),
        person.c.deactivated_at.is_(None),
        person.c.erased_at.is_(None),
    )
)
_use = (
    update(link_code)
    .where(
        link_code.c.digest == bindparam("used_digest"),
        link_code.c.used_at.is_(None),
        link_code.c.expires_at > bindparam("now"),
    )
    .values(used_at=bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who gave a code: as much as is shown to whoever wrote it."""

    id: int
    name: str
    units: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        """Whether this is more than an address that wrote once."""
        return bool(self.name or self.units)


def fresh() -> str:
    """Six digits by chance."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def give(ctx: Context) -> str:
    """Make a code for the person who speaks and give its digits; an earlier one no longer holds."""
    digits = fresh()
    while owner(ctx, digits) is not None:
        digits = fresh()
    key = _digest(digits)
    old = or_(link_code.c.person_id == ctx.person.id, link_code.c.digest == key)
    ctx.session.execute(delete(link_code).where(old))
    until = ctx.now + GOOD_FOR
    values = {"digest": key, "person_id": ctx.person.id, "created_at": ctx.now, "expires_at": until}
    ctx.session.execute(insert(link_code).values(**values))
    audit.write(ctx, "link_code", f"person:{ctx.person.id}")
    return digits


def owner(ctx: Context, digits: str) -> Owner | None:
    """Who gave these digits, or None: unknown, used and over are alike."""
    row = ctx.session.first(_owner, {"digest": _digest(digits), "now": ctx.now})
    if row is None:
        return None
    held = units.several(ctx, [each.unit_id for each in access.roles_of(ctx, row.id)])
    return Owner(row.id, row.name, tuple(each.name for each in held))


def tried(ctx: Context, digits: str) -> Owner | None:
    """The same for digits that were just typed: wrong ones count; raise DomainError after too many."""
    code_tries.demand(ctx, "link")
    found = owner(ctx, digits)
    if found is None:
        code_tries.wrong(ctx, "link")
    return found


def written(text: str) -> str:
    """The digits in what was typed ("123 456"), or nothing."""
    squeezed = "".join(text.split()).replace("-", "")
    return squeezed if len(squeezed) == DIGITS and squeezed.isascii() and squeezed.isdecimal() else ""


def myself(ctx: Context) -> Owner:
    """The person who speaks, as the other side of a link."""
    held = units.several(ctx, people.units_of(ctx))
    return Owner(ctx.person.id, people.name(ctx), tuple(each.name for each in held))


def are_alike(one: Owner, other: Owner) -> bool:
    """Whether both have the same name, as far as it can be told from how it is written."""
    return fold(one.name) == fold(other.name)


def join(ctx: Context, digits: str, name: str = "") -> str:
    """Make the person who speaks and who gave the digits one, and give their name.

    Where only one of them is known, that one stays, else the one who came first. Raise DomainError where the code
    was used meanwhile.
    """
    other, mine = owner(ctx, digits), myself(ctx)
    used = ctx.session.execute(_use, {"used_digest": _digest(digits), "now": ctx.now}).rowcount
    if other is None or used != 1 or other.id == mine.id:
        raise DomainError(_("This code is not valid any more. Please ask for a new one."))
    known = [each.id for each in (mine, other) if each.is_known]
    merged = merging.merge(ctx, other.id, known[0] if len(known) == 1 else min(mine.id, other.id), name)
    here = my_data.CHANNELS.get(ctx.channel, ctx.channel)
    text = N_("{channel} was linked to you just now. If this was not you, cut it off at once.")
    notices.add_elsewhere(ctx, merged.person.id, lambda: _(text).format(channel=_(here)), "/kenh")
    return merged.person.name


def _digest(digits: str) -> str:
    return keyed_digest("link code", digits)
