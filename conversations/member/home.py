"""/start, /trogiup, /desau: where one is, what can be done, and leaving a dialogue for later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conversations import registry
from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command
from locales import N_, _
from movement import access, people, quota, units

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conversations.engine.screen import Option
    from movement.access import Act
    from movement.context import Context

_MEMBERS: Final = ("dangky", "minhchung", "tucham", "baocao", "trangthai")
_EVERYBODY: Final = ("hanchot", "nhachan", "huongdan", "nhanrong", "kenh", "dulieu", "ngonngu")
_OFFICERS: Final[Mapping[str, Act]] = {  # entrances, and the right that each is for
    "duyet": "review",
    "xacnhan": "endorse",
    "thamdinh": "appraise",
    "denghi": "propose",
    "congnhan": "recognise",
    "tonghop": "summarise",
    "chitieu": "summarise",
    "yeucau": "answer_data",
    "nhatky": "audit",
    "hanmuc": "operate",
    "quantri": "lock",
}


@command(command="start", title=N_("Home"), words=N_("home;hello;hi;begin;thanks;thank you"))
def home(ctx: Context, arguments: str) -> Screen:  # noqa: ARG001 - codes are taken by the first contact
    """Greet by name, name the unit, and offer what this person does."""
    names = ", ".join(unit.name for unit in units.several(ctx, people.units_of(ctx))[:3])
    text = _("Hello {name} ({units}).\nI am the “Dân vận khéo” assistant. What would you like to do?")
    offered = [*_mine(ctx), "hanchot", "trogiup"]
    return Screen(text.format(name=people.name(ctx), units=names), options=_menu(offered), expects="home")


@command(command="trogiup", title=N_("Help"), words=N_("help;how;commands"), needs="nothing", listed=True)
def help_(ctx: Context, arguments: str) -> Screen:  # noqa: ARG001
    """List what can be done, each with its command, and the words that always work."""
    text = "\n".join(
        (
            _("Choose below, or write what you want to do; accents are not needed."),
            _("At any question: “back” goes to the one before, “cancel” stops, “later” keeps it for another day."),
            _("You can stop in the middle: what you have written is kept, and we go on from there."),
        ),
    )
    return Screen(text, title=_("Help"), options=_menu([*_mine(ctx), *_EVERYBODY]))


@command(command="desau", title=N_("Later"), words=N_("later;pause;keep for later"), needs="nothing")
def later(ctx: Context, arguments: str) -> Screen:  # noqa: ARG001
    """Leave the open dialogue as it is; the way back to it is added to this screen."""
    return Screen(_("It is kept as it is. Go on whenever you like; any message leads back to it."))


def _mine(ctx: Context) -> list[str]:
    """What this person does, members' acts first; before anything is known of them, what members do."""
    held = {each.role for each in access.roles(ctx)}
    registers = not held or held & {"member", "group_head", "unit_officer", "unit_head"}
    acts = [name for name, act in _OFFICERS.items() if access.paths(ctx, act)]
    if not quota.limits():
        acts = [name for name in acts if name != "hanmuc"]
    more = ("vieccanbo",) if acts or access.giving(ctx) else ()
    return [*(_MEMBERS if registers else ()), *acts, *more]


def _menu(names: Iterable[str]) -> tuple[Option, ...]:
    found = [registry.entrances()[name] for name in names]
    return menu(*[(_(entrance.title), f"/{entrance.name}") for entrance in found])
