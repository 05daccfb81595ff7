"""Letters that could not be sent at once: what is left of them when they can be, and room for the next day's."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update

from bot import notices as screens
from bot.by_clock import by_clock
from bot.claims import together
from bot.live_rows import is_live, is_waiting
from conversations import reminder_words
from movement.chase_sending import people_at
from movement.notices import Notice
from movement.reminders import letter_rows, letters
from storage.channel_tables import outbox
from storage.people_tables import address

if TYPE_CHECKING:
    from bot.inbox import Desk, Outgoing
    from storage.session import Session

AT_ONCE: Final = 200  # letters of earlier days in one transaction


def looked_at_again(session: Session, desk: Desk, row: Outgoing, now: dt.datetime) -> dict[str, Any] | None:
    """The payload of a letter as it is now, with what was gathered with it; None where nothing is to be sent."""
    payloads = {row.id: row.payload}
    if row.gathered:
        whole = select(outbox.c.id, outbox.c.payload).where(outbox.c.id.in_((row.id, *row.gathered)))
        payloads = {each.id: each.payload for each in session.rows(whole.order_by(outbox.c.id))}
    looked = (_as_it_is_now(session, desk, row.address_id, each, now) for each in payloads.items())
    left = [each for each in looked if each]
    if len(left) > 1:
        return together(left)
    return left[0] if left else None


def _as_it_is_now(
    session: Session, desk: Desk, address_id: int, one: tuple[int, dict[str, Any]], now: dt.datetime
) -> dict[str, Any] | None:
    """The payload of this row of the outbox, written anew and kept where it is a letter; None: nothing is left."""
    number, payload = one
    if "letter" not in payload:
        return payload
    ctx = by_clock(session, desk, now)
    (person_id,) = people_at(session, [address_id]).values()
    on = dt.date.fromisoformat(payload["letter"]["on"])
    if _goes_by_another(session, person_id, number, payload["letter"]["on"]):
        return None
    found = letters.looked_at_again(ctx, person_id, on)
    if found is None:
        return None
    first, *more = reminder_words.acts(found.duties, ctx.today)
    text = reminder_words.letter(found.duties, ctx.today)
    notice = Notice(person_id, text, *first, more=tuple(more), letter_on=on)
    locale = payload.get("locale", "vi")
    at = now.astimezone(desk.zone).isoformat(timespec="seconds")
    written = screens.payload(notice, screens.shown(notice, locale).to_json(), locale, at)
    session.execute(update(outbox).where(outbox.c.id == number).values(payload=written))
    return written


def _goes_by_another(session: Session, person_id: int, number: int, on: str) -> bool:
    """Whether another letter of that day waits: of two people who became one each had theirs."""
    earlier = (is_live(outbox), outbox.c.kind == "reminder", outbox.c.id < number)
    query = select(outbox.c.payload).join(address, address.c.id == outbox.c.address_id)
    query = query.where(address.c.person_id == person_id, *earlier)
    return any(row.payload.get("letter", {}).get("on") == on for row in session.rows(query))


def open_again(session: Session, desk: Desk, now: dt.datetime) -> int:
    """Cancel letters of earlier days that still wait to be sent; what they hold comes in the next one."""
    midnight = dt.datetime.combine(now.astimezone(desk.zone).date(), dt.time(), desk.zone)
    query = (
        select(outbox.c.id, outbox.c.payload, address.c.person_id)
        .join(address, address.c.id == outbox.c.address_id)
        .where(is_waiting(outbox), outbox.c.kind == "reminder", outbox.c.created_at < midnight)
        .where(outbox.c.payload["letter"]["on"].as_string().is_not(None))  # not digests, which may be as many
        .limit(AT_ONCE)
        .with_for_update(of=outbox, skip_locked=True)
    )
    found = session.rows(query)
    if found:
        ids = [row.id for row in found]
        ended = {"state": "cancelled", "why": "superseded"}
        session.execute(update(outbox).where(outbox.c.id.in_(ids)).values(**ended))
        days = [(row.person_id, dt.date.fromisoformat(row.payload["letter"]["on"])) for row in found]
        letter_rows.open_again(session, days)
    return len(found)
