"""Files made by a process of its own: the same endings, and nothing left of it when either side dies."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot.export_process import ExportProcess, Gone
from bot.exporter import Failed
from bot.inbox import Desk
from conversations.engine.screen import FileRef
from storage.files import FileStore
from tests.worlds import World, build

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.database import Database
    from storage.session import Session

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = dt.datetime(2027, 9, 20, 2, tzinfo=dt.UTC)
LIST = {"form": "register", "unit": 1, "year": 2027, "file": "xlsx"}


def fill(session: Session) -> dict[str, int]:
    world = World(session, NOW, ZONE, "web", "a", {}, {})
    build(world, ["registered"])
    return world.people


class Request:
    """A row of the table of requests, as the exporter reads it."""

    def __init__(self, person_id: int, kind: str, arguments: Any) -> None:
        told = {"id": 1, "person_id": person_id, "address_id": 1, "kind": kind, "arguments": arguments}
        more = {"channel": "web", "chat": "quan", "name": "Quân", "locale": "vi", "consent_version": ""}
        self._mapping = {**told, **more, "deactivated_at": None}
        self.locale = "vi"


@pytest.fixture
async def process(database_url: str, tmp_path: Path) -> AsyncIterator[ExportProcess]:
    FileStore(tmp_path / "files")
    made = ExportProcess(database_url, tmp_path / "files", Desk(1, ZONE), stands_back=False)
    yield made
    await made.stop()


async def test_a_file_is_made_in_another_process_and_kept_in_our_store(
    process: ExportProcess, database: Database, tmp_path: Path
) -> None:
    people = await database.write(fill)

    made, _result = await process.make(Request(people["quan"], "rollup", LIST), NOW)

    assert isinstance(made, FileRef)
    assert made.name == "dang-ky-lien-doan-lao-dong-tinh-song-lam-2027.xlsx"
    assert len(FileStore(tmp_path / "files").read(made.sha256)) == made.size


async def test_who_may_not_have_it_is_told_so_and_a_mistake_of_ours_does_not_stop_the_next(
    process: ExportProcess, database: Database
) -> None:
    people = await database.write(fill)
    broken, _ = await process.make(Request(people["quan"], "rollup", {}), NOW)
    refused, _ = await process.make(Request(people["minh"], "rollup", LIST), NOW)
    made, _result = await process.make(Request(people["quan"], "rollup", LIST), NOW)

    assert isinstance(broken, Failed)
    assert broken.is_ours
    assert isinstance(refused, Failed)
    assert not refused.is_ours
    assert isinstance(made, FileRef)


async def test_when_the_process_dies_the_request_fails_and_the_next_one_gets_a_new_process(
    process: ExportProcess, database: Database
) -> None:
    people = await database.write(fill)
    wanted = Request(people["quan"], "rollup", LIST)
    await process.make(wanted, NOW)
    assert process._process is not None
    os.kill(process._process.pid, signal.SIGSTOP)
    waiting = asyncio.create_task(process.make(wanted, NOW))
    await asyncio.sleep(0)
    os.kill(process._process.pid, signal.SIGKILL)

    with pytest.raises((Gone, ConnectionError)):
        await waiting
    assert isinstance((await process.make(wanted, NOW))[0], FileRef)


async def test_what_was_found_may_be_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = tmp_path / "bot" / "export_worker.py"
    worker.parent.mkdir()
    (worker.parent / "__init__.py").touch()
    worker.write_text(
        "import sys, json\nsys.stdin.readline(); sys.stdin.readline()\n"
        'told = {"sha256": "a" * 64, "name": "n", "media_type": "m", "size": 1}\n'
        'print(json.dumps({"file": told, "result": "x" * 1_000_000}), flush=True)\nsys.stdin.readline()'
    )
    monkeypatch.chdir(tmp_path)  # where a module is looked for first
    made = ExportProcess("", tmp_path, Desk(1, ZONE))

    _file, result = await made.make(Request(1, "rollup", {}), NOW)
    await made.stop()

    assert len(result) == 1_000_000


async def test_it_rests_when_nothing_was_wanted_for_a_while(process: ExportProcess, database: Database) -> None:
    people = await database.write(fill)
    await process.make(Request(people["quan"], "rollup", LIST), NOW)
    await process.rest()
    assert process._process is not None

    process._last_used -= 1000
    await process.rest()

    assert process._process is None


STARTER = """
import asyncio, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from bot.export_process import ExportProcess
from bot.inbox import Desk
from storage import secret_key
secret_key.use("the secret key of every test, long enough")
async def main():
    process = ExportProcess(sys.argv[1], Path(sys.argv[2]), Desk(1, ZoneInfo("UTC")), stands_back=False)
    await process._start()
    print(process._process.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


def test_it_ends_with_the_process_it_works_for(sqlite_url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", STARTER, sqlite_url, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()

    until = time.monotonic() + 60
    while _lives(worker) and time.monotonic() < until:
        time.sleep(0.02)

    assert not _lives(worker)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
