"""By which channel people would be written to, and at what cost: decided as the notices decide it.

What the channels cost comes with the context (`ways_out`); limits of the month are `quota`'s business.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import and_, select

from movement import addresses, people_data, quota
from movement.ways_out import FREE
from storage.channel_tables import outbox
from storage.people_tables import address, conversation, person

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from movement.context import Context
    from movement.quota import Account, Used

Way = Literal["free", "counted", "paid", "nowhere"]
Why = Literal["", "none", "unwilling", "blocked", "window"]


@dataclass(frozen=True, slots=True)
class Reached:
    """How one person would be reached; `why` says why not."""

    id: int
    name: str
    way: Way
    account: Account = ("", "")
    why: Why = ""
    price: int = 0  # đồng


@dataclass(frozen=True, slots=True)
class Reach:
    """How several people would be reached."""

    people: tuple[Reached, ...]
    used: tuple[Used, ...] = ()  # of this month, where messages to some of them are counted

    def by(self, way: Way) -> tuple[Reached, ...]:
        """Those who are reached this way."""
        return tuple(each for each in self.people if each.way == way)

    @property
    def price(self) -> int:
        """What it costs at most, in đồng."""
        return sum(each.price for each in self.people)

    def counted(self) -> list[tuple[Used, int]]:
        """The bots whose messages are counted, each with how many of these messages it would send."""
        many = Counter(each.account for each in self.by("counted"))
        return [
            (used, many[used.channel, used.account]) for used in self.used if (used.channel, used.account) in many
        ]


def of_people(ctx: Context, ids: Iterable[int]) -> Reach:
    """How these people would be reached now, with one statement, and two where messages are counted.

    Locked accounts are left out.
    """
    rows: dict[int, list[Any]] = {}
    wanted = sorted(set(ids))
    for row in ctx.session.rows(_addresses(wanted)) if wanted else ():
        rows.setdefault(row.person_id, []).append(row)
    people = tuple(_reached(ctx, theirs) for theirs in rows.values())
    is_counted = any(each.way == "counted" for each in people)
    used = quota.used(ctx.session, quota.month_of(ctx.now, ctx.zone)) if is_counted else []
    return Reach(people, tuple(used))


def _addresses(ids: Sequence[int]) -> Any:
    """Each person with a row for each address, or one without."""
    heard = select(outbox.c.created_at).where(outbox.c.id == addresses.last_answer()).correlate(address)
    has_talk = select(conversation.c.person_id).where(conversation.c.person_id == person.c.id).exists()
    return (
        select(
            person.c.id.label("person_id"),
            person.c.name,
            person.c.preferred_channel,
            people_data.may_be_written_to().label("willing"),
            address.c.id,
            address.c.channel,
            address.c.account,
            address.c.reachable,
            addresses.last_answer().label("used"),
            heard.scalar_subquery().label("heard_at"),
        )
        .select_from(person)
        .join(address, and_(address.c.person_id == person.c.id, has_talk), isouter=True)
        .where(person.c.id.in_(ids), person.c.deactivated_at.is_(None), person.c.merged_into_id.is_(None))
        .order_by(person.c.id, address.c.id)
    )


def _reached(ctx: Context, theirs: Sequence[Any]) -> Reached:
    first = theirs[0]
    known = [row for row in theirs if row.id is not None]
    able = [row for row in known if row.reachable]
    if not able or not first.willing:
        why: Why = "none" if not known else "blocked" if not able else "unwilling"
        return Reached(first.person_id, first.name, "nowhere", why=why)
    stored = frozenset(name for name, way in ctx.ways_out.items() if way.stored)
    found = [_by_address(ctx, row) for row in addresses.chosen(able, stored)]
    best = [each for each in found if each.way != "nowhere"]
    # What is pushed is what costs; where it cannot go, the page still shows it.
    return max(best or found, key=lambda each: each.way in {"counted", "paid"})


def _by_address(ctx: Context, row: Any) -> Reached:
    way, account = ctx.ways_out.get(row.channel, FREE), (row.channel, row.account)
    since = ctx.now - row.heard_at if row.heard_at else None
    if way.free_for is None or (since is not None and since < way.free_for):
        is_counted = quota.limit_of(account) is not None
        return Reached(row.person_id, row.name, "counted" if is_counted else "free", account)
    if way.paid_for is None or (since is not None and since < way.paid_for):
        return Reached(row.person_id, row.name, "paid", account, price=way.price)
    return Reached(row.person_id, row.name, "nowhere", account, "window")
