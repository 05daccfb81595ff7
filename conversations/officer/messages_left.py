"""/hanmuc: how many messages each bot has left this month, and how many people write to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conversations import platforms
from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command
from locales import N_, _
from movement import access, quota
from movement.errors import DomainError
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from movement.context import Context
    from movement.quota import Used

MONTHS: Final = 6


@command(command="hanmuc", title=N_("Messages left"), words=N_("quota;messages left;limits"), needs="consent")
def messages_left(ctx: Context, arguments: str) -> Screen:  # noqa: ARG001 - there is one page
    """Used, left and people of this month for each bot that has a limit; then the months before."""
    if not access.paths(ctx, "operate"):
        raise DomainError(
            _("That was not found among what you may see. Please check the number, or use /trangthai.")
        )
    month = quota.month_of(ctx.now, ctx.zone)
    used = quota.used(ctx.session, month)
    blocks = ["\n".join(_lines(each)) for each in used]
    before = [
        _("{month}, {bot}: {sent} sent, {received} received").format(
            month="/".join(reversed(when.split("-"))),
            bot=platforms.label(channel, account),
            sent=show_number(sent),
            received=show_number(received),
        )
        for when, channel, account, sent, received in quota.months(ctx.session, MONTHS)
        if when != month
    ]
    if before:
        blocks.append("\n".join([_("Months before:"), *(f"• {line}" for line in before)]))
    text = "\n\n".join(blocks) or _("None of the channels in use has a limit.")
    return Screen(text, title=_("Messages left this month"), options=menu((_("Home"), "/start")))


def _lines(used: Used) -> Iterator[str]:
    yield _("{bot}: {total} of {limit} messages ({percent}%), {left} left").format(
        bot=platforms.label(used.channel, used.account),
        total=show_number(used.total),
        limit=show_number(used.limit.messages),
        percent=used.percent,
        left=show_number(used.left),
    )
    yield _("• sent {sent}, received {received}; both are counted").format(
        sent=show_number(used.sent), received=show_number(used.received)
    )
    yield _("• people: {people} of {limit}").format(
        people=show_number(used.people), limit=show_number(used.limit.people)
    )
    if used.percent >= quota.ONLY_ANSWERS:
        yield _("⚠ Until the month ends only answers are sent there; all else goes another way, or waits.")
    if used.people >= used.limit.people:
        yield _(
            "⚠ No more people fit: whoever comes now may get no answer. Add a bot, or use the Official Account."
        )
