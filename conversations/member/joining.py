"""Which unit a person joins: by the code that came with a link, by a code typed, in the demo by searching."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations import unit_pick
from conversations.choices import Search
from conversations.engine.screen import Option
from locales import _
from movement import code_tries, join_codes, people, units
from movement.errors import DomainError

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.join_codes import Invitation

BY_CODE = "c-"


def against_given(d: Dialogue, ctx: Context) -> str:
    """What is against the code that the dialogue was begun with, or nothing; looked into, and counted, once."""
    code: str = d.given("code", "")
    return d.once("code", _against, ctx, code[: join_codes.LONGEST_TYPED]) if code else ""


def _against(ctx: Context, code: str) -> str:
    if reason := code_tries.against(ctx, "join"):
        return reason
    if join_codes.invitation(ctx, code):
        return ""
    code_tries.wrong(ctx, "join")
    return _("The code “{code}” is not valid any more.").format(code=code[:20])


def unit(d: Dialogue, ctx: Context, against: str) -> str:
    """The key of the unit or of the code; a code that came with the link is taken without asking."""
    code: str = d.given("code", "")
    if code and not against and join_codes.invitation(ctx, code):
        return BY_CODE + code
    if code:
        d.say(against or _("The code “{code}” is not valid any more.").format(code=code[:20]))
    if ctx.open_joining:
        text = _("Which unit do you belong to? Write your join code, or a few words of its name.")
        nothing = _("No unit is called “{text}”. Please write one or two words of its name, such as: Nguyễn Du.")
    else:
        text = _("Please write the join code that your union officer gave you. Known on another channel? /lienket")
        nothing = _("The code “{text}” is not valid. Please look at it again, or ask your union officer for it.")
    if not code and people.name(ctx) and not people.units_of(ctx):  # known already: their role has ended
        text = " ".join((_("You belong to no unit now."), text))
    find, get, named = partial(_find, ctx), partial(_get, ctx), partial(_coded, ctx)
    question = Search(text, find, get, named, nothing, partial(_lead, ctx))
    return d.ask("unit", question, _("Unit"))


def personal(ctx: Context, key: str) -> tuple[str, Invitation] | None:
    """The code and what it opens, where the key is of a code for one very person."""
    code = key.removeprefix(BY_CODE) if key.startswith(BY_CODE) else ""
    invited = join_codes.invitation(ctx, code) if code else None
    return (code, invited) if invited and invited.person_id else None


def _coded(ctx: Context, words: str) -> Option | None:
    """The unit that a code opens; what looks like a code and is none counts as a try."""
    code = join_codes.bare(words)[: join_codes.LONGEST_TYPED]
    if not code:
        return None
    look = join_codes.tried if join_codes.looks_like_one(words) else join_codes.invitation
    invited = look(ctx, code)
    return Option(BY_CODE + code, invited.unit_name) if invited else None


def _find(ctx: Context, words: str) -> list[Option]:
    if not ctx.open_joining:
        return []
    return unit_pick.told_apart(ctx, units.search(ctx, words, units.GRASSROOTS))


def _lead(ctx: Context, words: str) -> str:
    """“Did you mean”, where no unit has the words as they were typed."""
    return unit_pick.lead(ctx, unit_pick.EVERYWHERE, words, units.GRASSROOTS) if ctx.open_joining else ""


def _get(ctx: Context, key: str) -> Option | None:
    if key.startswith(BY_CODE):
        invited = join_codes.invitation(ctx, key.removeprefix(BY_CODE))
        return Option(key, invited.unit_name) if invited else None
    found = units.get(ctx, int(key)) if key.isdecimal() and ctx.open_joining else None
    return Option(key, found.name) if found and found.kind in units.GRASSROOTS else None


def join(ctx: Context, key: str) -> dict[str, str]:
    """Take the role and give the unit's name and the role."""
    if key.startswith(BY_CODE):
        invited = join_codes.join_by_code(ctx, key.removeprefix(BY_CODE))
        return {"unit": invited.unit_name, "role": invited.role}
    found = units.get(ctx, int(key))
    if found is None:
        raise DomainError(_("That unit is gone. Please choose again."))
    people.join(ctx, found.id, "member")
    return {"unit": found.name, "role": "member"}
