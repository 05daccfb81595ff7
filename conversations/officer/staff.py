"""/nhansu and /thieucanbo: the people of a unit with their roles, and the units that nobody looks after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.officer import someone
from conversations.registry import command
from locales import N_, _
from movement import access, role_names, rosters, units
from movement.errors import DomainError
from movement.unit_kinds import kind_label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from movement.context import Context
    from movement.rosters import Listed

PAGE: Final = 12
CHANNELS: Final = {"web": N_("web page"), "telegram": "Telegram", "console": N_("terminal")}


@command(command="nhansu", title=N_("People of a unit"), words=N_("people of the unit;staff;members of the unit"))
def people(ctx: Context, arguments: str) -> Screen:
    """`/nhansu [unit [page]]`: officers first, each with roles and where they can be reached."""
    unit_id, page = _named(ctx, arguments, "/nhansu")
    home, found = rosters.of_unit(ctx, unit_id)
    shown = found[page * PAGE : page * PAGE + PAGE]
    at = rosters.channels(ctx, [each.id for each in shown])
    lines = [f"• {someone.named(each)}: {_roles(each)} · {_reached(each, at)}" for each in shown]
    lines += [] if found else [_("Nobody has a role in this unit yet.")]
    below = [] if page else units.children(ctx, home.id)[:PAGE]
    options = [
        *((each.short_name or each.name, f"/nhansu {each.id}") for each in below),
        *_turning("/nhansu", home.id, page, len(found)),
        (_("Give or take away a role"), "/phancong"),
        (_("Home"), "/start"),
    ]
    title = _("{unit}: {many} people").format(unit=home.name, many=len(found))
    return Screen("\n".join(lines), title=title, options=menu(*options))


@command(
    command="thieucanbo", title=N_("Units without an officer"), words=N_("units without an officer;no officer")
)
def without_officer(ctx: Context, arguments: str) -> Screen:
    """`/thieucanbo [unit [page]]`: how many units have an officer, and those without; a number opens one."""
    unit_id, page = _named(ctx, arguments, "/thieucanbo")
    found = rosters.staffing(ctx, unit_id)
    many = len(found.without)
    lines = [
        _("With an officer: {staffed}. Without: {without}. Together: {all} units.").format(
            staffed=found.staffed, without=many, all=found.staffed + many
        )
    ]
    shown = found.without[page * PAGE : page * PAGE + PAGE]
    if many > PAGE:
        first = page * PAGE + 1
        lines.append(_("{first}–{last} of {many}:").format(first=first, last=first + len(shown) - 1, many=many))
    options: list[tuple[str, str] | tuple[str, str, str]] = [
        *((each.name, f"/nhansu {each.id}", kind_label(each.kind)) for each in shown),
        *_turning("/thieucanbo", found.home.id, page, many),
        (_("Give or take away a role"), "/phancong"),
        (_("Home"), "/start"),
    ]
    title = _("Units without an officer · {unit}").format(unit=found.home.name)
    return Screen("\n".join(lines), title=title, options=menu(*options))


def _named(ctx: Context, arguments: str, name: str) -> tuple[int, int]:
    """The unit and the page (from 0) that were typed; the highest of the person's own where none was."""
    words = arguments.split()[:2]
    if not all(word.isdecimal() and len(word) < 10 for word in words):  # noqa: PLR2004 - digits of a unit's number
        raise DomainError(_("Please open it from its list: {command}").format(command=name))
    page = max(0, int(words[1]) - 1) if len(words) > 1 else 0
    if words:
        return int(words[0]), page
    paths = sorted(access.paths(ctx, "people"), key=len)
    if not paths:
        raise DomainError(_("This list is for officers and administrators. Your own units: /start"))
    return units.ancestors(paths[0])[-1], page


def _turning(name: str, unit_id: int, page: int, many: int) -> list[tuple[str, str]]:
    ways = [(_("Previous page"), f"{name} {unit_id} {page}")] if page else []
    return ways + ([(_("Next page"), f"{name} {unit_id} {page + 2}")] if many > (page + 1) * PAGE else [])


def _roles(each: Listed) -> str:
    """Their roles in the unit, and that their account is locked."""
    locked = [] if each.is_active else [_("account locked")]
    return ", ".join([*(role_names.label(duty.role) for duty in each.duties), *locked])


def _reached(each: Listed, at: Mapping[int, tuple[str, ...]]) -> str:
    """Where they can be written to."""
    if not each.is_active:
        return _("not written to")
    return ", ".join(_(CHANNELS.get(name, name)) for name in at.get(each.id, ())) or _("cannot be reached")
