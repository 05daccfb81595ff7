"""/hoso: the papers of an entry's dossier, with copies, and what is already here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command
from locales import N_, _
from movement import codes, dossiers, entries

if TYPE_CHECKING:
    from movement.context import Context
    from movement.dossiers import Checked, Held
    from movement.entries import Entry

_PURPOSES = {"recognition": N_("Papers for recognition"), "award": N_("Papers for an award")}


@command(command="hoso", title=N_("Dossier"), words=N_("dossier;papers"))
def show(ctx: Context, arguments: str) -> Screen:
    """`/hoso number`: each paper with its copies, then what is here of the entry."""
    found = entries.demand(ctx, "see", entries.find(ctx, codes.row_id(arguments) or 0))
    here = dossiers.held(ctx, found)
    lines = [f"{found.name} ({found.number})"]
    for each in dossiers.of_entry(found, here):
        lines += ["", f"{_(_PURPOSES[each.purpose])}:", *(_paper(checked) for checked in each.papers)]
    if not found.guideline.dossiers:
        lines += ["", _("The guideline names no papers; what is here can go with the request.")]
    else:
        lines += ["", _("☑ what it is written from is here; ☐ still to be made")]
    lines += ["", _("What is here:"), *_here(found, here)]
    options = menu(
        (_("The dossier as one file"), f"/taihoso {found.number}"),
        (_("The whole file"), f"/mohinh {found.number}"),
        (_("Home"), "/start"),
    )
    return Screen("\n".join(lines), title=_("Dossier"), options=options)


def _paper(each: Checked) -> str:
    box = "☑" if each.is_here else "☐"
    if not each.paper.copies:
        return _("{box} {paper} (number of copies not stated)").format(box=box, paper=each.paper.label)
    copies = f"{each.paper.copies:02}"
    return _("{box} {paper}: {copies} copies").format(box=box, paper=each.paper.label, copies=copies)


def _here(found: Entry, here: Held) -> list[str]:
    shown = [(_("Report of the results"), here.has_report), (_("Appraisal"), here.has_appraisal)]
    if found.guideline.principles.endorsement is not None:
        shown.append((_("Confirmation by the party committee"), here.has_endorsement))
    lines = [f"{'☑' if is_here else '☐'} {label}" for label, is_here in shown]
    counted = _("Evidence: {pieces} pieces, {files} files").format(pieces=here.pieces, files=here.files)
    return [*lines, f"{'☑' if here.pieces else '☐'} {counted}"]
