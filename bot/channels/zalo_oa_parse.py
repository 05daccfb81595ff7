"""What Zalo posts for an Official Account, read into `Inbound`. Pure: no network, no state.

Every variant that was seen is taken: ids and times as strings or numbers, coordinates in two places.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bot.channels.base import Inbound, RemoteFile
from bot.channels.clean import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME: Final = "zalo_oa"
TAP: Final = "#kheo:"  # a tapped button comes back as an ordinary text: what nobody types, then our tap

_TAPPED = re.compile(re.escape(TAP) + r"([!-~][ -~]{0,63})")
_MAC = re.compile(r"\s*(?:mac\s*=\s*)?([0-9a-fA-F]{64})\s*")
_ID = re.compile(r"[0-9A-Za-z_-]{1,100}")
_SECONDS = 10**11  # a smaller number cannot be milliseconds of this century
_FILES = {"user_send_image": ".jpg", "user_send_gif": ".gif", "user_send_file": ""}
_UNSUPPORTED = {
    "user_send_audio": "voice",
    "user_send_video": "other",
    "user_send_sticker": "sticker",
    "user_send_location": "location",
    "user_send_business_card": "contact",
}
# Nothing to do about: echoes of what we sent ourselves, receipts.
_IGNORED = frozenset({"user_received_message", "user_seen_message", "user_reacted_message", "oa_reacted_message"})


@dataclass(frozen=True, slots=True)
class Keys:
    """What a signature may have been made with. The documents name the app's id and the account's secret key."""

    app_id: str
    oa_id: str
    oa_secret: str
    app_secret: str

    def each(self) -> Iterator[tuple[str, str, str]]:
        """First term, last term and a name for both; the documented pair first."""
        for secret_name, secret in (("oa_secret", self.oa_secret), ("app_secret", self.app_secret)):
            for id_name, first in (("app_id", self.app_id), ("oa_id", self.oa_id)):
                yield first, secret, f"{id_name}+{secret_name}"


def read(raw: bytes) -> dict[str, Any]:
    """The event in a body; raise ValueError for anything else."""
    try:
        event = json.loads(raw)
    except RecursionError:  # brackets without end
        event = None
    if not isinstance(event, dict):
        message = "not an event"
        raise ValueError(message)  # noqa: TRY004 - one kind of error for whatever is wrong with the body
    return event


def verified_by(raw: bytes, event: dict[str, Any], header: str, keys: Keys) -> str:
    """The name of the pair that the signature was made with, or "" where it is none of ours.

    SHA-256 over first term, the very bytes of the body, its `timestamp` and the secret; not an HMAC.
    """
    given = _MAC.fullmatch(header)
    if not given:
        return ""
    time = event.get("timestamp", "")
    found = ""
    for first, secret, name in keys.each():
        made = hashlib.sha256(b"".join([first.encode(), raw, f"{time}".encode(), secret.encode()]))
        if secret and hmac.compare_digest(made.hexdigest(), given[1].lower()):
            found = found or name
    return found


def is_known(event: dict[str, Any]) -> bool:
    """Whether this is an event that we know, be it one to be ignored."""
    name = event.get("event_name")
    if not isinstance(name, str):
        return False
    return name in _READERS or name in _IGNORED or name.startswith("oa_send_")


def parse(event: dict[str, Any], account: str) -> Inbound | None:
    """What a person did, or None where nothing is to be done; raise ValueError for a malformed event."""
    reader = _READERS.get(_text(event.get("event_name")))
    if reader is None or _account_of(event) not in {account, ""}:
        return None
    return reader(event, account)


def _blank(event: dict[str, Any], account: str) -> Inbound:
    """An inbound with who and when, known by event, person and time: events without a message have no id."""
    chat, time = _person(event), _text(event.get("timestamp"))
    return Inbound(NAME, account, chat, f"{event['event_name']}:{chat}:{time}"[:120], sent_at=_at(time))


def _message(event: dict[str, Any], account: str) -> Inbound:
    message, name, blank = _dict(event, "message"), event["event_name"], _blank(event, account)
    blank = replace(blank, external_id=_text(message.get("msg_id"))[:120] or blank.external_id)
    text = _text(message.get("text"))
    if name in _UNSUPPORTED:
        return replace(blank, unsupported=_UNSUPPORTED[name])
    if name in _FILES:
        files = tuple(_files(message, _FILES[name], blank.external_id))
        return replace(blank, text=clean(text), files=files, unsupported="" if files or text else "other")
    if tapped := _TAPPED.fullmatch(text):
        return replace(blank, tap=tapped[1])
    return replace(blank, text=clean(text) or _link(message))


def _follow(event: dict[str, Any], account: str) -> Inbound:
    """Whoever follows has not written yet and sees an empty chat: they are greeted."""
    return replace(_blank(event, account), tap="/start", reachable=True)


def _unfollow(event: dict[str, Any], account: str) -> Inbound:
    return replace(_blank(event, account), reachable=False)


def _chat_opened(event: dict[str, Any], account: str) -> Inbound:
    return replace(_blank(event, account), tap="/start")


def _contact(event: dict[str, Any], account: str) -> Inbound:
    info = _dict(event, "info")
    name, phone = clean(_text(info.get("name")))[:120], clean(_text(info.get("phone")))[:20]
    return replace(_blank(event, account), name=name, phone=phone, event="contact")


def _withdraw(event: dict[str, Any], account: str) -> Inbound:
    return replace(_blank(event, account), event="withdraw")


_READERS: Final = {
    "user_send_text": _message,
    "user_send_link": _message,
    **dict.fromkeys(_FILES, _message),
    **dict.fromkeys(_UNSUPPORTED, _message),
    "follow": _follow,
    "unfollow": _unfollow,
    "user_click_chatnow": _chat_opened,
    "user_submit_info": _contact,
    "user_withdraw": _withdraw,
}


def _files(message: dict[str, Any], suffix: str, number: str) -> Iterator[RemoteFile]:
    for place, payload in enumerate(_payloads(message), 1):
        url = _text(payload.get("url"))
        if url:
            name = (
                " ".join(clean(_text(payload.get("name"))).split())[:200] or f"zalo-{number[-8:]}-{place}{suffix}"
            )
            size = _text(payload.get("size"))
            yield RemoteFile(url, name, size=int(size) if size.isdecimal() else None)


def _link(message: dict[str, Any]) -> str:
    """A shared link, as if its address had been typed."""
    return clean(next((url for payload in _payloads(message) if (url := _text(payload.get("url")))), ""))


def _payloads(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    listed = message.get("attachments")
    for each in listed if isinstance(listed, list) else ():
        payload = each.get("payload") if isinstance(each, dict) else None
        if isinstance(payload, dict):
            yield payload


def _person(event: dict[str, Any]) -> str:
    """Who did it: messages have a sender, following a follower, others the bare id."""
    nested = [_dict(event, name).get("id") for name in ("sender", "follower")]
    found = next((text for each in (*nested, event.get("user_id")) if (text := _text(each))), "")
    if not _ID.fullmatch(found):
        message = "nobody did it"
        raise ValueError(message)
    return found


def _account_of(event: dict[str, Any]) -> str:
    """Whom it was sent to: one app may serve several accounts."""
    return _text(_dict(event, "recipient").get("id")) or _text(event.get("oa_id"))


def _dict(event: dict[str, Any], name: str) -> dict[str, Any]:
    value = event.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    """A string, or a number as one; everything else is nothing."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _at(time: str) -> dt.datetime | None:
    if not (time.isdecimal() and len(time) <= 14):  # noqa: PLR2004 - milliseconds until the year 5138
        return None
    number = int(time)
    return dt.datetime.fromtimestamp(number if number < _SECONDS else number / 1000, dt.UTC)
