"""/vieccanbo: everything officers do, by groups, as far as this person's roles allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conversations import registry
from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command
from locales import N_, _
from movement import access

if TYPE_CHECKING:
    from conversations.registry import Entrance
    from movement.context import Context

_GIVES: Final = "gives"  # not a right but what a role may give
_GROUPS: Final = (  # a title, and entrances with the right that each is for
    (
        N_("Review and appraisal"),
        (("duyet", "review"), ("xacnhan", "endorse"), ("thamdinh", "appraise"), ("bienban", "appraise")),
    ),
    (
        N_("Proposals and recognition"),
        (
            ("denghi", "propose"), ("dsdenghi", "propose"), ("congnhan", "recognise"), ("dscongnhan", "recognise"),
            ("dienhinh", "recognise"), ("captinh", "choose"), ("chiase", "review"),
        ),
    ),
    (
        N_("Figures and search"),
        (
            ("tonghop", "summarise"), ("tiendo", "summarise"), ("timkiem", "summarise"), ("chitieu", "summarise"),
            ("bieudo", "summarise"), ("bantin", "summarise"), ("hentin", "summarise"),
        ),
    ),
    (N_("Forms and days"), (("bieumau", "summarise"), ("danhdau", "attest"), ("ngay", "schedule"))),
    (
        N_("Reminding others"),
        (
            ("dondoc", "review"), ("ketquadondoc", "review"), ("thongbao", "review"), ("khongtoi", "people"),
            ("sapgui", "operate"),
        ),
    ),
    (
        N_("People and units"),
        (("moi", _GIVES), ("ma", _GIVES), ("caplai", _GIVES), ("nhapho", "write_for"), ("donvi", "people")),
    ),
)  # fmt: skip


@command(command="vieccanbo", title=N_("Officer's work"), words=N_("officer's work;work of an officer;more"))
def show(ctx: Context, arguments: str) -> Screen:
    """The groups in which this person has something to do, or one of them with its commands."""
    groups = _groups(ctx)
    number = int(arguments) if arguments.isdecimal() and len(arguments) == 1 else 0
    home = (_("Home"), "/start")
    if 1 <= number <= len(groups):
        title, found = groups[number - 1]
        ways = [(_(each.title), f"/{each.name}") for each in found]
        options = menu(*ways, (_("Officer's work"), "/vieccanbo"), home)
        return Screen(_("What would you like to do?"), title=title, options=options)
    if not groups:
        return Screen(_("This is for officers. What you can do: /trogiup"), options=menu(home))
    listed = [
        (title, f"/vieccanbo {place}", ", ".join(_(each.title) for each in found))
        for place, (title, found) in enumerate(groups, 1)
    ]
    return Screen(_("What would you like to do?"), title=_("Officer's work"), options=menu(*listed, home))


def _groups(ctx: Context) -> list[tuple[str, list[Entrance]]]:
    rights = {right for held in access.roles(ctx) for right in held.rights}
    allowed = {*rights, *((_GIVES,) if access.giving(ctx) else ())}
    known = registry.entrances()
    groups = [
        (_(title), [known[name] for name, right in entries if right in allowed and name in known])
        for title, entries in _GROUPS
    ]
    return [(title, found) for title, found in groups if found]
