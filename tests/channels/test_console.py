"""The terminal: what a line means, what is shown, and the talk written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.channels.base import Button, Inbound, Message, Refused, RemoteFile, TryLater
from bot.channels.console import Console, parse, said, shown, told
from conversations.engine.screen import FileRef

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

PHOTO = FileRef("0" * 64, "photo.jpg", "image/jpeg", 10)


@pytest.mark.parametrize(
    ("line", "text"),
    [("xin chào", "xin chào"), ("  2 ", "2"), ("Hoa\u0300\x07", "Hoà"), ("/dangky", "/dangky"), ("/tep", "/tep")],
)
def test_a_line_is_a_message(line: str, text: str) -> None:
    assert parse(line, "1") == Inbound("console", "console", "console", "1", text=text)


@pytest.mark.parametrize("line", ["", "   ", "\x00\u200b"])
def test_an_empty_line_is_nothing(line: str) -> None:
    assert parse(line, "1") is None


@pytest.mark.parametrize(
    ("line", "path", "caption"),
    [
        ("/tep anh.jpg", "anh.jpg", ""),
        ("/tep ảnh/anh.jpg Ngày khởi công", "ảnh/anh.jpg", "Ngày khởi công"),
        ('/tep "ảnh của tôi.jpg" Ngày khởi công', "ảnh của tôi.jpg", "Ngày khởi công"),
        ("/tep 'ảnh của tôi.jpg'", "ảnh của tôi.jpg", ""),
    ],
)
def test_a_file_is_sent_by_its_path(line: str, path: str, caption: str) -> None:
    inbound = parse(line, "1")

    assert inbound is not None
    assert inbound.text == caption
    assert [(file.id, file.name) for file in inbound.files] == [(path, path.rpartition("/")[2])]


def test_a_message_is_shown_in_plain_lines() -> None:
    message = Message("Name?\n\n[back]", title="Title", progress="Step 2 of 9", files=(PHOTO,))

    assert shown(message) == "Step 2 of 9\nTitle\nName?\n\n[back]\n+photo.jpg"
    assert shown(Message("Name?", rows=((Button("Back", "x"),),))) == "Name?"


def test_a_transcript_indents_all_lines_but_the_first() -> None:
    assert told("bot", "Name?\n\n[back]") == "bot: Name?\n\n     [back]"


@pytest.mark.parametrize(
    ("inbound", "written"),
    [
        (Inbound("c", "c", "c", "1", text="2"), "2"),
        (Inbound("c", "c", "c", "1", text="+84"), "\\+84"),
        (Inbound("c", "c", "c", "1", text="[huỷ]"), "\\[huỷ]"),
        (Inbound("c", "c", "c", "1", files=(RemoteFile("/a/b.jpg", "b.jpg"),)), "+b.jpg"),
        (Inbound("c", "c", "c", "1", text="Hai", files=(RemoteFile("/a/b.jpg", "b.jpg"),)), "+b.jpg | Hai"),
    ],
)
def test_what_a_person_did_is_written_as_a_transcript_has_it(inbound: Inbound, written: str) -> None:
    assert said(inbound) == written


class Terminal:
    """A terminal with these lines typed into it."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.screen: list[str] = []

    def read(self, _prompt: str) -> str:
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)

    def write(self, text: str) -> None:
        self.screen.append(text)


def echo(console: Console, taken: list[str]) -> Callable[[Inbound], Awaitable[None]]:
    """Answer each message with its own words."""

    async def take(inbound: Inbound) -> None:
        taken.append(inbound.text)
        await console.send(inbound.chat, Message(f"You said:\n{inbound.text}"))

    return take


async def test_lines_are_taken_one_after_the_other_until_the_end(tmp_path: Path) -> None:
    terminal, taken = Terminal("one", "", "two"), list[str]()
    console = Console(read=terminal.read, write=terminal.write)

    await console.run(echo(console, taken))

    assert taken == ["one", "two"]
    assert terminal.screen == ["\n     You said:\n     one\n", "\n     You said:\n     two\n"]


async def test_the_talk_is_written_down(tmp_path: Path) -> None:
    record, photo = tmp_path / "talk.txt", tmp_path / "photo.jpg"
    photo.write_bytes(b"x")
    terminal = Terminal("one", f"/tep {photo} Two")
    console = Console(record, terminal.read, terminal.write)

    await console.run(echo(console, []))

    assert record.read_text(encoding="utf-8") == (
        "lan: one\nbot: You said:\n     one\nlan: +photo.jpg | Two\nbot: You said:\n     Two\n"
    )


async def test_a_file_that_is_not_there_is_said_and_not_sent(tmp_path: Path) -> None:
    terminal, taken = Terminal(f"/tep {tmp_path}/none.jpg"), list[str]()
    console = Console(read=terminal.read, write=terminal.write)

    await console.run(echo(console, taken))

    assert taken == []
    assert terminal.screen == [f"     ? {tmp_path}/none.jpg"]


async def test_a_message_that_could_not_be_taken_is_shown_again_to_be_sent_again() -> None:
    async def busy(_inbound: Inbound) -> None:
        raise TryLater(5)

    terminal = Terminal("one")

    await Console(read=terminal.read, write=terminal.write).run(busy)

    assert terminal.screen == ["     ? one"]


async def test_a_file_is_fetched_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"12345")
    console = Console(read=Terminal().read)

    assert await console.fetch(RemoteFile(str(path), "photo.jpg"), 5) == b"12345"
    with pytest.raises(Refused):
        await console.fetch(RemoteFile(str(path), "photo.jpg"), 4)
    with pytest.raises(Refused):
        await console.fetch(RemoteFile(str(tmp_path), "folder"), 5)
