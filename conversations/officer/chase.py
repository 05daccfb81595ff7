"""/dondoc, /thongbao: remind those who owe something, or write to everybody, after seeing whom it reaches."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from conversations import chase_words
from conversations.choices import Choice
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.officer import chase_unit
from conversations.questions import Optionally, Text
from conversations.registry import dialogue
from locales import N_, _, ngettext
from movement import chases
from movement.chases import LABELS, LONGEST_NEWS, LONGEST_WORDS, Asked
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.units import Unit


@dialogue(
    command="dondoc",
    title=N_("Remind those who owe something"),
    words=N_("remind;chase;send reminders"),
    listed=True,
    arguments=("unit", "kind"),
)
def remind(d: Dialogue, ctx: Context) -> None:
    """Choose the unit and what is owed, add words of one's own, look whom it reaches, and send it."""
    home = chase_unit.ask(d, ctx)
    kind = _kind(d, ctx, home)
    if not kind:
        d.say(_("Nobody in {unit} owes anything now.").format(unit=home.name), offers=_ways())
        return
    with d.section(kind):
        asked = Asked(home.id, kind, chases.year_of(ctx, home, kind))
        if not chases.plan(ctx, asked).reach.people:
            d.say(chases.nobody_left(chases.plan(ctx, asked)), offers=_ways())
            return
        text = _("Do you want to add words of your own? They are read below the reminder.")
        words = d.ask("words", Optionally(Text(text, LONGEST_WORDS)), _("Your words"))
        _send(d, ctx, replace(asked, words=words or ""))


@dialogue(
    command="thongbao",
    title=N_("Write to everybody below"),
    words=N_("announcement;announce;broadcast"),
    arguments=("unit",),
)
def announce(d: Dialogue, ctx: Context) -> None:
    """Choose the unit and who reads it, write it, look whom it reaches, and send it."""
    home = chase_unit.ask(d, ctx)
    options = [Option("officers", _("Officers only")), Option("everyone", _("Everybody with a role there"))]
    audience = d.ask("audience", Choice(_("Who is to read it?"), options), _("To"))
    text = _("What is to be announced? It is read as you write it.")
    words = d.ask("words", Text(text, LONGEST_NEWS), _("Words"))
    asked = Asked(home.id, "words", ctx.today.year, words, audience)
    if not chases.plan(ctx, asked).reach.people:
        d.say(chases.nobody_left(chases.plan(ctx, asked)), offers=_ways())
        return
    _send(d, ctx, asked)


def _kind(d: Dialogue, ctx: Context, home: Unit) -> str:
    """What is owed: what was named, or one of those that somebody owes; nothing where nobody owes anything."""
    counts = {kind: many for kind, many in chases.counts(ctx, home.id).items() if any(many)}
    named = str(d.given("kind", ""))
    if named in counts:
        return named
    if not counts:
        return ""
    options = [Option(kind, _(LABELS[kind]).capitalize(), hint=_many(*many)) for kind, many in counts.items()]
    return d.ask("kind", Choice(_("Whom do you remind?"), options), _("Whom"))


def _many(people: int, unled: int) -> str:
    parts = [ngettext("{many} person", "{many} people", people).format(many=show_number(people))] if people else []
    if unled:
        text = ngettext("{many} unit without anybody in charge", "{many} units without anybody in charge", unled)
        parts.append(text.format(many=show_number(unled)))
    return ", ".join(parts)


def _send(d: Dialogue, ctx: Context, asked: Asked) -> None:
    """Show whom it reaches; once that is confirmed, keep it to be sent."""
    d.say(chase_words.preview(ctx, chases.plan(ctx, asked)))
    d.review("check", _("Please check before it is sent:"))
    done = d.once("send", chases.begin, ctx, asked)
    lines = list(_done(ctx, done))
    ways = [(_("Who got it"), f"/ketquadondoc {done['chase']}")]
    if done["nowhere"]:
        ways.append((_("Call list"), f"/ketquadondoc {done['chase']} call"))
    d.say("\n".join(lines), offers=menu(*ways, (_("Home"), "/start")))


def _done(ctx: Context, done: dict[str, Any]) -> list[str]:
    many, due_at = done["people"], dt.datetime.fromisoformat(done["due_at"])
    text = ngettext("✅ It goes to {many} person.", "✅ It goes to {many} people.", many)
    lines = [text.format(many=show_number(many))] if many else [_("✅ Kept. Nobody there can be written to.")]
    if due_at > ctx.now and many:
        lines.append(chase_words.later(ctx, due_at))
    if done["nowhere"]:
        text = ngettext("{many} person is to be called.", "{many} people are to be called.", done["nowhere"])
        lines.append(text.format(many=show_number(done["nowhere"])))
    if done["left_out"]:
        text = _("Left out, since they were told the same that day: {many}.")
        lines.append(text.format(many=show_number(done["left_out"])))
    return lines


def _ways() -> tuple[Option, ...]:
    return menu((_("Reminders sent"), "/ketquadondoc"), (_("Home"), "/start"))
