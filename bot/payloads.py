"""What a turn leaves in the outbox: the screen, and what of the last message is to be changed with it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.channels.base import Inbound
    from bot.inbox import Desk
    from conversations.engine.screen import Reply, Screen
    from movement.context import Context


def payloads(
    ctx: Context, desk: Desk, inbound: Inbound, known: Any, screen: Screen, echo: Reply | None
) -> list[tuple[str, dict[str, Any]]]:
    """The rows to queue: on a channel that keeps both sides, what the person sent goes before the answer."""
    at = ctx.now.astimezone(desk.zone).isoformat(timespec="seconds")
    if inbound.channel in desk.stored:
        files = [asdict(file) for file in echo.files] if echo else []
        text = (
            ctx.memo.get("hides") or inbound.text
        )  # what is kept elsewhere, encrypted, is not kept here in clear
        said = {"id": inbound.external_id, "text": text, "tap": inbound.tap, "files": files, "at": at}
        return [("echo", said), ("answer", {**screen.to_json(), "at": at})]
    last = known.last or {}
    payload: dict[str, Any] = {"screen": screen.to_json()}
    if known.locale != "vi":
        payload["locale"] = known.locale
    if screen.amends:
        payload["edit"] = inbound.tapped or (last.get("ref") if last.get("place") == screen.place else "")
    elif screen.settled_place:
        same = last.get("place") == screen.settled_place
        payload["settle"] = inbound.tapped or (last.get("ref") if same else "")
        payload["settle_text"] = last.get("text", "") if same else ""
    return [("answer", payload)]
