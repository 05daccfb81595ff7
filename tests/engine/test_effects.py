"""Effects run once, in the life of a dialogue, and nothing else may write."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, func, insert, select

from conversations.engine.dialogue import DuplicateKey, run
from conversations.engine.memory import Memory
from conversations.engine.screen import Reply
from storage.schema import metadata
from storage.session import Session, WriteOutsideEffect
from storage.unit_tables import unit
from tests.engine.talk import WORDS, Talk, Word, through_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from conversations.engine.dialogue import Dialogue


def submit(d: Dialogue, sent: object) -> None:
    assert isinstance(sent, list)
    name = d.ask("name", Word("Name?"), label="Name")
    d.review("check", "Please check.")
    number = d.once("submit", _send, sent, name)
    d.say(f"Sent as number {number}.")
    d.ask("note", Word("Note?"), label="Note")
    d.review("check_note", "Please check the note.")
    d.say("Done.")


def _send(sent: list[str], name: str) -> int:
    sent.append(name)
    return len(sent)


def test_an_effect_runs_once_however_often_the_script_runs() -> None:
    sent: list[str] = []
    talk = Talk(submit, sent)

    talk.say("Lan", "send")
    talk.resume()
    talk.say("wrong", "a note", "send")

    assert sent == ["Lan"]
    assert talk.turn.state == "finished"
    assert talk.memory.effects == {"submit": 1}


def test_the_result_of_an_effect_is_remembered() -> None:
    talk = Talk(submit, ["one before"])

    talk.say("Lan", "send")

    assert talk.resume().text == "Sent as number 2.\n\nNote?"


def test_answers_before_an_effect_cannot_be_taken_back() -> None:
    talk = Talk(submit, [])

    talk.say("Lan", "send")

    assert talk.controls == ["Cancel"]
    assert talk.say("back").text == "Not an answer here.\n\nNote?"


def test_a_review_after_an_effect_lists_only_what_came_after_it() -> None:
    talk = Talk(submit, [])

    talk.say("Lan", "send", "a note")

    assert [option.label for option in talk.screen.options] == ["Note"]


def test_two_effects_with_one_key_are_a_mistake() -> None:
    def script(d: Dialogue, sent: object) -> None:
        assert isinstance(sent, list)
        for name in ("Lan", "Minh"):
            d.once("submit", _send, sent, name)

    with pytest.raises(DuplicateKey, match="submit"):
        Talk(script, [])


def test_an_effect_in_each_round_of_a_loop_runs_once_a_round() -> None:
    def script(d: Dialogue, sent: object) -> None:
        assert isinstance(sent, list)
        for name in ("Lan", "Minh"):
            with d.section(name):
                d.once("submit", _send, sent, name)
                d.ask("note", Word(f"Note on {name}?"))

    sent: list[str] = []
    talk = Talk(script, sent)

    talk.say("a", "b")

    assert sent == ["Lan", "Minh"]


def test_an_effect_that_fails_is_not_remembered_as_done() -> None:
    def script(d: Dialogue, broken: object) -> None:
        assert isinstance(broken, list)
        d.ask("name", Word("Name?"))
        d.once("submit", lambda: broken.clear() if not broken else 1 / 0)

    broken = [True]
    talk = Talk(script, broken)
    with pytest.raises(ZeroDivisionError):
        talk.say("Lan")

    broken.clear()
    talk.resume()

    assert talk.turn.state == "finished"
    assert talk.memory.effects == {"submit": None}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{tmp_path}/kheo.db")
    with engine.begin() as connection:
        metadata.create_all(connection)
        yield connection
    engine.dispose()


ONE_MORE = insert(unit).values(kind="union_group", name="Tổ 1", folded="to 1", path="/1/")


@contextmanager
def turn(session: Session) -> Iterator[Session]:
    with session.reading_only():
        yield session


def test_writing_outside_an_effect_is_refused(connection: Connection) -> None:
    def script(d: Dialogue, session: object) -> None:
        assert isinstance(session, Session)
        d.ask("name", Word("Name?"))
        session.execute(ONE_MORE)

    session, memory = Session(connection, may_write=True), Memory("test", 1)
    with turn(session):
        run(script, session, memory, None, WORDS, session.writing)

        with pytest.raises(WriteOutsideEffect, match="unit"):
            run(script, session, memory, Reply(text="Lan"), WORDS, session.writing)


def test_an_effect_writes_and_leaves_the_session_reading_only(connection: Connection) -> None:
    def script(d: Dialogue, session: object) -> None:
        assert isinstance(session, Session)
        d.once("add", lambda: session.execute(ONE_MORE).rowcount)
        session.scalar(select(func.count()).select_from(unit))
        d.ask("name", Word("Name?"))
        session.execute(ONE_MORE)

    session, memory = Session(connection, may_write=True), Memory("test", 1)
    with turn(session):
        run(script, session, memory, None, WORDS, session.writing)
        memory = through_json(memory)

        with pytest.raises(WriteOutsideEffect):
            run(script, session, memory, Reply(text="Lan"), WORDS, session.writing)

    assert session.scalar(select(func.count()).select_from(unit)) == 1
