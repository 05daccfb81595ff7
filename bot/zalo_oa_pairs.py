"""The pair of tokens of an Official Account in the database, and the lease of whoever renews it.

Each function is one unit of work. Asking Zalo is `zalo_oa_tokens`' business.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.channel_tables import access_token

if TYPE_CHECKING:
    from storage.session import Session

CHANNEL: Final = "zalo_oa"
RENEW_BEFORE: Final = dt.timedelta(hours=5)  # a token lives for 25 hours: renewed after 20
LEASE: Final = dt.timedelta(seconds=60)  # longer than a renewal may take
_SPENT = 0  # in `refreshing_by`, no process: Zalo refused the pair, a person must enter another

_insert = {
    name: dialect.insert(access_token).on_conflict_do_nothing().returning(access_token.c.account)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


@dataclass(frozen=True, slots=True)
class Pair:
    """What Zalo gives at once."""

    access: str
    refresh: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to renew, with the refresh token to do it with."""

    refresh: str


class Spent(Exception):  # noqa: N818 - a state
    """There is no pair, or Zalo has refused it: a person must enter another."""


class Waits(Exception):  # noqa: N818
    """Another process is renewing."""


def take(session: Session, account: str, process: int, now: dt.datetime, spent: str, first: str) -> Pair | Lease:
    """The pair in force, or the right to renew it; raise Spent or Waits.

    `spent` is an access token that was not accepted; `first` a refresh token for an empty table.
    """
    row = _row(session, account)
    if row is None:
        if not first:
            raise Spent
        _begin(session, account, Pair("", first, now))
        row = _row(session, account)
    if row.refreshing_by == _SPENT:
        raise Spent
    if row.access and row.access != spent and row.expires_at > now + RENEW_BEFORE:
        return Pair(row.access, row.refresh, row.expires_at)
    if row.refreshing_by is not None and row.refreshing_until > now:
        raise Waits
    session.execute(_of(account).values(refreshing_by=process, refreshing_until=now + LEASE))
    return Lease(row.refresh)


def put(session: Session, account: str, used: str, pair: Pair) -> bool:
    """Keep the pair that followed `used`, even if the lease ran out; not if a person entered another meanwhile."""
    row = _row(session, account)
    if row is None or row.refresh != used:
        return False
    session.execute(_of(account).values(**_values(pair)))
    return True


def give_up(session: Session, account: str, used: str, process: int, *, spent: bool) -> bool:
    """End a lease without a new pair; `spent`: Zalo refused it. False where another pair is there already."""
    row = _row(session, account)
    if row is None or row.refresh != used:
        return False
    if spent:
        session.execute(_of(account).values(refreshing_by=_SPENT, refreshing_until=None))
    elif row.refreshing_by == process:
        session.execute(_of(account).values(refreshing_by=None, refreshing_until=None))
    return True


def enter(session: Session, account: str, pair: Pair) -> None:
    """Keep a pair that a person entered, in place of what is there."""
    if not _begin(session, account, pair):
        session.execute(_of(account).values(**_values(pair)))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a pair stands, without its secrets."""

    expires_at: dt.datetime
    is_spent: bool


def stands(session: Session, account: str) -> Standing | None:
    """How the pair of an account stands; None where there is none."""
    columns = select(access_token.c.expires_at, access_token.c.refreshing_by)
    row = session.first(columns.where(access_token.c.channel == CHANNEL, access_token.c.account == account))
    return None if row is None else Standing(row.expires_at, row.refreshing_by == _SPENT)


def try_again(session: Session, account: str) -> bool:
    """Let a pair that Zalo has refused be tried again: the app may have been switched off; False without one."""
    given = _of(account).values(refreshing_by=None, refreshing_until=None).returning(access_token.c.account)
    return session.first(given) is not None


def _begin(session: Session, account: str, pair: Pair) -> bool:
    """Keep the very first pair; False where there is one already, be it of another process this moment."""
    new = _insert[session.connection.dialect.name]
    return session.first(new, {"channel": CHANNEL, "account": account, **_values(pair)}) is not None


def _row(session: Session, account: str) -> Any:
    here = (access_token.c.channel == CHANNEL, access_token.c.account == account)
    return session.first(select(access_token).where(*here).with_for_update())


def _of(account: str) -> Any:
    return update(access_token).where(access_token.c.channel == CHANNEL, access_token.c.account == account)


def _values(pair: Pair) -> dict[str, Any]:
    given = {"access": pair.access, "refresh": pair.refresh, "expires_at": pair.expires_at}
    return {**given, "refreshing_by": None, "refreshing_until": None}
