"""/bieumau: the official forms and papers as files: which one, of whom, which year, which kind of file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations.choices import Choice, Search
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.registry import dialogue
from locales import N_, _, ngettext
from movement import exports, units
from movement.errors import DomainError
from movement.forms import choosing, makers, rollup
from movement.forms.catalogue import FILES, KNOWN

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.units import Unit


@dialogue(
    command="bieumau",
    title=N_("Official forms"),
    words=N_("official forms;forms;form;appendix 1;appendix 4"),
    listed=True,
    arguments=("form", "unit", "year"),
)
def forms(d: Dialogue, ctx: Context) -> None:
    """Choose the form, the unit, the year and the kind of file; the file is made in the background."""
    own = choosing.find_units(ctx, "")
    if not own:
        raise DomainError(_("Summaries are for officers. To see your own initiatives: /trangthai"))
    form = d.given("form", "")
    if form not in KNOWN:
        form = d.ask("form", Choice(_("Which form do you need?"), _offered(ctx, own[0])), _("Form"))
    home = _unit(d, ctx)
    year = _year(d, ctx, home)
    _tell_how_many(d, ctx, home, year, form)
    files = [Option(each, _(FILES[each])) for each in KNOWN[form].files]
    wanted = d.ask("file", Choice(_("As which kind of file?"), files), _("File"))
    arguments = {"purpose": form, "unit": home.id, "year": year, "format": wanted}
    d.once("ask", exports.ask, ctx, makers.ROLLUP, arguments)
    d.say(
        _("✅ The file is being made and will be sent here in a moment."),
        offers=menu((_("Another form"), "/bieumau"), (_("Home"), "/start")),
    )


def _offered(ctx: Context, home: Unit) -> list[Option]:
    """Every form, with what the guideline of the year calls it."""
    guideline = rollup.guideline_of(ctx, home, ctx.today.year)
    numbers: dict[str, str] = {each.purpose: each.number for each in guideline.forms}
    return [Option(key, _(each.title), numbers.get(key, "")) for key, each in KNOWN.items()]


def _unit(d: Dialogue, ctx: Context) -> Unit:
    """The unit whose subtree it is of: the one named, the only one there is, or the one chosen."""
    named = choosing.get_unit(ctx, int(given)) if (given := str(d.given("unit", ""))).isdecimal() else None
    if named is not None:
        return named
    own = choosing.find_units(ctx, "")
    if len(own) == 1:
        return own[0]
    text = _("Of which unit? Everything below it is included.")
    chosen = d.ask("unit", Search(text, partial(_find, ctx), partial(_get, ctx)), _("Unit"))
    found = units.get(ctx, int(chosen))
    assert found is not None  # noqa: S101 - for the type checker: the question has found it
    return found


def _find(ctx: Context, words: str) -> list[Option]:
    return [Option(str(each.id), each.name) for each in choosing.find_units(ctx, words)]


def _get(ctx: Context, key: str) -> Option | None:
    found = choosing.get_unit(ctx, int(key)) if key.isdecimal() else None
    return Option(key, found.name) if found else None


def _year(d: Dialogue, ctx: Context, home: Unit) -> int:
    """The year: the one named, the only one with initiatives, or the one chosen."""
    known = choosing.years(ctx, home)
    if not known:
        raise DomainError(_("Nothing has been registered in this unit yet."))
    if (given := str(d.given("year", ""))).isdecimal() and int(given) in known:
        return int(given)
    if len(known) == 1:
        return known[0]
    options = [Option(str(each), str(each)) for each in known]
    return int(d.ask("year", Choice(_("Of which year?"), options), _("Year")))


def _tell_how_many(d: Dialogue, ctx: Context, home: Unit, year: int, form: str) -> None:
    """Say what will stand on the form, or that nothing would."""
    listed, announced = rollup.counts(ctx, home, year, form)
    if not listed:
        raise DomainError(_("There is nothing to put on this form for {year} yet.").format(year=year))
    lines = [
        ngettext("{many} initiative will stand on it.", "{many} initiatives will stand on it.", listed).format(
            many=listed
        )
    ]
    if (left := announced - listed) > 0:
        text = ngettext(
            "{many} more has not been reported on and is left out.",
            "{many} more have not been reported on and are left out.",
            left,
        )
        lines.append(text.format(many=left))
    d.say(f"{home.name}, {year}. " + " ".join(lines))
