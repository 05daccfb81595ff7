"""The links that the messages to one address may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from movement import links, upload_links

if TYPE_CHECKING:
    import datetime as dt

    from conversations.engine.screen import FileRef


@dataclass(frozen=True, slots=True)
class Urls:
    """Links of this moment, for the person at this address."""

    public_url: str
    address_id: int
    now: dt.datetime
    is_local: bool = False  # they open on the machine of this deployment only

    def file(self, file: FileRef) -> str:
        """Where the person opens the file."""
        return links.file_url(self.public_url, file, self.address_id, self.now)

    def upload(self) -> str:
        """A page on which the person sends files, once; empty where no phone could open it."""
        if self.is_local:
            return ""
        return upload_links.upload_url(self.public_url, self.address_id, self.now)

    def photo(self, file: FileRef) -> str:
        """Where a platform fetches the picture."""
        return links.file_url(self.public_url, file, self.address_id, self.now, links.FOR_FETCHING)
