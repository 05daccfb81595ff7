"""The first words: consent, the person's name, their unit by code or by search."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations.choices import Choice, Search
from conversations.engine.screen import Option
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
    if not people.has_consented(ctx) and not _agrees(d):
        text = _(
            "Understood: neither your name nor your unit is kept. You can still read the rules and the deadlines."
        )
        rules, due = (_("The rules in short"), "/huongdan"), (_("Deadlines"), "/hanchot")
        d.say(text, offers=menu(rules, due, (_("Join"), "/batdau")))
        return
    d.once("consent", people.consent, ctx)
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


def _agrees(d: Dialogue) -> bool:
    """Whether the person agrees; the details may be read first."""
    answers = [Option("yes", _("I agree")), Option("no", _("I do not agree"))]
    details = Option("details", _("Read the details"))
    answer = d.ask("consent", Choice(_consent_text(), [*answers, details]))
    if answer == "details":
        answer = d.ask("consent_after_details", Choice(_details(), answers))
    return answer == "yes"


def _consent_text() -> str:
    return _(
        "Hello. I am the “Dân vận khéo” assistant of the trade union.\n\n"
        "To register and follow initiatives I keep: your full name, your unit, your account on this channel and"
        " what you send. Officers of your unit and of the levels above can see it. You can see, correct, copy or"
        " have it deleted, and withdraw your consent, at any time.\n\n"
        "Do you agree?"
    )


def _details() -> str:
    return _(
        "Purpose: to register, follow, appraise and recognise initiatives, and to write the reports the guideline"
        " asks for.\n"
        "Kept: until the end of the cycle and as long as the archive rules demand.\n"
        "Not asked for: identity papers, birth dates, ethnicity, religion. Please do not send such pictures, nor"
        " pictures of patients or children.\n"
        "Telegram keeps its messages on servers outside Viet Nam; the web page and its files stay on this"
        " server.\n"
        "Your rights: to see, correct, delete, get a copy, restrict, object and withdraw; we answer within two"
        " working days. Withdrawal does not undo what was done before it.\n"
        "Basis: Law 91/2025/QH15 and Decree 356/2025/NĐ-CP.\n\n"
        "Do you agree?"
    )


def _name(d: Dialogue) -> str:
    return d.ask("name", Text(_("What is your full name?"), LONGEST_NAME, check=_looks_like_a_name), _("Name"))


def _looks_like_a_name(text: str) -> str:
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
