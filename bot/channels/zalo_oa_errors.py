"""What Zalo's error codes mean for a message of the Official Account: one table, the endings of `base.py`.

Codes come with HTTP 200 as a rule. An unknown one is refused and logged, never tried again.
"""

from __future__ import annotations

import datetime as dt
import random
from enum import Enum, auto
from typing import Final

from bot.channels.base import Closed, Refused, TryLater, Unreachable

EXPIRED: Final = frozenset({-216, -220})  # the access token: a new one, and once more
UPLOAD_EXPIRED: Final = -100  # ids of uploads live for seven days
PAUSE: Final = 600.0  # seconds until a channel that an operator must mend is tried again
MORNING: Final = dt.time(6)  # what is blocked at night goes from here on
SPREAD: Final = 600.0  # seconds over which the morning's messages are spread


class ZaloError(Exception):
    """An answer that is no success. It holds the code alone: Zalo's words may quote people's."""

    def __init__(self, code: int) -> None:
        super().__init__(f"Zalo error {code}")
        self.code = code


class Means(Enum):
    """What is to be done about a code."""

    BACK_OFF = auto()  # for a moment, longer each time
    MORNING = auto()
    UNREACHABLE = auto()
    CLOSED = auto()  # not by a free message: a template, or another channel
    OUT_OF_QUOTA = auto()  # the same, and somebody should know
    OPERATOR = auto()  # nothing goes until somebody mends it
    OURS = auto()  # a mistake of this program, or a message that Zalo will never take


MEANINGS: Final = {
    -32: Means.BACK_OFF,  # limit of the app or the account
    -100: Means.OURS,  # an upload that had just been made
    -108: Means.UNREACHABLE,  # a template: no such phone
    -114: Means.UNREACHABLE,  # a template: this person cannot be sent to
    -115: Means.OPERATOR,  # a template: no money left
    -117: Means.OUT_OF_QUOTA,  # a template that this app may not use
    -119: Means.UNREACHABLE,
    -133: Means.MORNING,  # a template, at night
    -144: Means.OUT_OF_QUOTA,  # templates of the day
    -147: Means.OUT_OF_QUOTA,
    -200: Means.OURS,
    -201: Means.OURS,  # bad parameter
    -209: Means.OPERATOR,  # the API is not registered for this app
    -210: Means.OURS,  # too long
    -211: Means.OUT_OF_QUOTA,
    -212: Means.OPERATOR,
    -213: Means.CLOSED,  # does not follow the account
    -216: Means.OPERATOR,  # an access token that had just been renewed
    -217: Means.UNREACHABLE,
    -218: Means.OUT_OF_QUOTA,  # for this person
    -220: Means.OPERATOR,
    -221: Means.OPERATOR,  # the account is not verified
    -223: Means.OPERATOR,
    -224: Means.OPERATOR,  # the account's package has no API
    -227: Means.UNREACHABLE,  # banned, or away for 45 days
    -230: Means.CLOSED,  # not heard of for seven days
    -232: Means.CLOSED,  # never heard of
    -233: Means.OURS,
    -234: Means.MORNING,
    -240: Means.OURS,  # an API that was closed
    -244: Means.UNREACHABLE,  # blocked this kind of messages
    -249: Means.OUT_OF_QUOTA,  # a template that cannot be sent by the person's id
    -320: Means.OPERATOR,  # billing
    -321: Means.OPERATOR,
    -1121: Means.OURS,  # a template's parameter is too long
    -1122: Means.OURS,  # a template's parameter is missing
}


def means(code: int) -> Means:
    """What is to be done about a code; an unknown one is looked at by us."""
    return MEANINGS.get(code, Means.OURS)


def ending(code: int, now: dt.datetime) -> TryLater | Unreachable | Refused | Closed:
    """What to raise for a code. `now` is in the time zone whose nights count."""
    match means(code):
        case Means.BACK_OFF:
            return TryLater(why="too many requests")  # the outbox waits longer each time, and not evenly
        case Means.MORNING:
            return TryLater(until_morning(now), why="night")
        case Means.UNREACHABLE:
            return Unreachable()
        case Means.CLOSED | Means.OUT_OF_QUOTA:
            return Closed()
        case Means.OPERATOR:
            return TryLater(PAUSE, why=f"an operator is needed: {code}", of="bot")
        case Means.OURS:
            return Refused(f"error {code}")


def until_morning(now: dt.datetime) -> float:
    """Seconds until six in the morning and a little more, so that not everything goes at once."""
    morning = dt.datetime.combine(now.date(), MORNING, now.tzinfo)
    if morning <= now:
        morning += dt.timedelta(days=1)
    return (morning - now).total_seconds() + random.uniform(1, SPREAD)  # noqa: S311 - spreading
