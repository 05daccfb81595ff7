"""What Zalo posts to a bot, or gives when polled, read into `Inbound`. Pure: no network, no state.

Documentation and live bots differ, so every variant is taken: the event bare or inside of `result`; the picture as
`photo_url`, `photo` or `url`; times in milliseconds or seconds; names of events that no list has.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.channels.base import Inbound, RemoteFile
from bot.channels.clean import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "zalo_bot"
_SECRET = "X-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

_MESSAGE = "message."
_SECONDS_BELOW = 1e11  # a `date` below is in seconds: in milliseconds it would be before 1973
_LONGEST_ID = 100  # characters; ids are opaque
_PICTURES = {"png": "image/png", "webp": "image/webp", "heic": "image/heic"}
_UNSUPPORTED = {"voice": "voice", "audio": "voice", "sticker": "sticker", "location": "location", "video": "video"}


def verify(headers: Mapping[str, str], secret: str) -> bool:
    """Whether a webhook request carries our secret, compared in constant time; without one nothing passes."""
    given = headers.get(_SECRET, "")
    return bool(secret) and hmac.compare_digest(given.encode(errors="replace"), secret.encode())


def parse(payload: Any, account: str) -> Inbound | None:
    """Read one event, as `json.loads` gave it; None if it is nobody's message, or nobody can be answered.

    Raises ValueError where it is not an event at all.
    """
    try:
        return _read(payload, account)
    except (TypeError, LookupError, AttributeError, ArithmeticError, OSError, RecursionError) as error:
        reason = f"not an event of Zalo: {type(error).__name__}"
        raise ValueError(reason) from error


def kind_of(payload: Any) -> str:
    """The event's name, for a log; empty where there is none. It never holds what people wrote."""
    name = _event(payload).get("event_name") if isinstance(payload, dict) else None
    return name[:60] if isinstance(name, str) else ""


def _event(payload: dict[str, Any]) -> dict[str, Any]:
    inner = payload.get("result")
    return inner if isinstance(inner, dict) else payload


def _read(payload: dict[str, Any], account: str) -> Inbound | None:
    event = _event(payload)
    name, message = _string(event["event_name"]), event.get("message")
    # Contact cards and people of protected classes come without a message: there is nobody to answer.
    if not isinstance(message, dict) or not name.startswith(_MESSAGE):
        return None
    chat, sender = message.get("chat") or {}, message.get("from") or {}
    where = _id(chat.get("id"))
    if not where or len(where) > _LONGEST_ID or sender.get("is_bot") is True:
        return None
    is_group = _string(chat.get("chat_type")).upper() == "GROUP"
    text = clean(_string(message.get("text")) or _string(message.get("caption")))
    files = _files(message)
    unsupported = "" if text or files else _unsupported(name)
    if is_group and not text:
        return None  # nobody asked us anything
    return Inbound(
        channel=NAME,
        account=account,
        chat=where,
        external_id=_id(message.get("message_id"))[:_LONGEST_ID] or _digest(event),
        text=text,
        files=() if is_group else files,
        unsupported=unsupported,
        group=is_group,
        name="" if is_group else " ".join(clean(_string(sender.get("display_name"))).split())[:120],
        sent_at=_time(message.get("date")),
    )


def _files(message: dict[str, Any]) -> tuple[RemoteFile, ...]:
    """The picture, which has no name of its own. A sticker's `url` is none that was sent as evidence."""
    given = message.get("photo_url") or message.get("photo")
    if not given and _string(message.get("message_type")) == "CHAT_PHOTO":
        given = message.get("url")
    url = _string(given)
    if not url:
        return ()
    suffix = urlsplit(url).path.rpartition(".")[2].lower()
    suffix = suffix if suffix in _PICTURES else "jpg"
    number = hashlib.blake2s(url.encode(), digest_size=3).hexdigest()
    return (RemoteFile(url, f"zalo-{number}.{suffix}", _PICTURES.get(suffix, "image/jpeg")),)


def _unsupported(name: str) -> str:
    return _UNSUPPORTED.get(name.removeprefix(_MESSAGE).partition(".")[0], "other")


def _time(date: object) -> dt.datetime | None:
    if isinstance(date, bool) or not isinstance(date, int | float) or date <= 0:
        return None
    return dt.datetime.fromtimestamp(date if date < _SECONDS_BELOW else date / 1000, dt.UTC)


def _digest(event: dict[str, Any]) -> str:
    """An id for an event without one: the same event again has the same."""
    told = json.dumps(event, sort_keys=True)
    return "d" + hashlib.blake2s(told.encode(), digest_size=16).hexdigest()


def _id(value: object) -> str:
    """An id, which is a string; a number is taken as one."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _string(value)


def _string(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    reason = "not a string"
    raise TypeError(reason)
