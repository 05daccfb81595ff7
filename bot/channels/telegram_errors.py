"""What Telegram's errors mean for a message: the endings of `bot/channels/base.py`.

Descriptions are Telegram's own, matched in lower case by a part of them; the Bot API does not
document them, so an unknown one is refused and logged, never retried.
"""

from __future__ import annotations

import datetime as dt
import logging

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.base import Moved, Refused, TryLater, Unreachable
from bot.channels.telegram_request import Lost, NotSent

_log = logging.getLogger(__name__)

_UNREACHABLE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated", "bot was blocked")
_TOO_LARGE = ("too large", "too big")  # HTTP 413, whose words differ between servers
_UNEDITABLE = ("message to edit not found", "message can't be edited", "there is no text in the message to edit")


def is_unchanged(error: TelegramError) -> bool:
    """Whether an edit failed only because the message looks like that already."""
    return "message is not modified" in error.message.lower()


def is_uneditable(error: TelegramError) -> bool:
    """Whether an edit failed because there is no such message to change, so a new one may be sent."""
    return any(words in error.message.lower() for words in _UNEDITABLE)


def ending(error: TelegramError) -> TryLater | Unreachable | Refused | Moved:
    """What to raise for an error of a call.

    The order matters: `BadRequest` and `TimedOut` are kinds of `NetworkError`. Only 429, 5xx and a connection
    that never came about are sure not to have been carried out; a lost answer is `unknown`.
    """
    match error:
        case RetryAfter():
            return TryLater(seconds(error.retry_after), why="too many requests", of="chat")
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case Forbidden():
            return Unreachable()
        case InvalidToken():
            _log.critical("Telegram does not accept the bot's token")
            return Refused("the token is not accepted")
        case BadRequest():
            return _bad_request(error)
        case Conflict():
            return TryLater(why="conflict")
        case _:
            return _network(error)


def _bad_request(error: BadRequest) -> Unreachable | Refused:
    # After the colon Telegram may quote the text that it could not read, which is people's words.
    reason = error.message.partition(":")[0]
    if any(words in error.message.lower() for words in _UNREACHABLE):
        return Unreachable()
    _log.error("Telegram refused a request: %s", reason)
    return Refused(reason)


def _network(error: TelegramError) -> TryLater | Refused:
    if isinstance(error, NotSent):
        return TryLater(why="no connection")
    if isinstance(error, TimedOut | Lost):
        return TryLater(unknown=True, why="no answer")
    if error.__cause__ is not None and not isinstance(error.__cause__, TelegramError):
        _log.error("a request to Telegram could not be made: %s", type(error.__cause__).__name__)
        return Refused("a request that cannot be made")  # PTB wraps mistakes in our own code so
    if not isinstance(error, NetworkError):  # a 2xx whose body is not JSON
        return TryLater(unknown=True, why="unreadable answer")
    if any(words in error.message.lower() for words in _TOO_LARGE):
        _log.error("Telegram refused a request: too large")
        return Refused("too large")
    return TryLater(why="server error")


def seconds(period: int | dt.timedelta) -> float:
    """The seconds of PTB's `retry_after`, which is one or the other by an environment variable."""
    return period.total_seconds() if isinstance(period, dt.timedelta) else float(period)
