"""What must be known of a person before something is started, or goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import registry
from movement import people

if TYPE_CHECKING:
    from bot.state import State
    from conversations.engine.memory import Memory
    from conversations.engine.screen import Json
    from conversations.registry import Entrance
    from movement.context import Context


def lacks(ctx: Context, entrance: Entrance) -> bool:
    """Whether something is still missing for this entrance."""
    match entrance.needs:
        case "nothing":
            return False
        case "consent":
            return not people.has_consented(ctx)
        case "unit":
            return not people.has_consented(ctx) or not people.units_of(ctx)


def needs_consent(ctx: Context, state: State) -> bool:
    """Whether the current dialogue may not go on: its person has not agreed to the text in force."""
    needs = registry.entrances()[state.stack[-1].name].needs
    return needs != "nothing" and not people.has_consented(ctx)


def is_new(ctx: Context, state: State) -> bool:
    """Whether somebody who has not agreed yet is being asked to join."""
    return state.stack[-1].name == "batdau" and not people.has_consented(ctx)


def taken_back(state: State) -> str:
    """Take joining without a code back, since a code has come; give what it was to lead to."""
    then = "/start"
    for memory in [each for each in state.stack if each.name == "batdau" and "code" not in each.given]:
        state.stack.remove(memory)
        then = memory.given.get("then", then)
    return then


def is_the_same(memory: Memory, entrance: Entrance, given: dict[str, Json]) -> bool:
    """Whether what shall begin was begun already; joining that came with a code goes on with that code."""
    if memory.name != entrance.name:
        return False
    keeps_its_code = entrance.name == "batdau" and "code" in memory.given and "code" not in given
    return keeps_its_code or memory.given == given


def can_go_to(ctx: Context, then: str) -> bool:
    """Whether what was wanted first is possible now."""
    name = then[1:].partition(" ")[0]
    return people.has_consented(ctx) if name == "tieptuc" else not lacks(ctx, registry.entrances()[name])
