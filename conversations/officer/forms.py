"""/bieumau: the official forms and papers as files: which one, of whom, which year, which kind of file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from conversations import pick
from conversations.choices import Choice, Search
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.registry import dialogue
from locales import N_, _, ngettext
from movement import codes, entries, exports, units
from movement.errors import DomainError
from movement.forms import choosing, makers, paper_of_unit, rollup
from movement.forms.catalogue import FILES, KNOWN

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry
    from movement.units import Unit

assert makers  # noqa: S101 - makers declare themselves when they are imported


@dialogue(
    command="bieumau",
    title=N_("Official forms"),
    words=N_("official forms;forms;form;appendix 1;appendix 4"),
    listed=True,
    arguments=("form", "of", "year"),
)
def forms(d: Dialogue, ctx: Context) -> None:
    """Choose the form, whom it is of and the kind of file; the file is made in the background."""
    own = choosing.find_units(ctx, "")
    form = _form(d, ctx, own)
    with d.section(form):
        of = _of_unit(d, ctx, own, form) if KNOWN[form].of == "unit" else _of_entry(d, ctx)
        files = [Option(each, _(FILES[each])) for each in KNOWN[form].files]
        wanted = d.ask("file", Choice(_("As which kind of file?"), files), _("File"))
        d.once("ask", exports.ask, ctx, KNOWN[form].maker, {"form": form, "file": wanted, **of})
    d.say(
        _("✅ The file is being made and will be sent here in a moment."),
        offers=menu((_("Another form"), "/bieumau"), (_("Home"), "/start")),
    )


def _form(d: Dialogue, ctx: Context, own: list[Unit]) -> str:
    """The form named, or the one chosen; without a unit to summarise only those of single entries."""
    known = {key: each for key, each in KNOWN.items() if own or each.of == "entry"}
    named = str(d.given("form", ""))
    if named in known:
        return named
    guideline = rollup.guideline_of(ctx, own[0], ctx.today.year) if own else None
    numbers: dict[str, str] = {each.purpose: each.number for each in guideline.forms} if guideline else {}
    options = [Option(key, _(each.title), numbers.get(key, "")) for key, each in known.items()]
    return d.ask("form", Choice(_("Which form do you need?"), options), _("Form"))


def _of_entry(d: Dialogue, ctx: Context) -> dict[str, Any]:
    """One entry: the one named, the only one there is, or the one chosen."""
    found: Entry | None
    if row := codes.row_id(str(d.given("of", ""))):
        found = entries.demand(ctx, "see", entries.find(ctx, row))
    else:
        found = pick.entry(d, ctx, "see", _("Of which initiative?"), lambda _each: "")
    if found is None:
        raise DomainError(_("There is no initiative to make a form of yet."))
    return {"entry": found.id}


def _of_unit(d: Dialogue, ctx: Context, own: list[Unit], form: str) -> dict[str, Any]:
    """A unit and a year."""
    home = _unit(d, ctx, own)
    year = _year(d, ctx, home)
    if KNOWN[form].maker == "rollup":
        d.say(_how_many(ctx, home, year, form))
    elif not paper_of_unit.has_any(ctx, home, year):
        raise DomainError(_("No initiative of {year} has been appraised and passes yet.").format(year=year))
    return {"unit": home.id, "year": year}


def _unit(d: Dialogue, ctx: Context, own: list[Unit]) -> Unit:
    """The unit whose subtree it is of: the one named, the only one there is, or the one chosen."""
    named = choosing.get_unit(ctx, int(given)) if (given := str(d.given("of", ""))).isdecimal() else None
    if named is not None:
        return named
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


def _how_many(ctx: Context, home: Unit, year: int, form: str) -> str:
    """What will stand on a list; raise DomainError where nothing would."""
    listed, announced = rollup.counts(ctx, home, year, form)
    if not listed:
        raise DomainError(_("There is nothing to put on this form for {year} yet.").format(year=year))
    text = ngettext("{many} initiative will stand on it.", "{many} initiatives will stand on it.", listed)
    lines = [f"{home.name}, {year}.", text.format(many=listed)]
    if (left := announced - listed) > 0:
        text = ngettext(
            "{many} more has not been reported on and is left out.",
            "{many} more have not been reported on and are left out.",
            left,
        )
        lines.append(text.format(many=left))
    return " ".join(lines)
