"""Evidence files by the hash of their content. Which of them still belong to something is not its business."""

from __future__ import annotations

import os
import re
import tempfile
import time
import uuid
from hashlib import sha256 as hash_of
from pathlib import Path

HASH = re.compile(r"[0-9a-f]{64}")


class Damaged(Exception):  # noqa: N818 - a state, not a mistake
    """A stored file no longer is what was put there."""


class FileStore:
    """A folder of files that never change: what has its final name is whole and on the disk."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._temporary = root / "tmp"  # in the same file system, so that renaming is one step
        self._temporary.mkdir(parents=True, exist_ok=True)

    def put(self, data: bytes) -> str:
        """Store the bytes and return their SHA-256; what is there already is left alone."""
        name = hash_of(data).hexdigest()
        path = self.path(name)
        if path.exists():
            os.utime(path)  # young again, so that no sweep takes it before its new row is committed
        else:
            path.parent.mkdir(exist_ok=True)
            self._write(data, path)
        _flush_folder(path.parent)  # also of what is there: whoever put it may not have come so far yet
        _flush_folder(self._root)
        return name

    def _write(self, data: bytes, path: Path) -> None:
        """Write beside, have it on the disk, then rename; a full disk leaves nothing behind."""
        with tempfile.NamedTemporaryFile(dir=self._temporary, delete=False) as file:  # mode 0600
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise
        Path(file.name).replace(path)

    def path(self, sha256: str) -> Path:
        """Where the file of this hash is, or would be; raise ValueError for anything but a hash."""
        if not HASH.fullmatch(sha256):
            message = "not a SHA-256"
            raise ValueError(message)
        return self._root / sha256[:2] / sha256[2:]

    def read(self, sha256: str) -> bytes:
        """The bytes; raise FileNotFoundError, or `Damaged` where they are not those that were put."""
        data = self.path(sha256).read_bytes()
        if hash_of(data).hexdigest() != sha256:
            raise Damaged(sha256)
        return data

    def sweep(self, known: set[str], older_than: float) -> int:
        """Remove what nobody knows and is older than so many seconds; return how many files that were.

        The age keeps files whose rows are not committed yet, and temporary ones that are being written.
        """
        before = time.time() - older_than
        left = (path for path in self._root.glob("*/*") if path.parent.name + path.name not in known)
        return sum(self._remove(path, before) for path in left)

    def _remove(self, path: Path, before: float) -> bool:
        """Remove a file unless it is young; put it back where it was put again in this very moment."""
        aside = self._temporary / f"going-{uuid.uuid4().hex}"
        try:
            if path.stat().st_mtime >= before:
                return False
            path.rename(aside)
            if aside.stat().st_mtime >= before:  # `put` touched it between the two lines above
                aside.replace(path)
                return False
            aside.unlink()
        except FileNotFoundError:  # another process sweeps too
            return False
        return True


def _flush_folder(folder: Path) -> None:
    """Have the names in a folder on the disk too."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
