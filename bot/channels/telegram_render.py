"""A message in Telegram's words: HTML and an inline keyboard, checked before anything is sent.

Splitting a long text is the renderer's business; here it is refused.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from bot.channels.base import Capabilities, Pace, Refused

if TYPE_CHECKING:
    from bot.channels.base import Message

CAPABILITIES = Capabilities(
    buttons=100,  # not documented; about 100 is what servers were seen to take
    row=8,  # not documented either; more are squeezed until they cannot be read
    label=30,  # phones show about 30 letters of a button that has its row to itself
    text=4096,  # sendMessage: "1-4096 characters after entities parsing", counted the stricter way
    edits=True,  # editMessageText: no age limit for the bot's own messages
    files_in=20 * 1024 * 1024,  # getFile: "maximum file size to download is 20 MB"
    files_out=50_000_000,  # sendDocument: "files of any type of up to 50 MB in size"
    # core.telegram.org/bots/faq: in bulk "no more than about 30 messages per second"; in a chat "avoid sending
    # more than one message per second. We may allow short bursts that go over this limit".
    pace=Pace(many=30, seconds=1.0, chat=1.0),
)
_TAP = 64  # InlineKeyboardButton.callback_data: "1-64 bytes"


def body(message: Message) -> dict[str, Any]:
    """The parameters that sendMessage and editMessageText share; raise Refused for what Telegram never takes.

    Links get no preview: Telegram's servers would fetch one-time links to make it.
    """
    parts = [part for part in (message.progress, message.title, message.text) if part.strip()]
    length = utf16("\n\n".join(parts))
    if not 0 < length <= CAPABILITIES.text:
        reason = f"a text of {length} units"
        raise Refused(reason)
    parameters: dict[str, Any] = {
        "text": _html(message),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    if message.rows:
        parameters["reply_markup"] = {"inline_keyboard": _keyboard(message)}
    return parameters


def utf16(text: str) -> int:
    """The length in UTF-16 units, as Telegram counts: most emoji are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _html(message: Message) -> str:
    heading = [f"<i>{_plain(message.progress)}</i>"] if message.progress.strip() else []
    if message.title.strip():
        heading.append(f"<b>{_plain(message.title)}</b>")
    return "\n\n".join(part for part in ("\n".join(heading), _plain(message.text)) if part)


def _plain(text: str) -> str:
    return escape(text, quote=False)


def _keyboard(message: Message) -> list[list[dict[str, str]]]:
    if sum(map(len, message.rows)) > CAPABILITIES.buttons:
        reason = f"more than {CAPABILITIES.buttons} buttons"
        raise Refused(reason)
    return [[_button(button.label, button.tap) for button in row] for row in message.rows]


def _button(label: str, tap: str) -> dict[str, str]:
    if not label.strip() or not 0 < len(tap.encode()) <= _TAP:
        reason = f"a button of {len(label)} letters that carries {len(tap.encode())} bytes"
        raise Refused(reason)
    return {"text": label, "callback_data": tap}
