"""/quantri: what administrators do, each with its command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conversations import registry
from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command
from locales import N_, _, ngettext
from movement import access, rosters, units
from movement.errors import DomainError

if TYPE_CHECKING:
    from movement.context import Context

_DONE: Final = (  # in the order of need; those that are not there are left out
    "modot", "phancong", "bangiao", "tamkhoa", "thieucanbo", "nhansu", "donvi", "capma", "ma", "sapgui", "yeucau",
    "nhatky", "tinloi",
)  # fmt: skip


@command(command="quantri", title=N_("Administration"), words=N_("administration;admin;manage"))
def home(ctx: Context, arguments: str) -> Screen:  # noqa: ARG001
    """How many units and people there are to look after, who lacks an officer, and what can be done."""
    top = own_top(ctx)
    found = rosters.staffing(ctx, top)
    many, people = found.staffed + len(found.without), rosters.head_count(ctx)
    lines = [
        ngettext("{many} unit", "{many} units", many).format(many=many)
        + ", "
        + ngettext("{many} person with a role.", "{many} people with roles.", people).format(many=people)
    ]
    if found.without:
        text = ngettext("{many} unit has no officer yet.", "{many} units have no officer yet.", len(found.without))
        lines.append(text.format(many=len(found.without)))
    there = [registry.entrances()[name] for name in _DONE if name in registry.entrances()]
    options = [(_(each.title), f"/{each.name}") for each in there]
    title = _("Administration · {unit}").format(unit=found.home.name)
    return Screen("\n".join(lines), title=title, options=menu(*options, (_("Home"), "/start")))


def own_top(ctx: Context) -> int:
    """The highest unit that the person administers; raise DomainError where there is none."""
    paths = sorted(access.paths(ctx, "lock"), key=len)
    if not paths:
        raise DomainError(_("This is for administrators. What you can do: /trogiup"))
    return units.ancestors(paths[0])[-1]
