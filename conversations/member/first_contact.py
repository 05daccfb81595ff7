"""The first words: consent, the person's name, their unit by code or by search."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations.choices import Search
from conversations.engine.screen import Option
from conversations.member import consent
from conversations.menu import menu
from conversations.questions import Text
from conversations.registry import dialogue
from locales import N_, _
from movement import people, role_names, units
from movement.errors import DomainError
from movement.matching import fold

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context

LONGEST_NAME = 80
_BY_CODE = "c-"


@dialogue(command="batdau", title=N_("Join"), words=N_("join;start"), needs="nothing", arguments=("code",))
def first_contact(d: Dialogue, ctx: Context) -> None:
    """Ask for consent before the first personal field, then the name and the unit."""
    if not consent.given(d, ctx):
        return
    if consent.was_all_that_lacked(d, ctx):
        d.say(_("Thank you, {name}.").format(name=people.name(ctx)), offers=menu((_("Home"), "/start")))
        return
    name = people.name(ctx) or _name(d)
    unit = _unit(d, ctx)
    d.once("name", people.rename, ctx, name)
    joined = d.once("join", _join, ctx, unit)
    d.say(
        _("Thank you, {name}. You have joined {unit} as {role}.").format(
            name=name, unit=joined["unit"], role=role_names.label(joined["role"])
        ),
        offers=menu((_("Home"), "/start"), (_("Help"), "/trogiup")),
    )


def _name(d: Dialogue) -> str:
    return d.ask("name", Text(_("What is your full name?"), LONGEST_NAME, check=looks_like_a_name), _("Name"))


def looks_like_a_name(text: str) -> str:
    """Why this cannot be a person's name; nothing where it can."""
    if any(character.isdigit() for character in text) or "\n" in text:
        return _("Please write only your full name, for example: Nguyễn Thị Lan.")
    return ""


def _unit(d: Dialogue, ctx: Context) -> str:
    """The key of the unit or of the code; a code that came with the link is taken without asking."""
    code: str = d.given("code", "")
    if code and people.invitation(ctx, code):
        return _BY_CODE + code
    if code:
        d.say(_("The code “{code}” is not valid any more.").format(code=code[:20]))
    if ctx.open_joining:
        text = _("Which unit do you belong to? Write your join code, or a few words of its name.")
        nothing = _("No unit is called “{text}”. Please write one or two words of its name, such as: Nguyễn Du.")
    else:
        text = _("Please write the join code that your union officer gave you.")
        nothing = _("The code “{text}” is not valid. Please look at it again, or ask your union officer for it.")
    find, get, named = partial(_find, ctx), partial(_get, ctx), partial(_coded, ctx)
    return d.ask("unit", Search(text, find, get, named, nothing), _("Unit"))


def _coded(ctx: Context, words: str) -> Option | None:
    """The unit that a code opens."""
    code = fold(words).replace(" ", "")[:30]
    invited = people.invitation(ctx, code) if code else None
    return Option(_BY_CODE + code, invited.unit_name) if invited else None


def _find(ctx: Context, words: str) -> list[Option]:
    if not ctx.open_joining:
        return []
    return [Option(str(unit.id), unit.name) for unit in units.search(ctx, words, units.GRASSROOTS)]


def _get(ctx: Context, key: str) -> Option | None:
    if key.startswith(_BY_CODE):
        invited = people.invitation(ctx, key.removeprefix(_BY_CODE))
        return Option(key, invited.unit_name) if invited else None
    unit = units.get(ctx, int(key)) if key.isdecimal() and ctx.open_joining else None
    return Option(key, unit.name) if unit and unit.kind in units.GRASSROOTS else None


def _join(ctx: Context, key: str) -> dict[str, str]:
    """Take the role and give the unit's name and the role."""
    if key.startswith(_BY_CODE):
        invited = people.join_by_code(ctx, key.removeprefix(_BY_CODE))
        return {"unit": invited.unit_name, "role": invited.role}
    unit = units.get(ctx, int(key))
    if unit is None:
        raise DomainError(_("That unit is gone. Please choose again."))
    people.join(ctx, unit.id, "member")
    return {"unit": unit.name, "role": "member"}
