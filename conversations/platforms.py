"""What the platforms are called, and a bot of ours among several on one."""

from __future__ import annotations

from typing import Final

from locales import N_, _
from movement import quota

_NAMES: Final = {
    "telegram": "Telegram",
    "web": N_("Web page"),
    "zalo_bot": "Zalo Bot",
    "zalo_oa": "Zalo OA",
}


def label(channel: str, account: str) -> str:
    """The platform's name; with the bot's number where there are several."""
    name = _(_NAMES[channel]) if channel in _NAMES else channel
    several = sum(known == channel for known, _account in quota.limits()) > 1
    return f"{name} {account}" if several else name
