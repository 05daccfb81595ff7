"""Plays a transcript through everything but the platforms: intake, one transaction, dialogue, outbox, layout.

    @today 2027-02-20        the day, at nine in the morning; may stand again further down
    @time 10:30              the time of that day; the same
    @channel telegram        console (the default: no buttons), telegram, web, zalo_bot, zalo_oa
    @world ID                the units and people of tests/years.toml for a guideline, and its year
    @seed registered         what tests/worlds.py adds to the world; any number of times
    @joining open            units may be chosen without a code
    @database both           sqlite (the default), postgresql, both
    @reminders on            what is due before last days is planned and sent, before each message

    lan: /dangky             types;  [Huỷ] taps the last button of this name;  ~sticker is unsupported
    lan: +anh.jpg, b.pdf | caption      sends files of tests/papers.py;  \\ before any of these: plain words
    bot: the whole screen, as it is laid out for the channel; a line … alone leaves the rest open
    bot: → minh: …           what another person is told of it
    db: entry = 1            how many rows a table has

After each message the memory is read back and replayed without a reply: nothing may change.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field, replace
from itertools import count, cycle
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

import conversations.member
import conversations.officer  # noqa: F401 - both declare what can be started
from bot import router
from bot.channels.base import Inbound, Refused, RemoteFile, is_frugal
from bot.channels.clean import clean
from bot.channels.console import Console, shown
from bot.channels.telegram import Telegram
from bot.channels.web import WebChannel
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_oa import ZaloOA
from bot.chasing import Chasing
from bot.exporter import Exporter
from bot.inbox import Desk, Outgoing
from bot.intake import Intake
from bot.outbox import finish
from bot.pages import Pages
from bot.reminding import Reminding
from bot.render import render
from bot.sending import Ending
from bot.state import State
from bot.urls import Urls
from conversations.engine.screen import Screen
from locales import speaking
from movement import join_codes, link_codes
from movement.context import Context, Person
from movement.ways_in import WayIn
from storage.channel_tables import outbox
from storage.people_tables import address, conversation, person
from storage.schema import metadata
from tests import papers
from tests.transcript import Count, Directive, Said, Shown, answered, fits, read, write
from tests.worlds import CAST, World, build, build_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.channels.base import Capabilities, Message
    from storage.database import Database
    from storage.files import FileStore
    from storage.session import Session
    from tests.transcript import Part

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CHANNELS: dict[str, Capabilities] = {
    "console": Console.can,
    "telegram": Telegram.can,
    "web": WebChannel.can,
    "zalo_bot": ZaloBot.can,
    "zalo_oa": ZaloOA.can,
}
_TOKEN = re.compile(r"(https://kheo\.example/[fu]/)[\w-]+")
WAYS_IN = (
    WayIn("Telegram", "https://t.me/kheo_thu_bot?start={code}"),
    WayIn("Zalo", "https://zalo.me/0123456789"),
)
UNSUPPORTED = ("sticker", "voice", "location", "contact", "other")


@dataclass
class Setting:
    """What the directives at the beginning of a transcript say."""

    today: dt.date = dt.date(2027, 2, 20)
    time: dt.time = dt.time(9)
    channel: str = "console"
    world: str = ""
    seeds: list[str] = field(default_factory=list)
    joining: str = "code"
    database: str = "sqlite"
    reminders: bool = False

    @property
    def now(self) -> dt.datetime:
        """The day and time, in UTC."""
        return dt.datetime.combine(self.today, self.time, ZONE).astimezone(dt.UTC)

    def take(self, directive: Directive) -> None:
        """Take one over; raise ValueError for an unknown one."""
        match directive:
            case Directive("today", day):
                self.today, self.time = dt.date.fromisoformat(day), dt.time(9)
            case Directive("time", time):
                self.time = dt.time.fromisoformat(time)
            case Directive("world", guideline_id):
                self.world = guideline_id
            case Directive("seed", seed):
                self.seeds.append(seed)
            case Directive("channel", name) if name in CHANNELS:
                self.channel = name
            case Directive("joining", "open" | "code" as joining):
                self.joining = joining
            case Directive("reminders", "on"):
                self.reminders = True
            case Directive("database", "sqlite" | "postgresql" | "both" as database):
                self.database = database
            case _:
                message = f"unknown directive: @{directive.name} {directive.value}"
                raise ValueError(message)


class Paper:
    """A platform that hands over the files of tests/papers.py, and keeps what is to be sent."""

    account = "test"
    accounts = ()  # of bots whose waiting reminders are counted: here each is sent at once

    def __init__(self, name: str) -> None:
        self.name, self.can = name, CHANNELS[name]
        self.rows: list[Outgoing] = []

    def soon(self, rows: Iterable[Outgoing]) -> None:
        """Keep these rows, as the outbox would send them."""
        self.rows += rows

    def look(self) -> None:
        """Nothing waits here: what is to be sent is read from the database."""

    async def fetch(self, file: RemoteFile, most: int) -> bytes:
        """The bytes of a file by its name."""
        data = papers.data(file.name)
        if len(data) > most:
            raise Refused(file.name)
        return data


class Chat:
    """Everybody's talk with the bot in one world."""

    def __init__(self, database: Database, store: FileStore, setting: Setting) -> None:
        self._database, self._setting = database, setting
        self._paper = Paper(setting.channel)
        is_open = setting.joining == "open"
        frugal = frozenset({setting.channel} if is_frugal(CHANNELS[setting.channel]) else ())
        address = "https://kheo.example"
        self._desk = Desk(database.process, ZONE, open_joining=is_open, public_url=address, frugal=frugal)
        self._desk = replace(self._desk, ways_in=lambda: WAYS_IN)
        channels: Any = {(setting.channel, Paper.account): self._paper}  # the part of a channel that intake needs
        outbox: Any = self._paper
        self._intake = Intake(database, store, outbox, channels, self._desk, lambda: setting.now)
        self._exporter = Exporter(database, store, outbox, Pages(), self._desk, lambda: setting.now)
        self._chasing = Chasing(database, outbox, self._desk, lambda: setting.now)
        self._reminding = Reminding(database, outbox, self._desk, lambda: setting.now)
        self._numbers = count(1)
        self._last_notice = 0
        self._screens: dict[str, Screen] = {}
        self._buttons: dict[str, list[tuple[str, str]]] = {name: [] for name in CAST}  # label, tap; newest first
        database.write_now(self._build)

    async def say(self, said: Said) -> list[Shown]:
        """Do what a person does and give what the bot shows them."""
        before = await self._reminders() if self._setting.reminders else []
        for inbound in self._inbounds(said):
            await self._intake.take(inbound)
        while await self._exporter.make_one():
            pass
        await self._chasing.send()
        rows, self._paper.rows = [row for row in self._paper.rows if row.kind == "answer"], []
        messages = [*before, *(_text(message) for row in rows for message in self._laid_out(said.who, row))]
        told = await self._database.read(self._notices)
        messages += [f"→ {row.chat}: {_text(each)}" for row in told for each in self._laid_out(row.chat, row)]
        await self._database.write(finish, [Ending(row, "sent", str(row.id)) for row in (*rows, *told)])
        await self._database.read(self._replay, said.who)
        return [Shown(text) for text in messages]

    async def _reminders(self) -> list[str]:
        """Send what is due before last days, and give how it reads."""
        await self._reminding.run()
        told = await self._database.read(self._notices)
        if told:
            await self._database.write(finish, [Ending(row, "sent", str(row.id)) for row in told])
        return [f"→ {row.chat}: {_text(each)}" for row in told for each in self._laid_out(row.chat, row)]

    async def count(self, table: str) -> int:
        """How many rows a table has."""
        query = select(func.count()).select_from(metadata.tables[table])
        return int(await self._database.read(lambda session: session.scalar(query)))

    def _notices(self, session: Session) -> list[Outgoing]:
        """What others were told since the last message; a page would show it, the outbox would send it."""
        columns = (outbox.c.id, address.c.id, address.c.channel, address.c.account, address.c.chat)
        query = (
            select(*columns, outbox.c.kind, outbox.c.payload).join(address).where(outbox.c.id > self._last_notice)
        )
        new = (outbox.c.kind.in_(["notice", "reminder"]), outbox.c.state.in_(["waiting", "sent"]))
        found = session.rows(query.where(*new).order_by(outbox.c.id))
        self._last_notice = max((row[0] for row in found), default=self._last_notice)
        return [Outgoing(*row) for row in found]

    def _build(self, session: Session) -> None:
        setting = self._setting
        world = World(session, setting.now, ZONE, setting.channel, Paper.account, {}, {})
        if setting.world:
            build_for(world, setting.world)
        else:
            build(world, setting.seeds)

    def _inbounds(self, said: Said) -> list[Inbound]:
        if said.who not in CAST:
            message = f"nobody in the cast is called {said.who}"
            raise ValueError(message)
        blank = Inbound(self._setting.channel, Paper.account, said.who, f"{next(self._numbers)}")
        text = said.text
        if text.startswith("~") and text[1:] in UNSUPPORTED:
            return [replace(blank, unsupported=text[1:])]
        if text.startswith("+"):
            names, _, caption = text[1:].partition("|")
            return self._album(blank, [name.strip() for name in names.split(",")], caption.strip())
        if (text[:1], text[-1:]) in {("[", "]"), ("«", "»")}:
            return [replace(blank, tap=self._tap(said.who, text[1:-1]))]
        return [replace(blank, text=clean(text.removeprefix("\\")))]

    def _album(self, blank: Inbound, names: list[str], caption: str) -> list[Inbound]:
        """Files sent at once: one message, but on Telegram one for each, the caption with the first."""
        files = [RemoteFile(name, name) for name in names]
        if self._setting.channel != "telegram" or len(files) == 1:
            return [replace(blank, files=tuple(files), text=caption)]
        return [
            replace(
                blank,
                external_id=f"{blank.external_id}.{number}",
                files=(file,),
                album=blank.external_id,
                text="" if number else caption,
            )
            for number, file in enumerate(files)
        ]

    def _tap(self, who: str, label: str) -> str:
        taps = [tap for known, tap in self._buttons[who] if label in {known, known.partition(". ")[2]}]
        if not taps:
            shown = " ".join(f"[{known}]" for known, _ in self._buttons[who]) or "none"
            message = f"{who} has not been shown a button [{label}], but {shown}"
            raise ValueError(message)
        return taps[0]

    def _laid_out(self, who: str, row: Outgoing) -> list[Message]:
        payload = row.payload
        data = payload.get("screen") or {key: value for key, value in payload.items() if key != "at"}
        screen = Screen.from_json(data)
        if row.kind == "answer":
            self._screens[who] = screen
        urls = Urls(self._desk.public_url, row.address_id, self._setting.now)
        with speaking(payload.get("locale", "vi")):
            messages = render(screen, self._paper.can, urls)
        buttons = [(b.label, b.tap) for message in messages for buttons in message.rows for b in buttons]
        self._buttons[who] = buttons + self._buttons[who]
        return messages

    def _replay(self, session: Session, who: str) -> None:
        """Replay the memory as the database has it: the same question, nothing changed, nothing written."""
        at = (address.c.channel == self._setting.channel, address.c.chat == who)
        columns = (
            person.c.id,
            person.c.name,
            person.c.locale,
            person.c.consent_version,
            conversation.c.memory,
            address.c.id,
        )
        joined = address.join(person).join(conversation, conversation.c.person_id == person.c.id)
        row = session.rows(select(*columns).select_from(joined).where(*at))[0]
        state = State.from_json(row.memory)
        assert state.to_json() == row.memory
        if not state.is_open:
            return
        setting = self._setting
        ctx = Context(
            session,
            Person(*row[:4]),
            setting.now,
            setting.today,
            setting.channel,
            ZONE,
            self._desk.open_joining,
            self._desk.public_url,
            row[5],
            ways_in=self._desk.ways_in,
            frugal=setting.channel in self._desk.frugal,
        )
        with speaking(row.locale):
            again = router.resume(ctx, state)
        assert json.loads(json.dumps(state.to_json())) == row.memory, "a replay changed the memory"
        assert _question(again) == _question(self._screens[who]), "a replay shows another question"


