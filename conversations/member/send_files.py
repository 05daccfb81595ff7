"""/taitep: a link to the page on which photos and files are sent from a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.engine.screen import Screen
from conversations.registry import command
from locales import N_, _
from movement import upload_links
from movement.ways_in import is_local

if TYPE_CHECKING:
    from movement.context import Context

_HERE = {"web", "console"}  # channels of people who may sit at the very machine


@command(command="taitep", title=N_("Send files by a link"), words=N_("send files;upload;upload files;files"))
def send_files(ctx: Context, arguments: str) -> Screen:  # noqa: ARG001
    """Give a new link, whatever is open: what comes by it goes to the open question, or begins a report."""
    if not ctx.address_id:
        return Screen(_("A link can only be given where you can be answered. Please write to me in a chat."))
    if ctx.channel not in _HERE and is_local(ctx.public_url):
        text = _("A link cannot be given yet: the server has no address on the Internet. Photos can be sent here.")
        return Screen(text)
    url = upload_links.upload_url(ctx.public_url, ctx.address_id, ctx.now)
    return Screen(
        _(
            "Open this page on your phone or computer to send photos and files, up to 20 MB each:\n{url}\n"
            "The link works once, within 24 hours. It is yours alone: please do not pass it on."
        ).format(url=url)
    )
