"""One person tries everything: every entrance with numbers in and out of reach, foreign buttons and options."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

import conversations.member
import conversations.officer  # noqa: F401 - both declare what can be started
from bot import inbox
from bot.channels.base import Inbound
from bot.inbox import Desk
from bot.intake import uploaded
from bot.web_runtime import _visible_file
from conversations import registry
from conversations.engine.screen import Reply
from movement import codes, exports
from movement.context import Context, Person
from movement.errors import DomainError
from storage.channel_tables import export
from storage.people_tables import address, conversation, person
from storage.tables import audit
from tests.reach import oracle
from tests.reach.world import DEADLINE, NOW, ZONE, World, build

if TYPE_CHECKING:
    from random import Random

    from storage.session import Session
    from tests.reach.oracle import Reach

OPEN_TREE = re.compile("/(tim)?donvi")  # what units are called, and how they stand, is for everybody
MOST_ENTRANCES = 25  # in one world: however many there come to be, all are tried in the end
MOST_ANSWERS = 6  # to the questions of one dialogue
TYPED = ("1", "2", "3", "có", "không", "xong", "bỏ qua", "15/3/2027", "Một việc tốt ở phường", "số 12/QĐ", "8")
DESK = Desk(1, ZONE, public_url="https://kheo.example")


class LeakError(AssertionError):
    """Somebody came to see, or to change, what is not theirs."""


@dataclass(slots=True)
class Attempts:
    """The talk of one person, and of those whose buttons they replay."""

    world: World
    actor: int
    number: int = 0
    audited: int = 0
    screens: dict[int, dict[str, Any]] = field(default_factory=dict)  # the last of each person
    before: dict[int, Reach] = field(default_factory=dict)  # what each person could see before this message
    stand: Any = None  # what reach hangs on, as it was before this message
    done: list[str] = field(default_factory=list)

    @property
    def session(self) -> Session:
        return self.world.session

    def turn(self, who: int, text: str = "", tap: str = "") -> None:
        """One message as intake takes it; a failure of ours is a failure of the test."""
        self.number += 1
        if who == self.actor:
            self.done.append(text or f"[{tap}]")
        said = Inbound("web", "web", f"p{who}", f"m{self.number}", text=text, tap=tap)
        reply = Reply(text=text, tap=tap)
        try:
            with self.session.connection.begin_nested():
                taken = inbox.take_turn(self.session, DESK, said, reply, NOW)
        except DomainError as refusal:
            with self.session.connection.begin_nested():
                taken = inbox.explain(self.session, DESK, said, refusal, NOW)
        named = self.named_by_handing_over()
        for row in (*taken.outgoing, *taken.notices):
            if row.kind == "answer":
                self.screens[who] = row.payload
            if row.kind != "echo":
                self.look(row.address_id, json.dumps(row.payload, ensure_ascii=False), {who, *named})
        self.remember()

    def remember(self) -> None:
        """Keep who could see what, where it has changed: the answer to an act may tell of what it gave away."""
        stand = oracle.stand(self.session)
        if stand != self.stand:
            self.stand = stand
            self.before = {who: oracle.reach(self.session, who) for who in self.world.people}

    def named_by_handing_over(self) -> set[int]:
        """Both of those between whom duties were just handed over are told of each other."""
        query = select(audit.c.subject, audit.c.details).where(
            audit.c.act == "hand_over", audit.c.id > self.audited
        )
        found = self.session.rows(query)
        self.audited = self.session.scalar(select(func.max(audit.c.id))) or 0
        return {number for row in found for number in (int(row.subject.partition(":")[2]), row.details["to"])}

    def look(self, address_id: int, shown: str, named: set[int]) -> None:
        """Raise LeakError for a mark that is not for the person at this address; all may hear of the `named`."""
        to = self.session.scalar(select(address.c.person_id).where(address.c.id == address_id))
        held = oracle.reach(self.session, to) | self.before[to]
        named = named | self.viewers(to)
        is_open = OPEN_TREE.search(shown) is not None or self.stack_top(to) == "timdonvi"
        for word, (kind, number) in self.world.marks.items():
            known = (
                held.has(kind, number) or (kind == "person" and number in named) or (kind == "unit" and is_open)
            )
            if word in shown and not known:
                message = f"person {to} was shown {kind} {number} after {self.done[-6:]}: …{_around(shown, word)}…"
                raise LeakError(message)

    def viewers(self, who: int) -> set[int]:
        """Those who looked at what is this person's, whom the copy of one's own data names (Law 91/2025/QH15)."""
        own = [f"person:{who}", *(f"entry:{number}" for number in oracle.written_by(self.session, who))]
        query = select(audit.c.person_id).where(audit.c.act == "view", audit.c.subject.in_(own))
        return {row.person_id for row in self.session.rows(query)}

    def stack_top(self, who: int) -> str:
        """The dialogue that the person is in."""
        memory = self.session.scalar(select(conversation.c.memory).where(conversation.c.person_id == who))
        return str((memory.get("stack") or [{}])[-1].get("name", ""))

    def everything(self) -> None:
        """Entrances in a random order, each with arguments and a few answers; then files, links, exports."""
        random = self.world.random
        self.remember()
        before, held = oracle.rows(self.session), oracle.reach(self.session, self.actor)
        for other in self.world.people[:2]:
            self.turn(other, text=random.choice(["/duyet", "/tonghop", "/trangthai", "/thamdinh"]))
        names = random.sample(sorted(registry.entrances()), min(MOST_ENTRANCES, len(registry.entrances())))
        for name in names:
            self.turn(self.actor, text=f"/{name} {self.arguments()}".strip())
            for _ in range(random.randint(0, MOST_ANSWERS)):
                self.answer()
        self.files()
        self.made()
        now = oracle.reach(self.session, self.actor)
        if found := oracle.touched(before, oracle.rows(self.session), held, now):
            message = f"person {self.actor} changed {found} with {self.done}"
            raise LeakError(message)

    def arguments(self) -> str:
        """Numbers of anything, as people type them or as buttons hold them."""
        random, world = self.world.random, self.world
        year = random.choice([NOW.year, NOW.year - 1])
        number = random.choice(world.entries)
        return random.choice(
            [
                "",
                codes.code(codes.ENTRY, year, number),
                f"{number}",
                f"{random.choice(world.units)}",
                f"{random.choice(world.units)} {year}",
                f"{random.choice(world.units)} {year} {random.choice(['registered', 'reported', 'missing'])}",
                f"{random.choice(world.units)} {year} {random.randint(1, 4)}",
                f"{random.choice(world.people)}",
                f"{random.choice(world.people)} {random.choice(world.people)}",
                f"{random.choice(world.exports)}",
                f"{NOW.year} {DEADLINE} {NOW.date() + dt.timedelta(days=random.randint(1, 3))}",
            ]
        )

    def answer(self) -> None:
        """Answer the open question: an option, one of somebody else's, a key that was not offered, words."""
        random, shown = self.world.random, self.screens.get(self.actor, {})
        own = _taps(shown)
        others = [tap for who, screen in self.screens.items() if who != self.actor for tap in _taps(screen)]
        ids = [*self.world.entries, *self.world.units, *self.world.people]
        way = random.choice(["own", "own", "own", "foreign", "forged", "typed", "typed"])
        if way == "own" and own:
            confirming = [tap for tap in own if tap.endswith("~confirm")]
            self.turn(self.actor, tap=random.choice(confirming or own))
        elif way == "foreign" and others:
            self.turn(self.actor, tap=random.choice(others))
        elif way == "forged" and shown.get("place"):
            self.turn(self.actor, tap=f"{shown['place']}.{random.choice(ids)}")
        else:
            self.turn(self.actor, text=random.choice(TYPED))

    def files(self) -> None:
        """Ask for every file by its hash, and name every upload by its token."""
        for sha256, (kind, number) in self.world.files.items():
            found = _visible_file(self.session, DESK, f"p{self.actor}", sha256, NOW)
            held = oracle.reach(self.session, self.actor)
            may = number in held.entries if kind == "entry" else number == self.actor
            if found is not None and not may:
                message = f"person {self.actor} opened the file of {kind} {number}"
                raise LeakError(message)
        for token, who in self.world.uploads.items():
            said = Inbound("web", "web", f"p{self.actor}", "x")
            if who != self.actor and uploaded(self.session, said, token):
                message = f"person {self.actor} sent the upload of {who}"
                raise LeakError(message)

    def made(self) -> None:
        """Make every file that was asked for, and read it."""
        query = select(export, person.c.name.label("who")).join(person, person.c.id == export.c.person_id)
        for row in self.session.rows(query.where(export.c.state == "waiting")):
            who = Person(row.person_id, row.who, "vi", "")
            ctx = Context(
                self.session, who, NOW, NOW.astimezone(ZONE).date(), "web", ZONE, address_id=row.address_id
            )
            try:
                with self.session.connection.begin_nested():
                    made = exports.make(ctx, row.kind, row.arguments, lambda _sha256: b"")
            except DomainError:
                continue
            self.look(row.address_id, f"{made.name}\n{text_of(made.name, made.data)}", {row.person_id})


def text_of(name: str, data: bytes) -> str:
    """Everything that can be read in a file, also inside of those that are zip archives."""
    if name.endswith(".pdf"):
        import pypdfium2

        pages = pypdfium2.PdfDocument(data)
        return "\n".join(page.get_textpage().get_text_range() for page in pages)
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "\n".join(f"{each}\n{text_of(each, packed.read(each))}" for each in packed.namelist())
    return data.decode(errors="replace")


def play(session: Session, random: Random) -> Attempts:
    """A world, and one person in it who tries everything; raise LeakError."""
    world = build(session, random)
    attempts = Attempts(world, random.choice(world.people))
    attempts.everything()
    return attempts


def _taps(screen: dict[str, Any]) -> list[str]:
    return [each["tap"] for key in ("options", "controls") for each in screen.get(key, ()) if each.get("tap")]


def _around(text: str, word: str) -> str:
    at = text.index(word)
    return text[max(0, at - 60) : at + 60]
