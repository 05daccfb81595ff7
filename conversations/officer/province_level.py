"""/captinh: choose initiatives to be registered at province level, or take a choice back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import pick
from conversations.choices import YesNo
from conversations.menu import menu
from conversations.registry import dialogue
from locales import N_, _
from movement import province_level

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from conversations.engine.screen import Option
    from movement.context import Context


@dialogue(
    command="captinh",
    title=N_("Choose for province level"),
    words=N_("choose for province level;province level"),
    arguments=("entry",),
)
def choose(d: Dialogue, ctx: Context) -> None:
    """Ask which initiative, say whether it is chosen now, and turn that round."""
    text = _("Which initiative is to be registered at province level?")
    found = pick.entry(d, ctx, "choose", text, province_level.against)
    if found is None:
        d.say(_("There is no initiative that you could choose for province level."), offers=_offers())
        return
    if found.for_province:
        question = _("It is chosen for province level. Take the choice back?")
    else:
        question = _("Register “{name}” ({unit}) at province level?").format(name=found.name, unit=found.unit_name)
    if d.ask("sure", YesNo(question), _("Province level")) == "no":
        d.say(_("It stays as it is."), offers=_offers())
        return
    d.once("choose", province_level.choose, ctx, found.id, chosen=not found.for_province)
    kept = _("✅ No longer chosen: {name}.") if found.for_province else _("✅ Chosen for province level: {name}.")
    d.say(kept.format(name=found.name), offers=_offers())


def _offers() -> tuple[Option, ...]:
    return menu((_("Targets"), "/chitieu"), (_("Deadlines"), "/hanchot"))
