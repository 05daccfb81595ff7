"""Which person, and which unit, an administrator means: found by a few letters of a name or of a unit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations.choices import Search
from conversations.engine.screen import Option
from locales import _
from movement import access, handing_over, rosters, units
from movement.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.rosters import Listed
    from movement.units import Unit

    Fits = Callable[[Listed], bool]

MOST_DUTIES = 2  # named beside a name


def anybody(_each: Listed) -> bool:
    """Everybody in reach."""
    return True


def person(d: Dialogue, ctx: Context, key: str, text: str, label: str, fits: Fits = anybody) -> Listed:
    """The person named when the dialogue began, or the one found by name or unit among those in reach."""
    given = d.given(key, "")
    if given:
        return rosters.demand(ctx, int(given) if given.isdecimal() else 0)
    nothing = _("Nobody among your units is called “{text}”. Please write a part of the name, or of the unit.")
    asked = Search(text, partial(_people, ctx, fits), partial(_person, ctx, fits), nothing=nothing)
    found = rosters.get(ctx, int(d.ask(key, asked, label)))
    assert found is not None  # noqa: S101 - for the type checker: the answer was just recalled
    return found


def unit(d: Dialogue, ctx: Context, text: str, act: access.Act) -> Unit:
    """The unit, found by name among those in which the person may do this."""
    within = access.paths(ctx, act)
    asked = Search(text, partial(_units, ctx, within), partial(_unit, ctx, act))
    found = units.get(ctx, int(d.ask("unit", asked, _("Unit"))))
    assert found is not None  # noqa: S101 - for the type checker: the answer was just recalled
    return found


def demand_any(ctx: Context, act: access.Act, text: str) -> None:
    """Raise DomainError with this text where there is no unit in which the person may do this."""
    if not access.paths(ctx, act):
        raise DomainError(text)


def duties(each: Listed) -> str:
    """The first roles of a person."""
    shown = [handing_over.duty_line(duty) for duty in each.duties[:MOST_DUTIES]]
    return "; ".join([*shown, *(["…"] if len(each.duties) > MOST_DUTIES else [])])


def _hint(each: Listed) -> str:
    return duties(each) if each.is_active else f"{duties(each)}; {_('account locked')}"


def named(each: Listed) -> str:
    """A person's name, or what is said where they have not given it yet."""
    return each.name or _("(no name yet)")


def _people(ctx: Context, fits: Fits, words: str) -> list[Option]:
    return [Option(str(each.id), named(each), _hint(each)) for each in rosters.search(ctx, words) if fits(each)]


def _person(ctx: Context, fits: Fits, key: str) -> Option | None:
    found = rosters.get(ctx, int(key)) if key.isdecimal() else None
    return Option(key, named(found)) if found and fits(found) else None


def _units(ctx: Context, within: tuple[str, ...], words: str) -> list[Option]:
    return [Option(str(each.id), each.name) for each in units.find(ctx, words, within=within).units]


def _unit(ctx: Context, act: access.Act, key: str) -> Option | None:
    found = units.get(ctx, int(key)) if key.isdecimal() else None
    return Option(key, found.name) if found and access.may(ctx, act, access.Thing(found.path)) else None
