"""/moi: make a join code for a unit and a role, with links and pictures to hand out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations.choices import Choice, Search
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.registry import dialogue
from locales import N_, _, ngettext
from movement import access, join_codes, join_papers, poster, role_names, units
from movement.errors import DomainError
from movement.join_codes import CodeDraft
from movement.vietnamese_dates import show_date
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.units import Unit

MANY = (1, 10, 50, 200)  # people whom one code may let in
DAYS = (7, 30, 90)
_ONLY_MEMBERS = frozenset({"member", "group_head"})
_ONLY_ABOVE = frozenset({"upper_officer", "standing_committee"})


@dialogue(
    command="moi",
    title=N_("Invite people"),
    words=N_("invite;invite people;join code;make a join code"),
    listed=True,
)
def invite(d: Dialogue, ctx: Context) -> None:
    """Make a code for a unit and a role; it is told once, with everything that carries it."""
    home = _unit(d, ctx)
    role = _role(d, ctx, home)
    d.say(_("A join code for {unit}, as {role}.").format(unit=home.name, role=role_names.label(role)))
    uses = _uses(d) if role in _ONLY_MEMBERS else 1
    days = _days(d, ctx)
    kit = _kit(d)
    d.review("check", _("Please check before the code is made:"))
    draft = CodeDraft(home.id, role, uses, days)
    code = d.once("make", _make, ctx, draft, kit)
    d.say(_letter(ctx, home, draft, code))
    d.say(_after(kit), offers=menu((_("Codes given out"), "/ma"), (_("Make another code"), "/moi")))


def _unit(d: Dialogue, ctx: Context) -> Unit:
    """The only unit there is to invite to, or the one chosen among one's own and those below."""
    own = units.several(ctx, list(dict.fromkeys(held.unit_id for held in access.giving(ctx))))
    if not own:
        raise DomainError(_("Your role does not invite people. Officers of the unit do."))
    if len(own) == 1 and not units.children(ctx, own[0].id):
        return own[0]
    text = _("For which unit is the code? Choose, or write a few words of its name.")
    nothing = _("No unit of yours is called “{text}”. Please write one or two words of its name.")
    chosen = d.ask("unit", Search(text, partial(_find, ctx, own), partial(_get, ctx), nothing=nothing), _("Unit"))
    found = units.get(ctx, int(chosen))
    assert found is not None  # noqa: S101 - `_get` has just found it
    return found


def _find(ctx: Context, own: list[Unit], words: str) -> list[Option]:
    found = [each for each in units.search(ctx, words) if _roles(ctx, each)] if words else own
    return [Option(str(each.id), each.name) for each in found]


def _get(ctx: Context, key: str) -> Option | None:
    found = units.get(ctx, int(key)) if key.isdecimal() else None
    return Option(key, found.name) if found and _roles(ctx, found) else None


def _roles(ctx: Context, home: Unit) -> list[str]:
    """The roles that the person may give there and that such a unit has."""
    return [
        role
        for role in access.giveable(ctx, home.path)
        if not (role == "group_head" and home.kind != "union_group")
        and not (role in _ONLY_ABOVE and home.kind in units.GRASSROOTS)
    ]


def _role(d: Dialogue, ctx: Context, home: Unit) -> str:
    roles = _roles(ctx, home)
    if len(roles) == 1:
        return roles[0]
    options = [Option(role, role_names.label(role).capitalize()) for role in roles]
    return d.ask("role", Choice(_("Which role will the code give?"), options), _("Role"))


def _uses(d: Dialogue) -> int | None:
    options = [
        Option(str(many), ngettext("{many} person", "{many} people", many).format(many=many)) for many in MANY
    ]
    options.append(Option("any", _("Any number")))
    chosen = d.ask("uses", Choice(_("How many people will use it?"), options), _("For"))
    return None if chosen == "any" else int(chosen)


def _days(d: Dialogue, ctx: Context) -> int:
    options = [
        Option(
            str(days),
            _("{days} days (to {day})").format(days=days, day=show_date(join_codes.last_day(ctx, days))),
        )
        for days in DAYS
    ]
    return int(d.ask("days", Choice(_("How long shall it be good?"), options), _("Good for")))


def _kit(d: Dialogue) -> str:
    options = [
        Option("text", _("Only the code and the links")),
        Option("qr", _("Also QR pictures")),
        Option("poster", _("Also a poster of one A4 page (PDF)")),
    ]
    return d.ask("kit", Choice(_("What do you need to hand out?"), options), _("To hand out"))


def _make(ctx: Context, draft: CodeDraft, kit: str) -> str:
    code = join_codes.make(ctx, draft)
    if kit == "qr":
        join_papers.ask_for_pictures(ctx, code)
    elif kit == "poster":
        join_papers.ask_for_one(ctx, poster.POSTER, code)
    return code


def _letter(ctx: Context, home: Unit, draft: CodeDraft, code: str) -> str:
    """What is passed on to those who are invited."""
    for_whom = _("for any number of people")
    if draft.uses is not None:
        for_whom = ngettext("for {many} person", "for {many} people", draft.uses).format(
            many=show_number(draft.uses)
        )
    lines = [
        _("Invitation to the “Dân vận khéo” assistant · {unit}").format(unit=home.name),
        _("Join code: {code}").format(code=join_codes.spelled(code)),
        _("({role}, {for_whom}, to {day})").format(
            role=role_names.label(draft.role),
            for_whom=for_whom,
            day=show_date(join_codes.last_day(ctx, draft.days)),
        ),
    ]
    return "\n".join([*lines, *join_papers.ways_with(ctx, code)])


def _after(kit: str) -> str:
    text = _("Please pass this message on now: the code is not shown again.")
    return text if kit == "text" else text + " " + _("The file follows in a moment.")
