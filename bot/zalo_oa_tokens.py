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

from bot.channels.base import TryLater
from bot.channels.zalo_oa_errors import ZaloError
from bot.zalo_oa_pairs import LEASE, RENEW_BEFORE, Lease, Pair, Spent, Waits, give_up, put, take
from storage.database import Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.channels.zalo_oa_client import Client
    from storage.database import Database

REREAD: Final = dt.timedelta(seconds=30)  # a token read is used for as long without looking again
LIFE: Final = 90_000  # seconds: what Zalo's documents say a token lives
SHORTEST_LIFE: Final = 6 * 3600  # whatever the answer says: one that ends earlier is renewed when it is refused
PAUSE = 60.0  # seconds until a channel without a token looks again
WAIT = 0.5  # seconds between looks at a lease of another process
_TRANSIENT = frozenset({-32})

_log = structlog.get_logger()


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
        self._blocked_until: dt.datetime | None = None
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
            if self._blocked_until and self._now() < self._blocked_until:
                raise TryLater(PAUSE, why="no token")
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
            self._blocked_until = self._now() + dt.timedelta(seconds=PAUSE)  # every held message asks again
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
