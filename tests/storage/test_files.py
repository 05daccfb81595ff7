from __future__ import annotations

import errno
import os
import random
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from storage.files import Damaged, FileStore

ROOT = Path(__file__).parents[2]
FLOOD = """
import os, sys
from pathlib import Path
from storage.files import FileStore
store = FileStore(Path(sys.argv[1]))
while True:
    print(store.put(os.urandom(300_000)), flush=True)
"""


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "evidence")


def everything(folder: Path) -> list[Path]:
    """Every file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_put_is_read(store: FileStore) -> None:
    name = store.put(b"photo")

    assert name == sha256(b"photo").hexdigest()
    assert store.read(name) == b"photo"


def test_a_file_is_only_for_the_owner_and_stands_under_its_hash(store: FileStore, tmp_path: Path) -> None:
    name = store.put(b"photo")

    path = tmp_path / "evidence" / name[:2] / name[2:]
    assert store.path(name) == path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_same_content_is_not_written_again(store: FileStore, tmp_path: Path) -> None:
    name = store.put(b"photo")
    before = store.path(name).stat().st_ino

    assert store.put(b"photo") == name

    assert store.path(name).stat().st_ino == before
    assert everything(tmp_path) == [store.path(name)]


def test_many_put_the_same_at_once(store: FileStore, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        names = set(threads.map(store.put, [b"photo"] * 50))

    assert everything(tmp_path) == [store.path(names.pop())]
    assert not names


def test_a_missing_file_and_a_damaged_one_are_told_apart(store: FileStore) -> None:
    name = store.put(b"photo")
    store.path(name).write_bytes(b"phot0")

    with pytest.raises(Damaged):
        store.read(name)
    with pytest.raises(FileNotFoundError):
        store.read("0" * 64)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63 + "/", "0" * 64 + "\n"])
def test_only_a_hash_is_a_name(store: FileStore, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        store.path(name)


def test_a_sweep_takes_what_is_old_and_unknown(store: FileStore, tmp_path: Path) -> None:
    known, unknown, young = (store.put(data) for data in (b"known", b"unknown", b"young"))
    leftover = tmp_path / "evidence" / "tmp" / "leftover"
    leftover.write_bytes(b"half")
    yesterday = time.time() - 86_400
    for path in (store.path(known), store.path(unknown), leftover):
        os.utime(path, (yesterday, yesterday))

    assert store.sweep({known}, older_than=3600) == 2

    assert set(everything(tmp_path)) == {store.path(known), store.path(young)}


def test_a_file_put_again_is_young_again(store: FileStore) -> None:
    name = store.put(b"photo")
    os.utime(store.path(name), (0, 0))

    store.put(b"photo")

    assert store.sweep(set(), older_than=3600) == 0


def test_a_process_killed_while_putting_leaves_only_whole_files(store: FileStore, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    chance = random.Random(1)
    acknowledged: list[str] = []
    for _ in range(3):
        command = [sys.executable, "-c", FLOOD, str(folder)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            acknowledged += [process.stdout.readline().strip() for _ in range(10)]
            time.sleep(chance.uniform(0, 0.005))
            process.send_signal(signal.SIGKILL)

    final = [path for path in everything(folder) if path.parent.name != "tmp"]

    assert {path.parent.name + path.name for path in final} >= set(acknowledged)
    assert [path for path in final if sha256(path.read_bytes()).hexdigest() != path.parent.name + path.name] == []


def test_a_full_disk_leaves_nothing_behind(
    store: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            store.put(b"photo")

    assert everything(tmp_path) == []
    assert store.read(store.put(b"photo")) == b"photo"
