"""Files in pieces: gaps, repetitions, bounds, and what a killed process leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.files import FileStore
from storage.partial_files import NoRoomError, PartialFiles

ROOT = Path(__file__).parents[2]
KEY = "ab.01"
FLOOD = """
import sys
from pathlib import Path
from storage.partial_files import PartialFiles
parts = PartialFiles(Path(sys.argv[1]), 10**9, 8)
offset = 0
while True:
    offset = parts.write("ab.01", offset, bytes([offset // 50_000 % 256]) * 50_000)
    print(offset, flush=True)
"""


@pytest.fixture
def parts(tmp_path: Path) -> PartialFiles:
    return PartialFiles(tmp_path, 1000, 3)


def test_pieces_make_up_the_file(parts: PartialFiles) -> None:
    assert parts.size(KEY) == 0
    assert parts.write(KEY, 0, b"abc") == 3
    assert parts.write(KEY, 3, b"def") == 6
    assert (parts.size(KEY), parts.read(KEY)) == (6, b"abcdef")


def test_a_piece_told_twice_or_half_changes_nothing(parts: PartialFiles) -> None:
    parts.write(KEY, 0, b"abcdef")

    assert parts.write(KEY, 3, b"def") == 6
    assert parts.write(KEY, 4, b"efgh") == 8
    assert parts.read(KEY) == b"abcdefgh"


def test_a_gap_is_refused(parts: PartialFiles) -> None:
    parts.write(KEY, 0, b"abc")

    with pytest.raises(ValueError, match="missing"):
        parts.write(KEY, 5, b"x")
    assert parts.read(KEY) == b"abc"


@pytest.mark.parametrize("key", ["", "a", "../x.y", "ab.", "ab.g", "ab.01/..", "ab.01\n", "AB.01"])
def test_only_a_key_names_a_file(parts: PartialFiles, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        parts.size(key)


def test_one_group_has_so_many_at_a_time_and_others_go_on(parts: PartialFiles) -> None:
    for number in range(3):
        parts.write(f"ab.{number}", 0, b"x")

    with pytest.raises(NoRoomError):
        parts.write("ab.3", 0, b"x")
    assert parts.write("ac.3", 0, b"x") == 1
    assert parts.write("ab.2", 1, b"y") == 2
    parts.remove("ab.0")
    assert parts.write("ab.3", 0, b"x") == 1


def test_all_together_take_so_much_room(parts: PartialFiles) -> None:
    parts.write("aa.1", 0, bytes(1000))

    with pytest.raises(NoRoomError):
        parts.write("bb.1", 0, b"x")


def test_what_was_left_lying_is_swept_and_the_stores_own_files_are_not(
    tmp_path: Path, parts: PartialFiles
) -> None:
    store = FileStore(tmp_path / "evidence")
    parts = PartialFiles(tmp_path / "evidence" / "tmp", 1000, 3)
    sha256 = store.put(b"kept")
    parts.write("aa.1", 0, b"old")
    parts.write("aa.2", 0, b"new")
    os.utime(tmp_path / "evidence" / "tmp" / "part-aa.1", (0, 0))

    assert parts.sweep(3600) == 1
    assert (parts.size("aa.1"), parts.size("aa.2")) == (0, 3)
    assert store.read(sha256) == b"kept"


def test_the_same_piece_at_the_same_time_is_one_piece(tmp_path: Path) -> None:
    parts = PartialFiles(tmp_path, 10**8, 3)
    piece = os.urandom(300_000)

    with ThreadPoolExecutor(8) as pool:
        sizes = list(pool.map(lambda _: parts.write(KEY, 0, piece), range(16)))

    assert set(sizes) == {300_000}
    assert parts.read(KEY) == piece


def test_what_a_killed_process_had_told_is_there(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FLOOD, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as flood:
        assert flood.stdout is not None
        told = [int(flood.stdout.readline()) for _ in range(20)][-1]
        flood.send_signal(signal.SIGKILL)
    data = PartialFiles(tmp_path, 1000, 3).read(KEY)

    assert len(data) >= told
    assert all(data[at] == at // 50_000 % 256 for at in range(0, told, 1000))
