"""/hoantac: take a decision back within five minutes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.menu import menu
from conversations.registry import dialogue
from locales import N_, _
from movement import codes, undoing

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context


@dialogue(command="hoantac", title=N_("Take a decision back"), words=N_("take back;undo"), arguments=("ruling",))
def undo(d: Dialogue, ctx: Context) -> None:
    """Take back the ruling that was named, with those made at once with it."""
    done = d.once("undo", undoing.undo, ctx, codes.row_id(str(d.given("ruling", ""))) or 0)
    lines = []
    if done["undone"]:
        lines.append(_("✅ Taken back: {names}. Its author is told.").format(names="; ".join(done["undone"])))
    if done["left"]:
        text = _("Not taken back, since somebody has gone on with it: {names}.")
        lines.append(text.format(names="; ".join(done["left"])))
    d.say("\n".join(lines), offers=menu((_("Confirm registrations"), "/duyet"), (_("Home"), "/start")))
