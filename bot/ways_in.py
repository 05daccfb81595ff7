"""The platforms that people may come in by, as links that bring a join code along where the platform can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from movement.ways_in import WayIn

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram


def ways_in(telegram: Telegram | None) -> tuple[WayIn, ...]:
    """Every platform but the web page; a bot's name on Telegram is known once Telegram was reached."""
    found = []
    if telegram and telegram.username:
        found.append(WayIn("Telegram", f"https://t.me/{telegram.username}?start={{code}}"))
    return tuple(found)
