"""The platforms that people may come in by, as links that bring a join code along where the platform can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.settings import parted
from movement.ways_in import WayIn

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram
    from bot.settings import Settings


def ways_in(settings: Settings, telegram: Telegram | None) -> tuple[WayIn, ...]:
    """Every platform but the web page; a bot's name on Telegram is known once Telegram was reached.

    Links to a Zalo bot or an Official Account bring no words along: there the code is written by hand.
    """
    found = []
    if telegram and telegram.username:
        found.append(WayIn("Telegram", f"https://t.me/{telegram.username}?start={{code}}"))
    links = parted(settings.zalo_bot_link)
    if settings.zalo_oa_id:
        links.append(f"https://zalo.me/{settings.zalo_oa_id}")
    found += [WayIn("Zalo", link) for link in links]
    return tuple(found)
