"""The rest of a turn in which two people became one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.state import State
from movement import merging

if TYPE_CHECKING:
    from movement.context import Context


def as_merged(ctx: Context, state: State) -> Context:
    """Who the person is from now on, where two became one; the unfinished dialogues of both are theirs."""
    merged = merging.of(ctx)
    if merged is None:
        return ctx
    state.absorb(State.from_json(merged.memory))
    state.stack = [memory for memory in state.stack if memory.name != "batdau"]  # they have come in
    return replace(ctx, person=merged.person, memo={"notices": ctx.memo.setdefault("notices", [])})