def setting_of(text: str) -> Setting:
    """The world that a transcript asks for: its directives before the first message."""
    setting = Setting()
    for part in read(text):
        if isinstance(part, Said):
            break
        if isinstance(part, Directive):
            setting.take(part)
    return setting


async def play(text: str, database: Database, store: FileStore) -> str:
    """The transcript as it really goes: equal to `text` where all is as expected."""
    with patch.object(join_codes, "fresh", _codes()), patch.object(link_codes, "fresh", _digits()):
        return await _played(text, database, store)


def _codes() -> Callable[[], str]:
    """Join codes that are the same every time: CFHJK-22222, CFHJK-33333, …"""
    numbers = cycle("23456789")
    return lambda: "CFHJK" + 5 * next(numbers)


def _digits() -> Callable[[], str]:
    """Link codes that are the same every time: 111111, 222222, …"""
    numbers = cycle("123456789")
    return lambda: 6 * next(numbers)


async def _played(text: str, database: Database, store: FileStore) -> str:
    setting = setting_of(text)
    chat = Chat(database, store, setting)
    played: list[Part] = []
    for part, expected in answered(read(text)):
        match part:
            case Said():
                played += [part, *_as_expected(await chat.say(part), expected)]
            case Count(table):
                played.append(Count(table, await chat.count(table)))
            case Directive("today" | "time"):
                setting.take(part)
                played.append(part)
            case _:
                played.append(part)
    return write(played)


def _as_expected(messages: list[Shown], expected: list[Part]) -> list[Part]:
    """What was shown, in the words of the transcript where those leave the rest open."""
    parts: list[Part] = list(messages)
    for number, (part, message) in enumerate(zip(expected, messages, strict=False)):
        if isinstance(part, Shown) and fits(part.text, message.text):
            parts[number] = part
    return parts


def _text(message: Message) -> str:
    """A message with its buttons, row by row; of links only what is the same in every run."""
    rows = [" ".join(f"[{button.label}]" for button in row) for row in message.rows]
    return _TOKEN.sub(r"\1…", "\n".join([shown(message), *rows]))


def _question(screen: Screen) -> Screen:
    """What of a screen is the question, not the answer to the last message."""
    return replace(screen, text="", files=(), notice="", settled="", settled_place="", amends=False)
