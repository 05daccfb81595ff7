"""The player of transcripts itself: a chat that goes otherwise than written is never taken for right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conversations import registry
from locales import _, speaking
from storage.files import FileStore
from tests.chat import play
from tests.engine.talk import Word
from tests.transcript import Count, Directive, Note, Said, Shown, fits, read, write

if TYPE_CHECKING:
    from pathlib import Path

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from storage.database import Database

CHAT = """\
# A comment.
@today 2027-02-20

lan: Two
     lines
bot: A question?

     1. One
     [huỷ]

db: entry = 0
"""


def test_a_transcript_is_written_back_as_it_was_read() -> None:
    parts = read(CHAT)

    assert write(parts) == CHAT
    assert [part for part in parts if part != Note("")] == [
        Note("# A comment."),
        Directive("today", "2027-02-20"),
        Said("lan", "Two\nlines"),
        Shown("A question?\n\n1. One\n[huỷ]"),
        Count("entry"),
    ]


@pytest.mark.parametrize("line", ["Lan: capital", "words", "  lan: indented", "@today"])
def test_a_line_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=line):
        read(f"lan: x\n{line}\n")


@pytest.mark.parametrize(
    ("expected", "shown", "is_right"),
    [
        ("A\nB", "A\nB", True),
        ("A\n…", "A\nB\nC", True),
        ("A\n...", "A", True),
        ("A\nC\n…", "A\nB\nC", False),
        ("A", "A\nB", False),
        ("…", "anything", True),
        ("A…", "A and more", False),
    ],
)
def test_only_the_end_of_a_screen_can_be_left_open(expected: str, shown: str, *, is_right: bool) -> None:
    assert fits(expected, shown) is is_right


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "evidence")


def nothing_is_open() -> str:
    with speaking("vi"):
        return _("Nothing is unfinished.")


async def test_only_the_people_s_lines_need_to_be_written(sqlite_database: Database, store: FileStore) -> None:
    played = await play("@seed lan_joined\nlan: /huy\n", sqlite_database, store)

    assert played.startswith(f"@seed lan_joined\nlan: /huy\nbot: {nothing_is_open()}\n\n     1. ")


async def test_a_screen_that_differs_is_replaced(sqlite_database: Database, store: FileStore) -> None:
    written = f"@seed lan_joined\nlan: /huy\nbot: {nothing_is_open()}\n"

    assert await play(written, sqlite_database, store) != written


async def test_an_open_end_is_kept(sqlite_database: Database, store: FileStore) -> None:
    written = f"@seed lan_joined\nlan: /huy\nbot: {nothing_is_open()}\n     …\n\ndb: address = 4\n"

    assert await play(written, sqlite_database, store) == written


async def test_a_count_that_differs_is_replaced(sqlite_database: Database, store: FileStore) -> None:
    assert await play("@seed registered\ndb: entry = 7\n", sqlite_database, store) == (
        "@seed registered\ndb: entry = 1\n"
    )


@pytest.mark.parametrize(
    "chat", ["an: hello\n", "lan: [Huỷ]\n", "@seed nothing\nlan: x\n", "@channel smoke\nlan: x\n", "@colour red\n"]
)
async def test_what_the_world_does_not_have_is_refused(
    chat: str, sqlite_database: Database, store: FileStore
) -> None:
    with pytest.raises((ValueError, KeyError)):
        await play(chat, sqlite_database, store)


async def test_a_script_that_counts_its_runs_is_found_out(
    sqlite_database: Database, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[int] = []

    def script(d: Dialogue, _ctx: Context) -> None:
        runs.append(1)
        d.ask(f"name{len(runs)}", Word("Name?"))

    monkeypatch.setattr(registry, "_entrances", dict(registry.entrances()))
    registry.dialogue(command="try", title="Try", needs="nothing")(script)

    with pytest.raises(AssertionError, match="a replay"):
        await play("lan: /try\n", sqlite_database, store)
