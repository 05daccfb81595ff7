"""What writing to people who did not ask costs on each channel of this deployment, for previews of chases.

Prices: Zalo's tables of January and September 2026, without tax; outside of the hours in which messages are free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.channels.zalo_oa_window import FREE, LATEST
from movement.ways_out import ONLY_WEB, WayOut

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.settings import Settings

CONSULT: Final = 55  # đồng: one message to somebody who wrote within seven days, beyond those of the package
TEMPLATE: Final = 200  # đồng: one message by an approved template


def ways_out(settings: Settings) -> Mapping[str, WayOut]:
    """The channels on which messages are not simply free."""
    if not settings.zalo_oa_id:
        return ONLY_WEB
    if settings.zalo_oa_template_reminder:
        official = WayOut(free_for=FREE, price=TEMPLATE)
    else:
        official = WayOut(free_for=FREE, paid_for=LATEST, price=CONSULT if settings.zalo_oa_paid else 0)
    return {**ONLY_WEB, "zalo_oa": official}
