"""People half-way in a dialogue keep their answers over an upgrade: memories of released versions still resume."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import conversations.member
import conversations.officer  # noqa: F401 - both declare the dialogues
from conversations import registry
from conversations.engine.dialogue import run
from conversations.engine.memory import Memory, place
from conversations.words import words
from locales import speaking
from tests.chat import ZONE
from tests.worlds import World, build

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session

FOLDER = Path(__file__).parent / "inflight"
RELEASED = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


@pytest.mark.parametrize("released", RELEASED.values(), ids=RELEASED.keys())
async def test_a_memory_of_a_released_version_resumes(released: dict[str, Any], sqlite_database: Database) -> None:
    memory, is_open, where = await sqlite_database.write(_resume, released)

    assert is_open
    assert memory.pending == released["asks"]
    assert where == place(memory, released["asks"])
    assert {key: memory.answers.get(key) for key in released["keeps"]} == {
        key: released["memory"]["answers"][key] for key in released["keeps"]
    }


def test_there_are_memories_to_resume() -> None:
    assert RELEASED


def _resume(session: Session, released: dict[str, Any]) -> tuple[Memory, bool, str]:
    now = dt.datetime.combine(dt.date.fromisoformat(released["today"]), dt.time(9), ZONE).astimezone(dt.UTC)
    world = World(session, now, ZONE, "console", "test", {}, {})
    build(world, released.get("seeds", []))
    ctx, memory = world.of(released["who"]), Memory(**released["memory"])
    script = registry.entrances()[memory.name].script
    assert script is not None
    with speaking("vi"), session.reading_only():
        turn = run(script, ctx, memory, None, words("vi"), session.writing)
    return memory, turn.state == "open", turn.screen.place
