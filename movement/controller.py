"""The body that answers for people's data: the controller of Law 91/2025/QH15. Its names are settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Controller:
    """What people are told of whoever runs this deployment, and how long its papers are kept."""

    name: str = ""  # such as "Liên đoàn Lao động tỉnh Sông Lam"
    contact: str = ""  # a phone number, an address, an office
    abroad: tuple[str, ...] = ()  # platforms in use whose servers are outside Viet Nam
    archive_years: int = 20  # of recognised initiatives and their evidence

    def is_abroad(self, channel: str) -> bool:
        """Whether what is said on this channel goes through servers outside Viet Nam."""
        return channel in {platform.lower() for platform in self.abroad}
