"""The Bot API's methods as the fake carries them out, once a call has passed the table of facts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram_chats import BOT, Chat, File, Shown, State, buttons, message_json
from tests.fakes.telegram_delivery import Conflict, Delivery, Webhook
from tests.fakes.telegram_html import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_DOWNLOAD = 20 * 1024 * 1024
_PHOTO = 10 * 1024 * 1024
_UPLOAD = 50 * 1024 * 1024
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF")
_UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


class Refusal(Exception):  # noqa: N818 - an answer, not an error of the fake
    """An error that Telegram answers; `description` without its first words."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status
        kind = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}.get(status, "")
        self.description = kind + description


class Methods:
    """One function per method, by its name: values and uploads in, `result` out."""

    def __init__(self, state: State, delivery: Delivery) -> None:
        self._state = state
        self._delivery = delivery

    async def call(self, method: str, values: dict[str, Any], uploads: Mapping[str, File]) -> Any:
        """Carry a call out; raise Refusal."""
        match method:
            case "getUpdates":
                return await self._get_updates(values)
            case "sendPhoto" | "sendDocument" | "sendMediaGroup":
                return self._send_files(method, values, uploads)
            case "setMyDescription" | "setMyName" | "setMyShortDescription" | "sendChatAction":
                return True
        return {
            "answerCallbackQuery": self._answer,
            "deleteMessage": self._delete,
            "deleteMyCommands": self._delete_commands,
            "deleteWebhook": self._delete_webhook,
            "editMessageCaption": self._edit,
            "editMessageReplyMarkup": self._edit,
            "editMessageText": self._edit,
            "getChat": lambda values: self._chat(values).as_json(),
            "getFile": self._get_file,
            "getMe": lambda _: BOT,
            "getMyCommands": lambda values: self._state.commands.get(_menu(values), []),
            "getWebhookInfo": lambda _: self._webhook_info(),
            "sendMessage": self._send_message,
            "setMyCommands": self._set_commands,
            "setWebhook": self._set_webhook,
        }[method](values)

    def _chat(self, values: dict[str, Any]) -> Chat:
        chat = self._state.chats.get(int(values["chat_id"]))
        if not chat:
            raise Refusal(400, "chat not found")
        if chat.blocked:
            raise Refusal(403, "bot was blocked by the user")
        return chat

    def _send_message(self, values: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(values)
        return message_json(chat, self._state.post(chat, values))

    def _send_files(self, method: str, values: dict[str, Any], uploads: Mapping[str, File]) -> Any:
        chat = self._chat(values)
        if method != "sendMediaGroup":
            name = "photo" if method == "sendPhoto" else "document"
            return self._file_message(chat, name, values, uploads)
        album = {
            "media_group_id": str(self._state.number()),
            "disable_notification": values.get("disable_notification"),
        }
        for item in values["media"]:
            _check_upload(item["type"], self._upload(item["media"], uploads))
        return [self._file_message(chat, item["type"], {**item, **album}, uploads) for item in values["media"]]

    def _file_message(
        self, chat: Chat, kind: str, values: dict[str, Any], uploads: Mapping[str, File]
    ) -> dict[str, Any]:
        file = self._upload(values.get("media") or values.get(kind) or kind, uploads)
        _check_upload(kind, file)
        answer = message_json(chat, self._state.post(chat, values, ((file.name, file.content),)))
        fields = file.as_json(self._state.keep(file))
        return answer | {kind: [fields | {"width": 1280, "height": 960}] if kind == "photo" else fields}

    def _upload(self, reference: str, uploads: Mapping[str, File]) -> File:
        file = uploads.get(reference.removeprefix("attach://")) or self._state.files.get(reference)
        if not file:
            raise Refusal(400, "wrong remote file identifier specified: wrong padding in the string")
        return file

    def _edit(self, values: dict[str, Any]) -> dict[str, Any]:
        chat = self._chat(values)
        old = chat.messages.get(values["message_id"])
        if not old:
            raise Refusal(400, "message to edit not found")
        if "text" in values and old.files:
            raise Refusal(400, "there is no text in the message to edit")
        new = _edited(old, values)
        if new == old:
            raise Refusal(400, _UNCHANGED)
        chat.messages[old.id] = replace(new, edits=old.edits + 1)
        chat.happened(old.id)
        return message_json(chat, chat.messages[old.id])

    def _delete(self, values: dict[str, Any]) -> bool:
        if not self._chat(values).messages.pop(values["message_id"], None):
            raise Refusal(400, "message to delete not found")
        return True

    def _answer(self, values: dict[str, Any]) -> bool:
        person = self._state.taps.pop(values["callback_query_id"], None)
        if person is None:
            raise Refusal(400, "query is too old and response timeout expired or query ID is invalid")
        self._state.toasts.append((person, values.get("text", ""), values.get("show_alert", False)))
        return True

    def _get_file(self, values: dict[str, Any]) -> dict[str, Any]:
        file = self._state.files.get(values["file_id"])
        if not file:
            raise Refusal(400, "wrong file_id or the file is temporarily unavailable")
        if file.size > _DOWNLOAD:
            raise Refusal(400, "file is too big")
        return file.as_json(values["file_id"]) | {"file_path": f"{file.folder}/{values['file_id']}"}

    def _set_commands(self, values: dict[str, Any]) -> bool:
        self._state.commands[_menu(values)] = values["commands"]
        return True

    def _delete_commands(self, values: dict[str, Any]) -> bool:
        return self._state.commands.pop(_menu(values), None) is not None

    def _set_webhook(self, values: dict[str, Any]) -> bool:
        self._remember(values)
        webhook = Webhook(values["url"], values.get("secret_token", ""), values.get("max_connections", 40))
        self._delivery.set_webhook(webhook if webhook.url else None)
        return True

    def _delete_webhook(self, values: dict[str, Any]) -> bool:
        self._remember(values)
        self._delivery.set_webhook(None)
        return True

    async def _get_updates(self, values: dict[str, Any]) -> list[dict[str, Any]]:
        self._remember(values)
        offset, limit = values.get("offset", 0), values.get("limit", 100)
        try:
            return await self._delivery.poll(offset, limit, values.get("timeout", 0))
        except Conflict as conflict:
            raise Refusal(409, str(conflict)) from conflict

    def _remember(self, values: dict[str, Any]) -> None:
        if values.get("drop_pending_updates"):
            self._delivery.pending.clear()
        if "allowed_updates" in values:  # kept between calls
            self._delivery.allowed = tuple(values["allowed_updates"])

    def _webhook_info(self) -> dict[str, Any]:
        webhook = self._delivery.webhook
        return {
            "url": webhook.url if webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._delivery.pending),
        }


def _edited(old: Shown, values: dict[str, Any]) -> Shown:
    new = replace(old, buttons=buttons(values))  # an edit without a keyboard removes it
    words = values.get("text", values.get("caption"))
    if words is None:
        return new
    return replace(new, html=words, text=plain(words) if values.get("parse_mode") else words.strip())


def _check_upload(kind: str, file: File) -> None:
    if len(file.content) > (_PHOTO if kind == "photo" else _UPLOAD):
        raise Refusal(413, "Request Entity Too Large")
    if kind == "photo" and not file.content.startswith(_PICTURES):
        raise Refusal(400, "IMAGE_PROCESS_FAILED")


def _menu(values: dict[str, Any]) -> tuple[str, str]:
    return values.get("scope", {"type": "default"})["type"], values.get("language_code", "")
