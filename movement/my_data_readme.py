"""The page inside the copy of one's data that explains what each of its files is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales import _
from movement import people
from movement.vietnamese_dates import show_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.context import Context


def page(ctx: Context, missing: Sequence[str]) -> str:
    """The text, with CRLF so that every Windows shows its lines."""
    who = people.name(ctx) or _("(none)")
    lines = [
        _("COPY OF PERSONAL DATA"),
        _("Of: {name}. Made on {day}.").format(name=who, day=show_date(ctx.today)),
        _("By: {body}. Contact: {contact}.").format(
            body=ctx.controller.name or _("the trade union"),
            contact=ctx.controller.contact or _("the officer of your unit"),
        ),
        "",
        _("nguoi.json: name, phone, units and roles, channels, consents word for word, who has seen your data."),
        _("mo-hinh.json: your initiatives with their scores, opinions and decisions."),
        _("minh-chung.json: the words of your evidence. The files are in the folder “tep”."),
        _("yeu-cau.json: your requests about your data, and the answers."),
        _("nhac-han.json: what you are reminded of and when, and what you chose."),
        _("nhat-ky.json: what you have done here, when and on which channel."),
        _("tin-nhan.json: the messages of this conversation. dang-do.json: what is begun and not sent."),
        "",
        _("JSON files open in any text editor. Times are UTC: Viet Nam is 7 hours ahead."),
        _("Please keep this file to yourself: it is not locked."),
    ]
    if missing:
        lines += ["", _("Not in here, too large or not readable; ask your data officer for them:")]
        lines += [f"- {name}" for name in missing]
    return "\ufeff" + "\r\n".join([*lines, ""])
