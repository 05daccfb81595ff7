"""/tinloi: which messages were not sent in the last 30 days and why; /guilai: send one or all of them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conversations import platforms
from conversations.choices import YesNo
from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command, dialogue
from locales import N_, _, ngettext
from movement import dead_letters
from movement.errors import DomainError
from movement.vietnamese_dates import show_time
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from conversations.engine.screen import Option
    from movement.context import Context
    from movement.dead_letters import Count, Letter

ON_A_PAGE: Final = 6
LONGEST_ID: Final = 10  # digits
LONGEST_WHY: Final = 60
ALL: Final = "tatca"
KINDS: Final = {"answer": N_("answer"), "notice": N_("notice"), "reminder": N_("reminder")}
WHYS: Final = {
    "given up": N_("tried for three days"),
    "no such channel": N_("this bot is not in use any more"),
    "the token is not accepted": N_("the token is not accepted"),
    "too large": N_("too large"),
}


@command(
    command="tinloi",
    title=N_("Messages that failed"),
    words=N_("failed messages;messages that failed;dead letters;undelivered messages"),
    needs="consent",
)
def show(ctx: Context, arguments: str) -> Screen:
    """How many by bot and reason, then one page of them, the newest first."""
    counts = dead_letters.counts(ctx)
    asked = arguments.strip()
    at = max(1, int(asked)) if asked.isdecimal() and len(asked) < LONGEST_ID else 1
    found = dead_letters.page(ctx, at, ON_A_PAGE)
    title = _("Messages that failed in the last 30 days")
    if not counts:
        return Screen(_("None: everything was sent."), title=title, options=menu((_("Home"), "/start")))
    letters = found[:ON_A_PAGE]
    blocks = ["\n".join(f"• {_count(each)}" for each in counts)]
    blocks += ["\n".join(_letter(ctx, each) for each in letters) or _("There is nothing more.")]
    turns = [(_("Older"), f"/tinloi {at + 1}")] if len(found) > ON_A_PAGE else []
    turns += [(_("Newer"), f"/tinloi {at - 1}")] if at > 1 else []
    again = [(_again(each), f"/guilai {each.id}") for each in letters if each.may_be_sent]
    many, _unknown = dead_letters.sendable(ctx)
    again += [(_("Send all again ({many})").format(many=show_number(many)), f"/guilai {ALL}")] if many > 1 else []
    return Screen("\n\n".join(blocks), title=title, options=menu(*again, *turns, (_("Home"), "/start")))


@dialogue(command="guilai", title=N_("Send failed messages again"), needs="consent", arguments=("message",))
def send_again(d: Dialogue, ctx: Context) -> None:
    """Say what is sent again, and to how many; then send it."""
    given = d.given("message", "") or ALL
    number = int(given) if given.isdecimal() and len(given) < LONGEST_ID else 0
    many, unknown = dead_letters.sendable(ctx)
    if given == ALL and not many:
        raise DomainError(
            _("There is no message that can be sent again. See: {command}").format(command="/tinloi")
        )
    if given != ALL:
        letter = dead_letters.get(ctx, number)
        many, unknown = 1, int(letter.state == "unknown")
        d.say(_letter(ctx, letter))
    d.say(_warning(unknown))
    text = ngettext("Send {many} message again?", "Send {many} messages again?", many)
    if d.ask("sure", YesNo(text.format(many=show_number(many)))) == "no":
        d.say(_("Nothing was sent."), offers=_offers())
        return
    sent = d.once("send", dead_letters.send_again, ctx, 0 if given == ALL else number)
    text = ngettext("✅ {many} message is on its way again.", "✅ {many} messages are on their way again.", sent)
    d.say(text.format(many=show_number(sent)), offers=_offers())


def _warning(unknown: int) -> str:
    lines = [_("It goes to those who still want to be written to, and whom a channel still reaches.")]
    if unknown:
        text = ngettext(
            "⚠ {many} may have arrived already: it may come twice.",
            "⚠ {many} may have arrived already: they may come twice.",
            unknown,
        )
        lines.append(text.format(many=show_number(unknown)))
    lines.append(_("A reminder of what was done meanwhile is not sent."))
    return "\n".join(lines)


def _count(each: Count) -> str:
    text = _("{bot}, {why}: {many}")
    why = _why(each.state, each.why)
    return text.format(bot=platforms.label(each.channel, each.account), why=why, many=show_number(each.many))


def _letter(ctx: Context, each: Letter) -> str:
    """When, what kind, by which bot, to whom where that may be known, and why it failed; never what it says."""
    return _("• No. {number}, {time}: {kind} by {bot} to {name}: {why}").format(
        number=each.id,
        time=show_time(each.at, ctx.zone),
        kind=_(KINDS.get(each.kind, each.kind)),
        bot=platforms.label(each.channel, each.account),
        name=each.name or _("somebody outside your units"),
        why=_why(each.state, each.why),
    )


def _why(state: str, why: str) -> str:
    if state == "unknown":
        return _("it is not known whether it arrived")
    return _(WHYS[why]) if why in WHYS else f"“{why[:LONGEST_WHY]}”"


def _again(each: Letter) -> str:
    return _("Send {number} again").format(number=each.id)


def _offers() -> tuple[Option, ...]:
    return menu((_("Messages that failed"), "/tinloi"), (_("Home"), "/start"))
