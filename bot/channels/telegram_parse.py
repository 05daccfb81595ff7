"""What Telegram posts to a bot, read into `Inbound`. Pure: no network, no state.

Private chats only: what comes from groups and channels is passed over.
Shapes: https://core.telegram.org/bots/api#update. One update takes 70-110 µs, nearly all in `Update.de_json`.
"""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING, Any

from telegram import (
    CallbackQuery,
    ChatMemberUpdated,
    Document,
    Message,
    Update,
    User,
)

from bot.channels.base import Inbound, RemoteFile
from bot.channels.clean import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "telegram"
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

# Kinds of content we take no answer from, and what the engine calls them. `animation` comes
# with a `document` of the same file, for old clients; so these are looked for before documents.
_UNSUPPORTED = {
    "sticker": "sticker",
    "voice": "voice",
    "video_note": "voice",
    "location": "location",
    "venue": "location",
    "contact": "contact",
    "animation": "other",
    "audio": "other",
    "checklist": "other",
    "dice": "other",
    "game": "other",
    "invoice": "other",
    "paid_media": "other",
    "poll": "other",
    "story": "other",
    "video": "other",
}
# Parts of a message that nothing here reads: not building objects of them halves the work, and
# an answer to an answer to an answer may be nested to any depth.
_UNREAD = frozenset(
    {
        "reply_to_message",
        "pinned_message",
        "external_reply",
        "quote",
        "entities",
        "caption_entities",
        "reply_markup",
        "forward_origin",
    },
)
_COMMAND_AT = re.compile(r"^(/\w+)@\w+")


def verify(headers: Mapping[str, str], secret: str) -> bool:
    """Whether a webhook request carries our secret, compared in constant time; without one nothing passes."""
    given = headers.get(_SECRET, "")
    return bool(secret) and hmac.compare_digest(given.encode(errors="replace"), secret.encode())


def parse(payload: Any, account: str) -> Inbound | None:
    """Read one update, as `json.loads` gave it; None if it is no person's act in a private chat.

    A tap on a message that Telegram no longer shows us (deleted, or too old) has no `tapped`: such a
    message cannot be edited. Raises ValueError where the update is not of the documented shape.
    """
    try:
        return _read(Update.de_json(_without_unread(payload), None), account)
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, OSError, RecursionError) as error:
        message = f"not an update of Telegram: {type(error).__name__}"
        raise ValueError(message) from error


def _without_unread(payload: Any) -> Any:
    payload = dict(payload)
    if message := payload.get("message"):
        payload["message"] = {key: value for key, value in message.items() if key not in _UNREAD}
    if tap := payload.get("callback_query"):
        tapped = tap.get("message")
        kept = tapped and {key: tapped[key] for key in ("chat", "message_id", "date")}
        payload["callback_query"] = {**tap, "message": kept}
    return payload


def _read(update: Update, account: str) -> Inbound | None:
    external_id = str(_integer(update.update_id))
    if update.message:
        return _message(update.message, account, external_id)
    if update.callback_query:
        return _tap(update.callback_query, account, external_id)
    if update.my_chat_member:
        return _membership(update.my_chat_member, account, external_id)
    return None


def _message(message: Message, account: str, external_id: str) -> Inbound | None:
    if message.chat.type != "private":
        return None
    text = _COMMAND_AT.sub(r"\1", clean(_string(message.text) or _string(message.caption)))
    files = _files(message)
    unsupported = "" if files else _unsupported(message)
    if not (text or files or unsupported):
        if message.text is None:
            return None  # a service message: nothing was said
        unsupported = "other"  # nothing but control characters
    return Inbound(
        channel=NAME,
        account=account,
        chat=str(_integer(message.chat.id)),
        external_id=external_id,
        text=text,
        files=files,
        album=_string(message.media_group_id),
        unsupported=unsupported,
        sent_at=message.date,
        **_whose(message.from_user),
    )


def _tap(query: CallbackQuery, account: str, external_id: str) -> Inbound | None:
    message = query.message
    if message and message.chat.type != "private":
        return None
    return Inbound(
        channel=NAME,
        account=account,
        chat=str(_integer(message.chat.id if message else query.from_user.id)),
        external_id=external_id,
        tap=clean(_string(query.data)),
        tapped=str(_integer(message.message_id)) if message and message.is_accessible else "",
        reply_id=_string(query.id),
        **_whose(query.from_user),
    )


def _membership(change: ChatMemberUpdated, account: str, external_id: str) -> Inbound | None:
    reachable = {"member": True, "kicked": False}.get(change.new_chat_member.status)
    if change.chat.type != "private" or reachable is None:
        return None
    return Inbound(
        channel=NAME,
        account=account,
        chat=str(_integer(change.chat.id)),
        external_id=external_id,
        sent_at=change.date,
        reachable=reachable,
        **_whose(change.from_user),
    )


def _whose(user: User | None) -> dict[str, Any]:
    if user is None:
        return {}
    name = " ".join(clean(f"{_string(user.first_name)} {_string(user.last_name)}").split())
    return {"name": name, "language": clean(_string(user.language_code))}


def _unsupported(message: Message) -> str:
    for kind, word in _UNSUPPORTED.items():
        if getattr(message, kind):
            return word
    # A kind newer than this PTB stays among the unknown fields: better answered than passed over.
    return "other" if message.api_kwargs and message.text is None and message.caption is None else ""


def _files(message: Message) -> tuple[RemoteFile, ...]:
    if message.photo:
        largest = max(message.photo, key=lambda size: (size.width * size.height, size.file_size or 0))
        name = f"photo-{_integer(message.message_id)}.jpg"
        return (RemoteFile(_string(largest.file_id), name, "image/jpeg", _size(largest.file_size)),)
    if message.document and not message.animation:
        return (_document(message.document),)
    return ()


def _document(document: Document) -> RemoteFile:
    name = " ".join(clean(_string(document.file_name)).split()) or "file"
    return RemoteFile(
        _string(document.file_id),
        name,
        clean(_string(document.mime_type)),
        _size(document.file_size),
    )


def _string(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    message = "not a string"
    raise TypeError(message)


def _integer(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    message = "not an integer"
    raise TypeError(message)


def _size(value: object) -> int | None:
    return None if value is None else _integer(value)
