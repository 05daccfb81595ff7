"""The terminal as a channel: one person, no buttons, files by their path.

It can write the talk down as a transcript, in the form that `tests/chat.py` plays.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from bot.channels.base import Capabilities, Inbound, Refused, RemoteFile, TryLater
from bot.channels.clean import clean

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.channels.base import Message

NAME = "console"
CHAT = "console"  # the person's address: there is one terminal
ANSWERED_WITHIN = 10.0  # seconds that the next line waits for the answer to this one
INDENT = "     "

CAPABILITIES = Capabilities(
    buttons=0,
    row=0,
    label=0,
    text=1_000_000,  # a terminal scrolls
    edits=False,
    files_in=20 * 1024**2,
    files_out=1 << 40,  # shown by name only: no web server runs beside a terminal
)

_FILE = re.compile(r"""/tep\s+(?:"([^"]+)"|'([^']+)'|(\S+))\s*(.*)""", re.DOTALL)
_SPECIAL = ("+", "~", "[", "«", "\\")  # what begins a line of a transcript that is not plain words


class Console:
    """The terminal; a `Channel`. `record`: the file that the talk is written into."""

    name = NAME
    account = NAME
    can = CAPABILITIES

    def __init__(
        self,
        record: Path | None = None,
        read: Callable[[str], str] = input,
        write: Callable[[str], object] = print,
    ) -> None:
        """`read` shows a prompt and gives a line, or raises EOFError; `write` shows some lines."""
        self._record, self._read, self._write = record, read, write
        self._answered = asyncio.Event()

    async def run(self, take: Callable[[Inbound], Awaitable[None]]) -> None:
        """Take line after line until the end of input, each once the one before was answered."""
        while (line := await self._line()) is not None:
            inbound = parse(line, uuid.uuid4().hex)
            if inbound is None:
                continue
            if missing := next((file.id for file in inbound.files if not _is_there(file)), ""):
                self._write(f"{INDENT}? {missing}")
                continue
            self._note(told("lan", said(inbound)))
            self._answered.clear()
            try:
                await take(inbound)
                await asyncio.wait_for(self._answered.wait(), ANSWERED_WITHIN)
            except (TryLater, TimeoutError):
                self._write(f"{INDENT}? {line}")

    async def send(self, chat: str, message: Message) -> str:  # noqa: ARG002 - there is one
        """Show the message."""
        text = shown(message)
        self._write("\n" + "\n".join(f"{INDENT}{line}".rstrip() for line in text.split("\n")) + "\n")
        self._note(told("bot", text))
        self._answered.set()
        return uuid.uuid4().hex

    async def edit(self, chat: str, ref: str, message: Message) -> str:  # noqa: ARG002 - see `can.edits`
        """Show it anew."""
        return await self.send(chat, message)

    async def acknowledge(self, inbound: Inbound, notice: str) -> None:
        """Do nothing: there are no buttons to tap."""

    async def fetch(self, file: RemoteFile, most: int) -> bytes:
        """Read the file; raise Refused where it is over `most` bytes or cannot be read."""
        return await asyncio.to_thread(_contents, Path(file.id), most)

    async def _line(self) -> str | None:
        """The next line, or None at the end. Its thread never keeps the process from ending."""
        loop = asyncio.get_running_loop()
        line: asyncio.Future[str | None] = loop.create_future()

        def read() -> None:
            try:
                text: str | None = self._read("› ")
            except EOFError:
                text = None
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(give, text)

        def give(text: str | None) -> None:
            if not line.done():
                line.set_result(text)

        threading.Thread(target=read, name="kheo-console", daemon=True).start()
        return await line

    def _note(self, lines: str) -> None:
        if self._record is not None:
            with self._record.open("a", encoding="utf-8") as record:
                record.write(lines + "\n")


def parse(line: str, external_id: str) -> Inbound | None:
    """What was typed; None for an empty line. `/tep path caption` sends a file, its path in quotes or not."""
    text = clean(line)
    if not text:
        return None
    sent = _FILE.fullmatch(text)
    files: tuple[RemoteFile, ...] = ()
    if sent:
        path, text = Path(sent[1] or sent[2] or sent[3]).expanduser(), sent[4]
        files = (RemoteFile(str(path), path.name),)
    return Inbound(channel=NAME, account=NAME, chat=CHAT, external_id=external_id, text=text, files=files)


def shown(message: Message) -> str:
    """A message in plain lines: the step, the title, the words, and the files by name."""
    files = [f"+{file.name}" for file in message.files]
    return "\n".join(part for part in (message.progress, message.title, message.text, *files) if part)


def said(inbound: Inbound) -> str:
    """What a person did, as a transcript writes it."""
    if inbound.files:
        names = ", ".join(file.name for file in inbound.files)
        return f"+{names} | {inbound.text}" if inbound.text else f"+{names}"
    return f"\\{inbound.text}" if inbound.text.startswith(_SPECIAL) else inbound.text


def told(who: str, text: str) -> str:
    """Some lines of a transcript: who, and what, the lines after the first indented."""
    first, *rest = text.split("\n")
    return "\n".join(line.rstrip() for line in (f"{who}: {first}", *(f"{INDENT}{line}" for line in rest)))


def _is_there(file: RemoteFile) -> bool:
    return Path(file.id).is_file()


def _contents(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise Refused(type(error).__name__) from error
    if len(data) > most:
        raise Refused(path.name)
    return data
