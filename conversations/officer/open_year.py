"""/modot: open a year of the movement for a unit and all below it, under a guideline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import Choice, YesNo
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.officer import someone
from conversations.registry import dialogue
from locales import N_, _, ngettext
from movement import opening
from movement.unit_kinds import kind_label

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.opening import Planned


@dialogue(
    command="modot",
    title=N_("Open a year of the movement"),
    words=N_("open a year;open a cycle;assign a guideline"),
)
def open_year(d: Dialogue, ctx: Context) -> None:
    """Choose the unit, the year and the guideline; whom it binds is shown before it is opened."""
    someone.demand_any(ctx, "open", _("This is for administrators. What you can do: /trogiup"))
    home = someone.unit(d, ctx, _("For which unit, with all below it? Write a part of its name."), "open")
    years = [Option(str(year), str(year)) for year in (ctx.today.year, ctx.today.year + 1)]
    year = int(d.ask("year", Choice(_("For which year?"), years), _("Year")))
    with d.section(f"{home.id}-{year}"):
        found = opening.possible(ctx.session, home.id, year)
        if not found:
            text = _(
                "There is no guideline to be opened for {unit} in {year}: it is open already, or none is in force."
            )
            d.say(text.format(unit=home.name, year=year), offers=_offers())
            return
        options = [Option(each.id, each.title) for each in found]
        chosen = d.ask("guideline", Choice(_("Under which guideline?"), options), _("Guideline"))
    d.say("\n".join(_lines(opening.plan(ctx.session, home.id, year, chosen))))
    if d.ask("sure", YesNo(_("Open it?"))) == "no":
        d.say(_("Nothing was opened."), offers=_offers())
        return
    d.once("open", opening.open_for, ctx, home.id, year, chosen)
    d.say(_("✅ {year} is open for {unit} and all below it.").format(year=year, unit=home.name), offers=_offers())


def _lines(planned: Planned) -> list[str]:
    """The guideline, and whom it binds by kind."""
    many = sum(planned.bound.values())
    text = ngettext("It binds {many} unit at or below {unit}:", "It binds {many} units at or below {unit}:", many)
    head = _("{year} · {title}").format(year=planned.year, title=planned.guideline.title)
    kinds = [f"• {kind_label(kind)}: {count}" for kind, count in planned.bound.items()]
    return [head, text.format(many=many, unit=planned.unit.name), *kinds]


def _offers() -> tuple[Option, ...]:
    return menu((_("Administration"), "/quantri"), (_("Deadlines"), "/hanchot"), (_("Home"), "/start"))
