"""A message in the words of an Official Account: a plain text with up to five buttons below each other.

Splitting a long text and choosing which five is the renderer's business; here more is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.channels.base import Capabilities, Refused
from bot.channels.zalo_oa_files import MOST_PAPER, PAPERS, PICTURES
from bot.channels.zalo_oa_parse import TAP

if TYPE_CHECKING:
    from bot.channels.base import Button, Message

CAPABILITIES = Capabilities(
    buttons=5,  # message/cs: "at most 5 buttons"
    row=1,  # they stand below each other
    label=35,  # a title may have 100 characters; phones were seen to show about 35 in one line
    text=1900,  # message/cs: 2,000 characters, over which it is refused; whether UTF-16 units is not said
    edits=False,  # there is no call to change a message
    files_in=20 * 1024 * 1024,  # ours: the platform names no limit of what people send
    files_out=MOST_PAPER,  # upload/file; larger ones go as links
    types_out=PICTURES | PAPERS.keys(),
    window=True,  # free within 48 hours of the person's last message, not at all after seven days
)
LONGEST_TITLE = 100
_LONGEST_PAYLOAD = 1000
_LONGEST_TEXT = 2000
_LONGEST_PARAMETER = 100  # of a template: to be of a type that takes as much, see docs/zalo.md


def text_of(message: Message) -> str:
    """Progress, title and text as one; raise Refused where it is longer than Zalo takes."""
    heading = "\n".join(part for part in (message.progress.strip(), message.title.strip()) if part)
    text = "\n\n".join(part for part in (heading, message.text.strip()) if part)
    if len(text.encode("utf-16-le", "surrogatepass")) > 2 * _LONGEST_TEXT:
        reason = f"a text of {len(text)} characters"
        raise Refused(reason)
    return text


def body(user: str, message: Message) -> dict[str, Any]:
    """A consult message; raise Refused for what Zalo never takes."""
    text = text_of(message)
    if not text:
        reason = "an empty text"
        raise Refused(reason)
    said: dict[str, Any] = {"text": text}
    buttons = [_button(button) for row in message.rows for button in row]
    if len(buttons) > CAPABILITIES.buttons:
        reason = f"{len(buttons)} buttons"
        raise Refused(reason)
    if buttons:
        said["attachment"] = {"type": "template", "payload": {"buttons": buttons}}
    return {"recipient": {"user_id": user}, "message": said}


def template_body(user: str, template: str, message: Message) -> dict[str, Any]:
    """An approved template with what the message is about as its one parameter, `noi_dung`."""
    about = " ".join((message.title or message.text).split())
    if len(about) > _LONGEST_PARAMETER:
        about = about[: _LONGEST_PARAMETER - 1].rsplit(" ", 1)[0] + "…"
    return {"user_id": user, "template_id": template, "template_data": {"noi_dung": about}}


def _button(button: Button) -> dict[str, str]:
    payload = TAP + button.tap
    if not button.label.strip() or not button.tap or len(payload) > _LONGEST_PAYLOAD:
        reason = f"a button of {len(button.label)} letters that carries {len(payload)}"
        raise Refused(reason)
    label = button.label if len(button.label) <= LONGEST_TITLE else button.label[: LONGEST_TITLE - 1] + "…"
    return {"title": label, "type": "oa.query.hide", "payload": payload}
