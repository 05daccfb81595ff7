"""What is shown after a rule refused a message: the same question with the reason, or where to go instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot import fallbacks, router
from bot.state import State
from conversations import registry
from conversations.engine.screen import Option
from locales import _
from movement.errors import DomainError

if TYPE_CHECKING:
    from conversations.engine.screen import Screen
    from movement.context import Context


def answer(ctx: Context, state: State, reason: str) -> Screen:
    """The reason, and the open question once more, unless that is refused as well."""
    if state.is_open:
        try:
            return router.resume(ctx, state).with_lines_before(reason)
        except DomainError:
            router.park(state)
    screen = fallbacks.refused(reason)
    if state.stack and _is_refused(ctx, state, reason):
        screen = _without_the_last(state, screen)
    router.offer(state, screen)
    return screen


def _is_refused(ctx: Context, state: State, reason: str) -> bool:
    """Whether it is the dialogue left half-way that is refused: its right may have ended with a term of office."""
    tried = State.from_json(state.to_json())
    try:
        router.resume(ctx, tried)
    except DomainError as refusal:
        return str(refusal) == reason
    return False


def _without_the_last(state: State, screen: Screen) -> Screen:
    """Forget a dialogue in which nothing was answered yet; let one with answers be stopped."""
    memory = state.stack[-1]
    if not (memory.answers or memory.effects or memory.drafts):
        state.stack.pop()
        return screen
    number = max(option.number for option in screen.options) + 1
    label = _("Stop: {title}").format(title=_(registry.entrances()[memory.name].title))
    return replace(screen, options=(*screen.options, Option("stop", label, number=number, tap="/huy")))
