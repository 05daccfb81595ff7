"""Access tokens of an Official Account: kept sealed in the database, renewed by one process at a time.

A refresh token is good once. So the next pair is committed before anything uses it, and whoever renews holds a
lease in the row meanwhile; the others wait and read again. What cannot be helped: a process that dies between
Zalo's answer and our commit takes the new pair with it, and somebody must enter another (docs/zalo.md).
"""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.channels.base import TryLater
from bot.channels.zalo_oa_errors import ZaloError
from storage.channel_tables import access_token
from storage.database import Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.channels.zalo_oa_client import Client
    from storage.database import Database
    from storage.session import Session

CHANNEL: Final = "zalo_oa"
RENEW_BEFORE: Final = dt.timedelta(hours=5)  # a token lives for 25 hours: renewed after 20
LEASE: Final = dt.timedelta(seconds=60)  # longer than a renewal may take
REREAD: Final = dt.timedelta(seconds=30)  # a token read is used for as long without looking again
LIFE: Final = 90_000  # seconds: what Zalo's documents say a token lives
SHORTEST_LIFE: Final = 6 * 3600  # whatever the answer says: one that ends earlier is renewed when it is refused
PAUSE = 60.0  # seconds until a channel without a token looks again
WAIT = 0.5  # seconds between looks at a lease of another process
_SPENT = 0  # in `refreshing_by`, no process: Zalo refused the pair, a person must enter another
_TRANSIENT = frozenset({-32})

_log = structlog.get_logger()
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


@dataclass(frozen=True, slots=True)
class OAuth:
    """Where and as whom to renew. `first`: the refresh token to begin with, used only while there is no pair."""

    account: str
    app_id: str
    app_secret: str
    url: str
    first: str = ""


class StoredTokens:
    """The tokens of one account in one process. `alert` is told, once, that a person is needed."""

    def __init__(
        self,
        database: Database,
        oauth: OAuth,
        now: Callable[[], dt.datetime],
        alert: Callable[[], Awaitable[None]],
    ) -> None:
        self._database, self._oauth, self._now, self._alert = database, oauth, now, alert
        self._pair: Pair | None = None
        self._read_at: dt.datetime | None = None
        self._one_at_a_time = asyncio.Lock()
        self._alerted = self._stopping = False
        self._tasks: set[asyncio.Task[str]] = set()
        self.client: Client | None = None  # whose session is used; set once both are made

    async def current(self) -> str:
        """The access token in force; raise TryLater where there is none."""
        pair, now = self._pair, self._now()
        if pair and self._read_at and now - self._read_at < REREAD and pair.expires_at > now + RENEW_BEFORE:
            return pair.access
        return await self.renewed("")

    async def renewed(self, spent: str) -> str:
        """Another access token than `spent`; raise TryLater where there is none.

        Whoever asks may be cancelled, the renewal not: its answer comes once.
        """
        task = asyncio.create_task(self._renewed(spent))
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    async def stop(self) -> None:
        """Finish what is being renewed, so that no pair is lost."""
        self._stopping = True
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[str]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # told to whoever asks, unless they have gone

    async def _renewed(self, spent: str) -> str:
        async with self._one_at_a_time:
            if spent and self._pair and self._pair.access != spent:
                return self._pair.access  # somebody here was faster
            for _ in range(int(LEASE.total_seconds() / WAIT) + 2):  # a dead process's lease ends meanwhile
                if (pair := await self._once(spent)) is not None:
                    self._pair, self._read_at, self._alerted = pair, self._now(), False
                    return pair.access
                if self._stopping:
                    break
                await asyncio.sleep(WAIT)
        raise TryLater(PAUSE, why="another process renews the token")

    async def _once(self, spent: str) -> Pair | None:
        """The pair, renewed if need be; None where another process is about it, or the pair changed meanwhile."""
        oauth = self._oauth
        try:
            got = await self._database.write(
                take, oauth.account, self._database.process, self._now(), spent, oauth.first
            )
        except Waits:
            return None
        except Spent:
            await self._say_spent()
            raise TryLater(PAUSE, why="no token") from None
        except Unavailable as error:
            raise TryLater(why="database") from error
        return got if isinstance(got, Pair) else await self._renew(got)

    async def _renew(self, lease: Lease) -> Pair | None:
        """Ask for the next pair and commit it; what was not committed is not used."""
        process = self._database.process
        try:
            pair = await self._asked(lease)
        except ZaloError as error:
            spent = error.code < 0 and error.code not in _TRANSIENT  # others are a gateway's
            there = await self._kept(give_up, self._oauth.account, lease.refresh, process, spent=spent)
            if spent and there:
                _log.critical("zalo_oa_token_refused", code=error.code)
            if spent:
                return None  # looked at again: a person may have entered another pair meanwhile
            raise TryLater(PAUSE, why="no new token now") from None
        except TryLater:
            await self._kept(give_up, self._oauth.account, lease.refresh, process, spent=False)
            raise
        return pair if await self._kept(put, self._oauth.account, lease.refresh, pair) else None

    async def _kept(self, work: Callable[..., bool], *args: Any, **more: Any) -> bool:
        """Commit, as often as it takes while the lease lasts: a new pair that is lost cannot be had again."""
        for _ in range(int(LEASE.total_seconds() / WAIT)):
            try:
                return await self._database.write(work, *args, **more)
            except Unavailable:
                await asyncio.sleep(WAIT)
        _log.critical("zalo_oa_token_not_kept")
        raise TryLater(PAUSE, why="database")

    async def _asked(self, lease: Lease) -> Pair:
        oauth = self._oauth
        assert self.client is not None  # noqa: S101 - set where both are made
        form = {"refresh_token": lease.refresh, "app_id": oauth.app_id, "grant_type": "refresh_token"}
        url = f"{oauth.url.rstrip('/')}/v4/oa/access_token"
        answer = await self.client.ask(url, {"secret_key": oauth.app_secret}, data=form)
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        if not (isinstance(access, str) and isinstance(refresh, str) and access and refresh):
            raise ZaloError(_code(answer))
        return Pair(access, refresh, self._now() + dt.timedelta(seconds=_life(answer)))

    async def _say_spent(self) -> None:
        if not self._alerted:
            self._alerted = True
            _log.critical("zalo_oa_token_needed")
            await self._alert()


def _code(answer: dict[str, Any]) -> int:
    try:
        return int(answer.get("error") or 1)
    except (TypeError, ValueError):
        return 1


def _life(answer: dict[str, Any]) -> int:
    """Seconds that a token lives: "90000", as a string or a number."""
    try:
        return max(SHORTEST_LIFE, int(answer.get("expires_in") or LIFE))
    except (TypeError, ValueError):
        return LIFE
