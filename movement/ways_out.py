"""What it takes to write to a person who did not ask, on each channel of the deployment."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class WayOut:
    """One channel. A message is free as long as `free_for` after the person wrote, then paid, then impossible.

    None: without end. Prices are in đồng for one message, as the platform last named them.
    """

    stored: bool = False  # delivered by being stored: it is seen when the page is opened
    free_for: dt.timedelta | None = None
    paid_for: dt.timedelta | None = None
    price: int = 0


FREE: Final = WayOut()
ONLY_WEB: Final[Mapping[str, WayOut]] = MappingProxyType({"web": WayOut(stored=True)})


def only_web() -> Mapping[str, WayOut]:
    """Where every channel is free, but for the web page, which is only looked at."""
    return ONLY_WEB
