"""/ho: a dialogue in which an officer writes down what a member without a smartphone says.

The member is kept with the dialogue, so that what was begun for one is never sent for another. Whether the officer
may is asked at every message.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conversations import registry
from conversations.engine.dialogue import run
from conversations.words import words
from locales import _
from movement import access, on_behalf

if TYPE_CHECKING:
    from conversations.engine.dialogue import Turn
    from conversations.engine.memory import Memory
    from conversations.engine.screen import Json, Option, Reply
    from conversations.registry import Entrance
    from movement.context import Context

_FOR = "for"


def asked(ctx: Context, arguments: str) -> tuple[Entrance, dict[str, Json]]:
    """What "/ho 12 dangky" begins, and with what; raise DomainError where the person may not."""
    number, name, *rest = (*arguments.split(), "", "")
    entrance = registry.entrances().get(name.lower())
    if entrance is None or entrance.name not in on_behalf.ACTS or not (number.isascii() and number.isdecimal()):
        raise access.not_yours(ctx, "write_for")
    member = on_behalf.as_member(ctx, int(number[:18]))
    given = dict(zip(entrance.arguments, [each for each in rest if each], strict=False))
    return entrance, {**given, _FOR: member.person.id}


def played(ctx: Context, memory: Memory, reply: Reply | None) -> Turn:
    """Run a dialogue's script for this reply, as whomever it is for."""
    script = registry.entrances()[memory.name].script
    assert script is not None  # noqa: S101 - only scripts are pushed on the stack
    acting = _acting(ctx, memory)
    with ctx.session.reading_only():
        turn = run(script, acting, memory, reply, words(ctx.person.locale), ctx.session.writing)
    return _shown(acting, turn)


def _acting(ctx: Context, memory: Memory) -> Context:
    """The context of the dialogue: the member's, where it is for one."""
    member = memory.given.get(_FOR)
    return ctx if member is None else on_behalf.as_member(ctx, member)


def _shown(ctx: Context, turn: Turn) -> Turn:
    """The screen with a line that says for whom; what it offers next is for the same member."""
    if ctx.by is None or turn.state == "cancelled":
        return turn
    line = _("✍ For {name}").format(name=ctx.person.name)
    screen = turn.screen.with_lines_before(line)
    options = tuple(_for(ctx.person.id, option) for option in screen.options)
    return replace(turn, screen=replace(screen, options=options))


def _for(member_id: int, option: Option) -> Option:
    name = option.tap[1:].partition(" ")[0] if option.tap.startswith("/") else ""
    return replace(option, tap=f"/ho {member_id} {option.tap[1:]}") if name in on_behalf.ACTS else option
