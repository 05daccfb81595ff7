"""Talking to the router on a real database, with a few small entrances of our own and in English."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from bot import router
from bot.state import State
from conversations import registry
from conversations.engine.screen import Option, Reply, Screen
from conversations.menu import menu
from locales import speaking
from movement.context import Context, Person
from storage.people_tables import person
from tests.engine.talk import Pick, Word

if TYPE_CHECKING:
    import pytest

    from conversations.engine.dialogue import Dialogue
    from storage.database import Database
    from storage.session import Session

NOW = dt.datetime(2027, 2, 20, 2, 0, tzinfo=dt.UTC)


def declare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put our entrances in the place of the real ones."""
    monkeypatch.setattr(registry, "_entrances", {})
    monkeypatch.setattr(registry, "_spoken", cache(registry._spoken.__wrapped__))  # forgotten with the entrances
    registry.dialogue(command="register", title="Register", words="new initiative", needs="nothing", listed=True)(
        register
    )
    registry.dialogue(command="note", title="Write a note", needs="nothing", listed=True, arguments=("about",))(
        note
    )
    registry.command(command="status", title="Status", words="how far", needs="nothing", listed=True)(status)
    registry.command(command="desau", title="Later", words="later", needs="nothing")(later)
    registry.command(command="start", title="Home", needs="nothing")(home)


def register(d: Dialogue, _ctx: Context) -> None:
    area = d.ask("area", Pick("Area?", ["work", "health"]), label="Area")
    name = d.ask("name", Word("Name?"), label="Name")
    d.say(f"Registered {name} under {area}.")


def note(d: Dialogue, _ctx: Context) -> None:
    about = d.given("about", "nothing")
    d.say(f"Noted {d.ask('words', Word(f'Words about {about}?'))}.")


def status(_ctx: Context, _words: str) -> Screen:
    return Screen("All is well.", options=menu(("Home", "/start"), ("A note", "/note all")))


def later(_ctx: Context, _words: str) -> Screen:
    return Screen("Kept as it is.")


def home(_ctx: Context, _words: str) -> Screen:
    more = Option("more", "Status", number=9, tap="/status")
    return Screen("Home.", options=(*menu(("Register", "/register")), more))


class Room:
    """One person's talk with the router; the state goes through JSON after each message."""

    def __init__(self, database: Database) -> None:
        self.database = database
        database.write_now(_enter)
        self.state = State()
        self.screen = Screen("")

    def say(self, *texts: str) -> str:
        """Type these, one after the other, and give the text that answers the last."""
        for text in texts:
            self.reply(Reply(text=text))
        return self.screen.text

    def tap(self, label: str, screen: Screen | None = None) -> str:
        """Tap a button of the last screen, or of an older one."""
        shown = screen or self.screen
        (tap,) = [option.tap for option in (*shown.options, *shown.controls) if option.label == label]
        return self.reply(Reply(tap=tap)).text

    def reply(self, reply: Reply) -> Screen:
        """Send anything."""
        self.screen = self.database.write_now(self._answer, reply)
        self.state = State.from_json(json.loads(json.dumps(self.state.to_json())))
        return self.screen

    @property
    def offered(self) -> list[str]:
        """The numbered options of the last screen."""
        return [f"{option.number}. {option.label}" for option in self.screen.options]

    def context(self, session: Session, **more: Any) -> Context:
        """The context of a turn."""
        return Context(session, Person(1, "Lan", "en", ""), NOW, NOW.date(), "console", dt.UTC, **more)

    def _answer(self, session: Session, reply: Reply) -> Screen:
        with speaking("en"):
            return router.answer(self.context(session), self.state, reply)


def _enter(session: Session) -> None:
    """Let there be the person of the context: a tap on what was never shown is written down of them."""
    if not session.scalar(select(person.c.id).where(person.c.id == 1)):
        session.execute(insert(person).values(id=1, name="Lan", created_at=NOW))
