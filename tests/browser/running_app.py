"""The real program as a process of its own: started, killed and started again on the same data."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import ClientConnectionError, ClientSession

from bot.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import BinaryIO

PROGRAM = Path(__file__).parents[2] / "run_bot.py"
READY_WITHIN = 30.0  # seconds


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@dataclass
class RunningApp:
    """`run_bot.py` over one data folder, in the demo, on a port that stays the same."""

    folder: Path
    today: str  # the day that the demo takes for the present, as 2027-02-20
    port: int = field(default_factory=free_port)
    _process: asyncio.subprocess.Process | None = None

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        """What the program has written so far, its log as well."""
        return self._output.read_text(encoding="utf-8")

    async def start(self) -> None:
        """Start the program and return when it says that it is well; raise AssertionError with what it said."""
        with self._output.open("ab") as output:
            self._process = await self._begin(output)
        async with ClientSession() as session, asyncio.timeout(READY_WITHIN):
            while not await self._is_well(session):
                assert self._process.returncode is None, self.said
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """End the program at once, as a power cut would."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    @property
    def _output(self) -> Path:
        return self.folder / "said.txt"

    async def _begin(self, output: BinaryIO) -> asyncio.subprocess.Process:
        ours = {name.upper() for name in Settings.model_fields}
        environment = {name: value for name, value in os.environ.items() if name.upper() not in ours}
        environment |= {
            "DATA_DIR": str(self.folder),
            "PORT": str(self.port),
            "DEMO": "true",
            "DEMO_TODAY": self.today,
        }
        # Its own folder to work in, so that nobody's `.env` has a say.
        return await asyncio.create_subprocess_exec(
            sys.executable, PROGRAM, env=environment, cwd=self.folder, stdout=output, stderr=output
        )

    async def _is_well(self, session: ClientSession) -> bool:
        try:
            async with session.get(f"{self.address}/healthz") as answer:
                return answer.status == 200
        except ClientConnectionError:
            return False


@asynccontextmanager
async def running_app(folder: Path, today: str) -> AsyncIterator[RunningApp]:
    """The program, well, until the block ends."""
    app = RunningApp(folder, today)
    try:
        await app.start()
        yield app
    finally:
        await app.kill()
