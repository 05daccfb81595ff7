"""HEIC and HEIF photos, turned into JPEG in a process of their own.

Damaged files make libheif 1.23 read through null pointers (found by changing a few bytes of a good photo), which
no `except` stops. So each photo gets a child: whatever happens to it is a refusal, and it has no secrets to lose.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from movement import evidence_images as images
from movement import evidence_refusals as refusals

_MOST_SECONDS = 30
_MOST_MEMORY = 2 * 1024**3  # bytes of address space; the largest photo uses 350 MB of it
_DAMAGED, _TOO_MANY_PIXELS = 3, 4  # endings of the child; below are Python's own


def as_jpeg(data: bytes) -> bytes:
    """The photo as JPEG, since few browsers show HEIC; raise `Unfit`."""
    needed_on_windows = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    try:
        child = subprocess.run(
            [sys.executable, "-m", "movement.evidence_heif"],
            input=data,
            capture_output=True,
            check=False,
            cwd=Path(__file__).parents[1],
            env=needed_on_windows,
            timeout=_MOST_SECONDS,
        )
    except subprocess.TimeoutExpired as late:
        raise refusals.damaged() from late
    if child.returncode == _TOO_MANY_PIXELS:
        raise refusals.too_many_pixels()
    if child.returncode != 0:
        raise refusals.damaged()
    return child.stdout


def _limit_itself() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> int:
    _limit_itself()
    try:
        jpeg = images.heif_as_jpeg(sys.stdin.buffer.read())
    except refusals.TooManyPixels:
        return _TOO_MANY_PIXELS
    except (refusals.Unfit, MemoryError):
        return _DAMAGED
    sys.stdout.buffer.write(jpeg)
    return 0


if __name__ == "__main__":
    sys.exit(_main())
