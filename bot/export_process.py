"""Has files made by a process of its own, so that making one takes no time from answers (see benchmarks/forms.py).

It is started with the first file and ended when none was wanted for a while; it ends with us, whatever happens.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.exporter import Failed
from conversations.engine.screen import FileRef
from locales import _, speaking
from storage import secret_key

if TYPE_CHECKING:
    import datetime as dt

    from bot.inbox import Desk

ROOT: Final = Path(__file__).parents[1]
PATIENCE: Final = 300.0  # seconds for one file, before its process is given up
LONGEST: Final = 64 * 1024**2  # bytes of an answer: what was found in a long list comes back in one line
IDLE: Final = 60.0  # seconds without a request, after which it is ended: it holds 100 MB


class Gone(RuntimeError):  # noqa: N818 - a state, not a mistake
    """The process ended while it was to make a file."""


class ExportProcess:
    """The one process that makes our files, started when there is something to make."""

    def __init__(self, database: str, files: Path, desk: Desk, *, stands_back: bool = True) -> None:
        self._where = {"database": database, "files": str(files), "stands_back": stands_back}
        self._desk = desk
        self._process: asyncio.subprocess.Process | None = None
        self._last_used = 0.0

    async def make(self, row: Any, now: dt.datetime) -> tuple[FileRef | Failed, Any]:
        """The file in the store, or why there is none; and what was found while making it.

        Raise `Gone` or TimeoutError where the process failed.
        """
        self._last_used = asyncio.get_running_loop().time()
        if self._process is None or self._process.returncode is not None:
            await self._start()
        told = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
        job = {"row": told, "now": now, "desk": _as_told(self._desk)}
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await self._asked(job)
        except BaseException:  # also when cancelled: what it would still answer must not be taken for the next
            await self.stop()
            raise
        return _ending(answer, row.locale)

    async def rest(self) -> None:
        """End the process where nothing was wanted for a while."""
        if self._process is not None and asyncio.get_running_loop().time() - self._last_used > IDLE:
            await self.stop()

    async def stop(self) -> None:
        """End the process, whatever it is at."""
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _start(self) -> None:
        """A process of the same interpreter; secrets go through the pipe, where nobody else can see them."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.export_worker",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=environment,
            limit=LONGEST,
        )  # fmt: skip
        self._write({**self._where, "secret": secret_key.current()})

    async def _asked(self, job: dict[str, Any]) -> dict[str, Any]:
        self._write(job)
        assert self._process is not None  # noqa: S101 - for the type checker: `make` has started it
        assert self._process.stdout is not None  # noqa: S101 - the same: it was asked for
        line = await self._process.stdout.readline()
        if not line:
            raise Gone
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _write(self, told: dict[str, Any]) -> None:
        assert self._process is not None  # noqa: S101 - for the type checker
        assert self._process.stdin is not None  # noqa: S101 - the same
        self._process.stdin.write(json.dumps(told, ensure_ascii=False, default=_told_time).encode() + b"\n")


def _as_told(desk: Desk) -> dict[str, Any]:
    """What makers may want to know of the deployment."""
    return {
        "zone": str(desk.zone),
        "public_url": desk.public_url,
        "controller": asdict(desk.controller),
        "ways_in": [asdict(each) for each in desk.ways_in()],
    }


def _told_time(value: dt.datetime) -> str:
    return value.isoformat()


def _ending(answer: dict[str, Any], locale: str) -> tuple[FileRef | Failed, Any]:
    if "failed" in answer:
        return Failed(answer["failed"], is_ours=False), None
    if "broken" in answer:
        with speaking(locale):
            return Failed(_("The file could not be made. The mistake is ours and was noted."), is_ours=True), None
    return FileRef(**answer["file"]), answer["result"]
