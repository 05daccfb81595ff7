"""Wrong codes are counted, so that guessing stops soon and honest people are not locked out.

One person may be wrong a few times an hour. New web chats cost nothing, so those who have no role yet are also
counted together, by channel: a flood of guesses on the web stops newcomers of the web only, for as long as it
lasts, and nobody who has joined.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import bindparam, func, insert, select

from locales import _
from movement import access
from movement.errors import DomainError
from storage.people_tables import address, code_try, role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from movement.context import Context

Kind = Literal["join", "link"]
WITHIN: Final = dt.timedelta(hours=1)
MOST: Final = 5  # wrong codes of one person
# Of all newcomers of one channel. A join code has 43 bits: with ten thousand of them in force, guessing at this
# rate for a year finds one with a chance of 1 in 200. A link code has six digits and lives 15 minutes.
MOST_OF_NEWCOMERS: Final[Mapping[str, int]] = {"join": 600, "link": 30}

_mine = select(func.count()).where(
    code_try.c.person_id == bindparam("person"),
    code_try.c.kind == bindparam("kind"),
    code_try.c.at > bindparam("since"),
)
_newcomers = (
    select(func.count(code_try.c.id.distinct()))
    .select_from(code_try.join(address, address.c.person_id == code_try.c.person_id))
    .where(
        code_try.c.kind == bindparam("kind"),
        code_try.c.at > bindparam("since"),
        address.c.channel == bindparam("channel"),
        ~select(role.c.id).where(role.c.person_id == code_try.c.person_id).exists(),
    )
)


def demand(ctx: Context, kind: Kind) -> None:
    """Raise DomainError where so many wrong codes were tried that another one is not looked at."""
    if reason := against(ctx, kind):
        raise DomainError(reason)


def against(ctx: Context, kind: Kind) -> str:
    """Why no other code is looked at now, or nothing."""
    given = {"person": ctx.person.id, "kind": kind, "since": ctx.now - WITHIN, "channel": ctx.channel}
    if ctx.session.scalar(_mine, given) >= MOST:
        return _("Several wrong codes were tried. Please try again in an hour, or ask your officer for help.")
    if not access.roles(ctx) and ctx.session.scalar(_newcomers, given) >= MOST_OF_NEWCOMERS[kind]:
        return _("Very many wrong codes are being tried here. Please try again in an hour.")
    return ""


def wrong(ctx: Context, kind: Kind) -> None:
    """Count a wrong code; it counts whatever becomes of the dialogue, so it is no effect of one."""
    with ctx.session.writing():
        ctx.session.execute(insert(code_try).values(person_id=ctx.person.id, kind=kind, at=ctx.now))
