"""/taihoso: the whole dossier of an entry as one zip, made in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import pick
from conversations.menu import menu
from conversations.registry import dialogue
from locales import N_, _
from movement import exports
from movement.errors import DomainError
from movement.forms import dossier_zip

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context


@dialogue(
    command="taihoso",
    title=N_("The dossier as one file"),
    words=N_("dossier as one file;download the dossier;zip"),
    arguments=("entry",),
)
def download(d: Dialogue, ctx: Context) -> None:
    """Ask for the zip of the entry named, the only one there is, or the one chosen."""
    found = pick.entry(d, ctx, "see", _("Of which initiative?"), lambda _each: "")
    if found is None:
        raise DomainError(_("There is no initiative to make a form of yet."))
    with d.section(str(found.id)):
        d.once("ask", exports.ask, ctx, dossier_zip.DOSSIER, {"entry": found.id})
    d.say(
        _("✅ The dossier of “{name}” is being packed and will be sent here in a moment.").format(name=found.name),
        offers=menu((_("The papers of the dossier"), f"/hoso {found.number}"), (_("Home"), "/start")),
    )
