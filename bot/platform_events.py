"""What a person did by means of the platform itself: handed over their name and phone, asked to be forgotten."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bot import router
from bot.fallbacks import refused
from locales import _
from movement import my_data, people, people_data
from movement.errors import DomainError
from movement.vietnamese_dates import show_date

if TYPE_CHECKING:
    from bot.channels.base import Inbound
    from bot.state import State
    from conversations.engine.screen import Screen
    from movement.context import Context


def answer(ctx: Context, state: State, inbound: Inbound) -> Screen:
    """Do it and say so, with the open question again if there is one."""
    text = _forgotten(ctx, state) if inbound.event == "withdraw" else _taken_over(ctx, inbound)
    if state.is_open:
        return router.resume(ctx, state).with_lines_before(text)
    screen = refused(text)
    router.offer(state, screen)
    return screen


def _forgotten(ctx: Context, state: State) -> str:
    """Withdraw consent at once, and ask the data officer for the rest, as if the person had asked here."""
    if people.has_consented(ctx):
        people_data.withdraw(ctx)
    state.stack, state.stopped, state.is_open, state.menu = [], None, False, {}
    try:
        asked = people_data.request(ctx, "delete")
    except DomainError as already:
        return str(already)
    days = {name: show_date(dt.date.fromisoformat(asked[name])) for name in ("answer_by", "due_on")}
    text = _(
        "✅ Your wish to have your data deleted was taken down. Your consent is withdrawn and what you had not"
        " sent is deleted. The data officer deletes the rest: a first answer comes by {answer_by}, it is done by"
        " {due_on}."
    )
    return text.format(**days)


def _taken_over(ctx: Context, inbound: Inbound) -> str:
    """Keep what is not known yet, and only of those who agreed that we keep something of them."""
    if not people.has_consented(ctx):
        return _("Thank you. Nothing was kept of it, since you have not agreed yet that something is kept of you.")
    if inbound.name and not people.name(ctx):
        people_data.rename(ctx, inbound.name)
    if not inbound.phone or my_data.kept(ctx).phone:
        return _("Thank you. Nothing had to be changed: what is kept of you stays as it is (/dulieu).")
    people_data.keep_phone(ctx, inbound.phone)
    return _(
        "✅ Your phone number is kept encrypted; officers of your unit may call you. To delete it: /suadulieu"
    )
