"""Whether a person may be written to now, and at whose cost.

Within 48 hours of their last message: freely. Until the seventh day: from the package's quota, then for money.
Later: not at all, but for approved templates.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any, Final

from bot.channels.zalo_oa_errors import Means, ZaloError, means

if TYPE_CHECKING:
    from bot.channels.base import Message
    from bot.channels.zalo_oa_client import Client

FREE: Final = dt.timedelta(hours=48)
LATEST: Final = dt.timedelta(days=7)
MARGIN: Final = dt.timedelta(minutes=10)  # clocks differ, and sending takes a while
_CHARGED = dt.timedelta(days=1)  # as long nothing more is sent at a cost, once it was seen to be charged

_log = logging.getLogger(__name__)


class Window:
    """Asks before each message outside of the free hours. `may_cost`: messages that are paid for may be sent."""

    def __init__(self, client: Client, *, may_cost: bool) -> None:
        self._client, self._may_cost = client, may_cost
        self._charged_until: dt.datetime | None = None

    async def is_open(self, user: str, message: Message, now: dt.datetime) -> bool:
        """Whether a consult message may go; raise as the client does."""
        if message.heard_at and now - message.heard_at < FREE - MARGIN:
            return True
        said = await self._asked(user)
        last = _last(said) or message.heard_at
        if last is None:
            return True  # Zalo knows better than we: it refuses without charging
        if now - last < FREE - MARGIN:
            return True
        return now - last < LATEST - MARGIN and self._is_paid_for(_left(said), now)

    def was_charged(self, now: dt.datetime) -> None:
        """Keep that a message was charged: there is no quota left, whatever the counters say."""
        self._charged_until = now + _CHARGED

    def _is_paid_for(self, left: int | None, now: dt.datetime) -> bool:
        if self._may_cost or left:
            return True
        return left is None and not (self._charged_until and now < self._charged_until)

    async def _asked(self, user: str) -> dict[str, Any]:
        """What Zalo says of this person; nothing where it cannot say."""
        try:
            return await self._client.post("/v3.0/oa/quota/message", {"user_id": user})
        except ZaloError as error:
            if means(error.code) in {Means.OPERATOR, Means.BACK_OFF, Means.UNREACHABLE}:
                raise
            _log.warning("the quota of a person could not be asked for: %s", error.code)
            return {}


def _last(said: dict[str, Any]) -> dt.datetime | None:
    """When the person was last heard of, in milliseconds as a number or its digits."""
    try:
        number = int(said.get("last_interaction") or 0)
        return dt.datetime.fromtimestamp(number / 1000, dt.UTC) if number > 0 else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _left(said: dict[str, Any]) -> int | None:
    """The messages left of all quotas for consult messages; None where Zalo does not say."""
    listed = said.get("quota", said.get("quotas"))
    each = listed if isinstance(listed, list) else [listed or said]
    left = [_number(one.get("remain")) for one in each if isinstance(one, dict) and "remain" in one]
    known = [number for number in left if number is not None]
    return sum(known) if known else None


def _number(value: object) -> int | None:
    try:
        return max(0, int(str(value)))
    except ValueError:
        return None
