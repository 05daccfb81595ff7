"""The ways by which people come in: a web page, and whichever platforms this deployment is on.

Which those are is found out when it is asked, since a platform tells a bot's name only after the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

MOST_PRINTED = 2  # platforms besides the web page for which a sheet of paper has room


@dataclass(frozen=True, slots=True)
class WayIn:
    """One platform. Where `link` holds "{code}", the code comes along; elsewhere it has to be typed."""

    name: str  # as people call the platform
    link: str

    @property
    def takes_code(self) -> bool:
        """Whether nothing has to be typed."""
        return "{code}" in self.link

    def with_code(self, code: str) -> str:
        """The link for this code."""
        return self.link.replace("{code}", code)


def web(public_url: str) -> WayIn:
    """The web page of this deployment, whose join links carry the code."""
    return WayIn("Web", f"{public_url}/j/{{code}}")


def is_local(url: str) -> bool:
    """Whether an address opens on the machine itself only, so that a link there is of no use on a phone."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
