"""What the measured bot stands in: a database with units to join, and the process itself."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from benchmarks.load import SECRET
from bot.settings import Settings
from movement import cycles, guidelines, join_codes, units
from movement.context import Context, Person
from storage.database import open_database
from storage.migrate import upgrade
from tests.postgres_server import running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from storage.session import Session

ROOT = Path(__file__).parents[1]
TOKEN = "123456:benchmark"
ZALO_TOKEN = "1234567:benchmark"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
READY_WITHIN = 30.0


def fill(session: Session, many: int) -> None:
    """A province with so many grassroots unions, each with a join code `U1`, `U2`, …; this year is open."""
    now = dt.datetime.now(dt.UTC)
    ctx = Context(session, Person(0, "", "vi", ""), now, now.astimezone(ZONE).date(), "bench", ZONE)
    root = units.add(session, "province_federation", "Liên đoàn Lao động tỉnh", "LĐLĐ", None)
    for year in (ctx.today.year, ctx.today.year + 1):
        cycles.begin(session, root.id, year, guidelines.default().id)
    for number in range(1, many + 1):
        home = units.add(session, "grassroots_union", f"Công đoàn cơ sở số {number}", f"CĐCS {number}", root)
        join_codes.invite(ctx, code(number), home.id, "member")


def code(person: int) -> str:
    """The join code of this person's unit; everybody has a unit of their own."""
    return f"U{person}"


def prepare(url: str, units_: int) -> None:
    """Make the tables and the units."""
    upgrade(url)
    database = open_database(url)
    database.write_now(fill, units_)
    asyncio.run(database.close())


@contextlib.contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of a new database of this kind; PostgreSQL's server runs for the block, with fsync."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'kheo.db'}"
        return
    with running(durable=True) as server:
        server.run("CREATE DATABASE kheo")
        yield server.url("kheo")


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


def foreign_environment() -> dict[str, str]:
    """The environment here, without any setting of the bot."""
    names = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name not in names}


def settings(url: str, folder: Path, port: int, api_url: str, channel: str = "telegram") -> dict[str, str]:
    """The environment of a bot that takes a platform's webhook on this port."""
    common = {
        **foreign_environment(),
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "DEMO": "false",
        "PUBLIC_URL": "https://kheo.example",
    }
    name, token = ("TELEGRAM", TOKEN) if channel == "telegram" else ("ZALO_BOT", ZALO_TOKEN)
    return common | {
        f"{name}_TOKEN": token,
        f"{name}_API_URL": api_url,
        f"{name}_MODE": "webhook",
        f"{name}_WEBHOOK_SECRET": SECRET,
    }


@contextlib.contextmanager
def process(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process of this project, ended with the block; what it says on standard error is shown."""
    environment = dict(environment or os.environ) | {"PYTHONPATH": str(ROOT)}
    started = subprocess.Popen([sys.executable, *command], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def wait_until_up(port: int, path: str = "/") -> None:
    """Wait for an HTTP answer, of whatever kind; raise TimeoutError."""
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.01)
        else:
            return
    message = f"nothing answers on port {port}"
    raise TimeoutError(message)


def wait_until_all_is_sent(port: int, seconds: float = READY_WITHIN) -> None:
    """Wait until the bot says that nothing waits to be sent; raise TimeoutError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            if not json.load(answer)["waiting"]:
                return
        time.sleep(0.05)
    message = "there are messages that are not sent"
    raise TimeoutError(message)


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fsync_ms(folder: Path) -> float:
    """The median time that the disk takes to make 4 KiB durable."""
    times = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(50):
            file.write(b"x" * 4096)
            file.flush()
            begun = time.perf_counter()
            os.fsync(file.fileno())
            times.append(time.perf_counter() - begun)
    return 1000 * sorted(times)[25]
