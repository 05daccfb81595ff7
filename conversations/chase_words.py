"""What a person is told by a chase, and how an officer is shown beforehand whom it reaches and what it costs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from conversations import platforms
from locales import N_, _, ngettext
from movement import chases, quota, units
from movement.chase_sending import Letter, Words
from movement.vietnamese_dates import show_date
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from movement.chases import Plan
    from movement.context import Context
    from movement.owing import Debt

MOST_ITEMS: Final = 10  # in one message
MOST_ACTS: Final = 3  # buttons for doing something now
PAPER: Final = ("/danop", N_("Handed in on paper"))
LEFT: Final = ("/khongphutrach", N_("Not in charge any more"))
_ACTS: Final = {
    "register": N_("Register now"),
    "mend": N_("Complete it now"),
    "report": N_("Report now"),
    "score": N_("Score now"),
}
_COMMANDS: Final = {"mend": "sua", "report": "baocao", "score": "tucham"}


def acts(each: Letter) -> list[tuple[str, str]]:
    """Commands with their msgids: what is owed first, one of a kind, then the two answers."""
    if not each.debts:
        return [("/start", N_("Home"))]
    firsts: dict[str, Debt] = {}
    for debt in each.debts:
        firsts.setdefault(debt.kind, debt)
    return [*((_command(debt), _ACTS[kind]) for kind, debt in list(firsts.items())[:MOST_ACTS]), PAPER, LEFT]


def letter(each: Letter, today: dt.date) -> Callable[[], str]:
    """The text, in the language of whoever reads it."""
    return partial(_text, each, today)


def _text(each: Letter, today: dt.date) -> str:
    shown = {command for command, _label in acts(each)}
    lines = [_line(debt, today, shown) for debt in each.debts[:MOST_ITEMS]]
    if (more := len(each.debts) - MOST_ITEMS) and more > 0:
        lines.append(_("… and {more} more: /trangthai").format(more=more))
    blocks = ["\n".join([_("Still to be done:"), *lines])] if lines else []
    blocks += [_said(words) for words in each.words]
    return "\n\n".join(blocks)


def _said(words: Words) -> str:
    text = _("Announcement of {unit}:\n{text}\n({officer})") if words.is_news else _("{officer}, {unit}: {text}")
    return text.format(officer=words.officer, unit=words.unit_name, text=words.text)


def _line(debt: Debt, today: dt.date, shown: set[str]) -> str:
    match debt.kind:
        case "register":
            text = _("• {unit}: fewer initiatives are registered for {year} than the guideline asks for")
        case "mend":
            text = _("• {name} ({number}): to be completed and sent again")
        case "report":
            text = _("• {name} ({number}): results to be reported")
        case _:
            text = _("• {name} ({number}): to be self-scored")
    line = text.format(unit=debt.unit_name, year=debt.year, name=debt.name, number=debt.number)
    if debt.last_day is not None:
        due = _(", the last day was {day}") if debt.last_day < today else _(", until {day}")
        line += due.format(day=show_date(debt.last_day))
    command = _command(debt)
    return line if command in shown or debt.kind == "register" else f"{line}: {command}"


def _command(debt: Debt) -> str:
    return f"/{_COMMANDS[debt.kind]} {debt.number}" if debt.kind in _COMMANDS else "/dangky"


def preview(ctx: Context, plan: Plan) -> str:
    """How many it reaches, by which way and at what cost; who is left out; when it goes; what it says."""
    head = f"{_(chases.LABELS[plan.asked.kind]).capitalize()} · {plan.home.name}"
    blocks = ["\n".join([head, *_reach(ctx, plan)]), _example(ctx, plan)]
    return "\n\n".join(blocks)


def _reach(ctx: Context, plan: Plan) -> Iterator[str]:
    reach = plan.reach
    parts = [
        text.format(many=show_number(len(found)))
        for text, found in (
            (_("{many} for free"), reach.by("free")),
            (_("{many} counted in the month’s messages"), reach.by("counted")),
            (_("{many} by paid messages"), reach.by("paid")),
            (_("{many} without a channel → call list"), reach.by("nowhere")),
        )
        if found
    ]
    many = len(reach.people)
    whole = ngettext("{many} person: {parts}.", "{many} people: {parts}.", many)
    yield whole.format(many=show_number(many), parts=", ".join(parts))
    yield from _quota(plan)
    if reach.price:
        yield _("It costs at most about {price} VND, without tax.").format(price=show_number(reach.price))
    if plan.left_out:
        text = ngettext(
            "{many} person was told the same that day already and is left out.",
            "{many} people were told the same that day already and are left out.",
            plan.left_out,
        )
        yield text.format(many=show_number(plan.left_out))
    if plan.unwilling:
        text = ngettext(
            "{many} person asked not to be contacted and is left out.",
            "{many} people asked not to be contacted and are left out.",
            plan.unwilling,
        )
        yield text.format(many=show_number(plan.unwilling))
    if plan.unled:
        names = "; ".join(each.name for each in plan.unled[: chases.MOST_NAMED])
        text = _("Nobody is in charge of these units yet: {names}{more}. Give somebody a code: /moi")
        yield text.format(names=names, more="…" if len(plan.unled) > chases.MOST_NAMED else "")
    if plan.due_at > ctx.now:
        yield later(ctx, plan.due_at)


def later(ctx: Context, due_at: dt.datetime) -> str:
    """When it is sent, where not at once."""
    local = due_at.astimezone(ctx.zone)
    text = _("It is sent from {time} on {day}: nobody is disturbed at night, on Sundays and on holidays.")
    return text.format(time=f"{local:%H:%M}", day=show_date(local.date()))


def _quota(plan: Plan) -> Iterator[str]:
    for used, many in plan.reach.counted():
        text = _("{bot}: {many} messages; {left} are left this month.")
        line = text.format(
            bot=platforms.label(used.channel, used.account), many=show_number(many), left=show_number(used.left)
        )
        if used.percent >= quota.ONLY_ANSWERS:
            line += " " + _("⚠ Nearly all are used: these messages go another way, or wait for the next month.")
        elif many > used.left - used.limit.messages * (100 - quota.ONLY_ANSWERS) // 100:
            line += " " + _("⚠ Not enough for all: the rest goes another way, or waits for the next month.")
        yield line


def _example(ctx: Context, plan: Plan) -> str:
    """What the first of them would read."""
    officer, asked = ctx.person.name, plan.asked
    own = units.get(ctx, plan.speaks_for)
    words = (Words(officer, own.name if own else "", asked.words, asked.kind == "words"),) if asked.words else ()
    debts = tuple(plan.debts.get(plan.reach.people[0].id, ()))
    shown = Letter(0, (), (), debts, words)
    ways = "\n".join(_(label) + ": " + command for command, label in acts(shown)) if debts else ""
    name = plan.reach.people[0].name
    lead = _("What {name} will read:").format(name=name) if debts else _("What they will read:")
    return "\n".join(part for part in (lead, _text(shown, ctx.today), ways) if part)
