"""What the ways to send papers are called. The addresses are settings of the deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from locales import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from movement.guideline_rules import Channel

CHANNELS: Final[Mapping[str, str]] = {"paper": N_("on paper"), "email": N_("by e-mail"), "zalo": N_("by Zalo")}


def label(channels: Iterable[Channel]) -> str:
    """The ways together: on paper, by e-mail."""
    return ", ".join(_(CHANNELS[each.kind]) for each in channels)
