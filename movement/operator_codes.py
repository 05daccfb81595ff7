"""Join codes made at the command line, where nobody is there yet who could make one: the first administrator's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import insert

from locales import _
from movement import join_codes, opening
from movement.errors import DomainError
from storage.tables import audit

if TYPE_CHECKING:
    import datetime as dt

    from movement.join_codes import CodeDraft
    from movement.units import Unit
    from storage.session import Session

MOST_USES: Final = 100_000
MOST_DAYS: Final = 366


def unit(session: Session, unit_id: int | None) -> Unit:
    """The unit of this number, or the only one at the top; raise DomainError where there is none."""
    top = opening.roots(session)
    if unit_id is None and len(top) == 1:
        return top[0]
    if unit_id is None and top:
        names = ", ".join(f"{each.id} ({each.name})" for each in top[: opening.MOST_NAMED])
        raise DomainError(_("There are several units at the top: {units}. Please name one.").format(units=names))
    return opening.unit_of(session, unit_id or 0)


def make(session: Session, draft: CodeDraft, now: dt.datetime) -> str:
    """Make a code and give it, for the only time; raise DomainError for a number of uses or days out of bounds."""
    if (draft.uses is not None and not 1 <= draft.uses <= MOST_USES) or not 1 <= draft.days <= MOST_DAYS:
        text = _("A code is for 1 to {uses} people and 1 to {days} days.")
        raise DomainError(text.format(uses=MOST_USES, days=MOST_DAYS))
    code = join_codes.fresh()
    join_codes.keep(session, code, draft, now)
    details = {"role": draft.role, "uses": draft.uses, "hint": code[-join_codes.HINT :]}
    subject = f"unit:{draft.unit_id}"
    session.execute(
        insert(audit).values(at=now, channel="command", act="make_code", subject=subject, details=details)
    )
    return code
