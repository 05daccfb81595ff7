"""People half-way in a dialogue keep their answers over an upgrade: memories of released versions still resume."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import conversations.member
import conversations.officer  # noqa: F401 - both declare the dialogues
from conversations import registry
from conversations.engine.dialogue import run
from conversations.engine.memory import Memory, place
from conversations.engine.screen import Reply
from conversations.words import words
from locales import speaking
from tests.chat import ZONE
from tests.worlds import World, build

if TYPE_CHECKING:
    from conversations.engine.dialogue import Turn
    from storage.database import Database
    from storage.session import Session

FOLDER = Path(__file__).parent / "inflight"
RELEASED = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


@pytest.mark.parametrize("released", RELEASED.values(), ids=RELEASED.keys())
async def test_a_memory_of_a_released_version_resumes(released: dict[str, Any], sqlite_database: Database) -> None:
    memory, turn = await sqlite_database.write(_resume, released, None)

    assert turn.state == "open"
    assert memory.pending == released["asks"]
    assert turn.screen.place == place(memory, released["asks"])
    assert released.get("says", "") in turn.screen.text
    assert _lost(memory, released) == []


@pytest.mark.parametrize("released", RELEASED.values(), ids=RELEASED.keys())
async def test_after_the_answer_the_right_question_follows(
    released: dict[str, Any], sqlite_database: Database
) -> None:
    memory, turn = await sqlite_database.write(_resume, released, Reply(text=released["answer"]))

    assert turn.taken
    assert turn.state == ("open" if released["next"] else "finished")
    assert not released["next"] or memory.pending == released["next"]
    assert _lost(memory, released) in ([], [released["next"]])  # a review may lead to a change


def test_there_are_memories_to_resume() -> None:
    assert RELEASED


def _lost(memory: Memory, released: dict[str, Any]) -> list[str]:
    """The keys of answers that should still hold and do not."""
    return [key for key in released["keeps"] if memory.answers.get(key) != released["memory"]["answers"][key]]


def _resume(session: Session, released: dict[str, Any], reply: Reply | None) -> tuple[Memory, Turn]:
    """Resume the memory, and answer its question where a reply is given."""
    now = dt.datetime.combine(dt.date.fromisoformat(released["today"]), dt.time(9), ZONE).astimezone(dt.UTC)
    world = World(session, now, ZONE, "console", "test", {}, {})
    build(world, released.get("seeds", []))
    ctx = replace(world.of(released["who"]), frugal=released.get("frugal", False))
    memory = Memory(**json.loads(json.dumps(released["memory"])))
    script = registry.entrances()[memory.name].script
    assert script is not None
    with speaking("vi"), session.reading_only():
        turn = run(script, ctx, memory, None, words("vi"), session.writing)
        if reply is not None:
            turn = run(script, ctx, memory, reply, words("vi"), session.writing)
    return memory, turn
