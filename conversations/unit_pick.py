"""Which unit is meant: found by its name as people type it, shown with the unit above so that none is mistaken."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from conversations.choices import Search
from conversations.engine.screen import Option
from locales import _
from movement import access, units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.units import Unit

EVERYWHERE = ("/",)


def named(d: Dialogue, ctx: Context, text: str) -> Unit:
    """The unit to be changed: the one named when the dialogue began, or one found among those administered."""
    given = d.given("unit", "")
    if given:
        found = units.get(ctx, int(given)) if given.isdecimal() else None
        access.seek(ctx, f"unit:{given[:20]}")
        access.demand(ctx, "organise", access.Thing(found.path) if found else None)
        assert found is not None  # noqa: S101 - for the type checker: `demand` has refused
        return found
    reach = access.paths(ctx, "organise")
    if not reach:
        raise access.not_yours(ctx, "organise")
    return _ask(d, ctx, "unit", (text, _("Unit")), reach)


def another(d: Dialogue, ctx: Context, key: str, asked: tuple[str, str], apart_from: Unit) -> Unit:
    """Another unit among those administered, not one below it; `asked`: the question, and its label."""
    return _ask(d, ctx, key, asked, access.paths(ctx, "organise"), apart_from.path)


def anywhere(d: Dialogue, ctx: Context, text: str) -> Unit:
    """Any unit at all."""
    return _ask(d, ctx, "unit", (text, _("Unit")), EVERYWHERE)


def _ask(
    d: Dialogue, ctx: Context, key: str, asked: tuple[str, str], within: Sequence[str], apart_from: str = ""
) -> Unit:
    find, get = partial(_find, ctx, within, apart_from), partial(_get, ctx, within, apart_from)
    nothing = _("No unit is called “{text}”. Please write one or two words of its name, such as: Nguyễn Du.")
    text, label = asked
    question = Search(text, find, get, nothing=nothing, lead=partial(lead, ctx, within))
    found = units.get(ctx, int(d.ask(key, question, label)))
    assert found is not None  # noqa: S101 - for the type checker: the answer was just recalled
    return found


def lead(ctx: Context, within: Sequence[str], words: str, kinds: Sequence[str] = ()) -> str:
    """What is said above what was found: nothing, unless no unit has all the words as they were typed."""
    found = units.find(ctx, words, kinds, within=within)
    return _("Did you mean:") if found.is_guess and found.units else ""


def told_apart(ctx: Context, found: Sequence[Unit]) -> list[Option]:
    """Units by name alone; only those of the same name with the one above."""
    names = Counter(each.name for each in found)
    with_above = {each.key: each for each in options(ctx, [each for each in found if names[each.name] > 1])}
    return [with_above.get(str(each.id), Option(str(each.id), each.name)) for each in found]


def options(ctx: Context, found: Sequence[Unit]) -> list[Option]:
    """Units by name, each with the one above it."""
    above = {each.id: each.name for each in units.several(ctx, [e.parent_id for e in found if e.parent_id])}
    return [Option(str(each.id), each.name, hint=above.get(each.parent_id or 0, "")) for each in found]


def _find(ctx: Context, within: Sequence[str], apart_from: str, words: str) -> list[Option]:
    found = units.find(ctx, words, within=within).units
    return options(ctx, [each for each in found if _is_apart(each, apart_from)])


def _get(ctx: Context, within: Sequence[str], apart_from: str, key: str) -> Option | None:
    found = units.get(ctx, int(key)) if key.isdecimal() else None
    fits = found is not None and found.path.startswith(tuple(within)) and _is_apart(found, apart_from)
    return Option(key, found.name) if found is not None and fits else None


def _is_apart(each: Unit, path: str) -> bool:
    return not path or not each.path.startswith(path)
