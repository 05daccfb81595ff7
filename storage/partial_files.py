"""Files that come in pieces, in the evidence store's temporary folder until they are whole."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PREFIX = "part-"
_KEY = re.compile(r"[0-9a-f]{1,64}\.[0-9a-f]{1,32}")


class NoRoomError(Exception):
    """Too much is under way already."""


class PartialFiles:
    """Pieces by key: `<group>.<file>`, both hexadecimal. What was written stays, also when the process dies."""

    def __init__(self, folder: Path, most_bytes: int, most_of_group: int) -> None:
        self._folder, self._most_bytes, self._most_of_group = folder, most_bytes, most_of_group
        folder.mkdir(parents=True, exist_ok=True)

    def size(self, key: str) -> int:
        """How many bytes there are of a file; 0 where it has not been begun."""
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            return 0

    def write(self, key: str, offset: int, data: bytes) -> int:
        """Put bytes where they belong and give the size then; raise ValueError for a gap, or `NoRoomError`.

        The same piece again changes nothing, so two requests for it need no lock.
        """
        path = self._path(key)
        if offset == 0 and not path.exists():
            self._make_room(key)
        number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if offset > os.fstat(number).st_size:
                message = "a piece is missing before this one"
                raise ValueError(message)
            os.pwrite(number, data, offset)
            os.fsync(number)
            return os.fstat(number).st_size
        finally:
            os.close(number)

    def read(self, key: str) -> bytes:
        """What there is of a file."""
        return self._path(key).read_bytes()

    def remove(self, key: str) -> None:
        """Forget a file, if it is there."""
        self._path(key).unlink(missing_ok=True)

    def sweep(self, older_than: float) -> int:
        """Remove files that got nothing for so many seconds; give their number."""
        before = time.time() - older_than
        old = [path for path, stat in self._all() if stat.st_mtime < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _make_room(self, key: str) -> None:
        group = f"{_PREFIX}{key.partition('.')[0]}."
        held = self._all()
        if sum(path.name.startswith(group) for path, _ in held) >= self._most_of_group:
            raise NoRoomError
        if sum(stat.st_size for _, stat in held) >= self._most_bytes:
            raise NoRoomError

    def _all(self) -> list[tuple[Path, os.stat_result]]:
        found = []
        for path in self._folder.glob(f"{_PREFIX}*"):
            try:
                found.append((path, path.stat()))
            except FileNotFoundError:  # finished meanwhile
                continue
        return found

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            message = "not a key of a file"
            raise ValueError(message)
        return self._folder / f"{_PREFIX}{key}"
