"""Confirming many registrations at once, from a list that is looked at first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import Several
from conversations.engine.screen import Option
from conversations.menu import menu
from locales import _, ngettext
from movement import rulings, transitions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry


def confirm_many(d: Dialogue, ctx: Context, queue: Sequence[Entry]) -> None:
    """Ask which of these are confirmed, show them once more, and confirm them."""
    offered = [each for each in queue if not transitions.against(each.state, "confirm")]
    options = [Option(str(each.id), each.name, hint=_hint(each)) for each in offered]
    text = _("Which ones do you confirm? Write their numbers, such as 1, 2, 5. The others go on waiting.")
    chosen = d.ask("many", Several(text, options, least=1), _("Confirmed"))
    d.review("check_many", _("Please check what will be confirmed; each author is told."))
    looked_at = [(each.id, each.version) for each in offered if str(each.id) in chosen]
    done = d.once("confirm_many", rulings.confirm_all, ctx, looked_at)
    many = done["done"]
    lines = [ngettext("✅ {many} confirmed.", "✅ {many} confirmed.", many).format(many=many)]
    lines += [
        _("Left as it is, since somebody has dealt with it meanwhile: {name}.").format(name=each.name)
        for each in offered
        if each.id in done["changed"]
    ]
    ways = [(_("The next one"), "/duyet"), (_("Home"), "/start")]
    if many:
        ways.append((_("Take it back (within 5 minutes)"), f"/hoantac {done['batch']}"))
    d.say("\n".join(lines), offers=menu(*ways))


def _hint(each: Entry) -> str:
    late = _(" (late)") if each.is_late else ""
    return f"{each.number} · {each.unit_name}{late}"
