"""/danhdau: say that a unit has done what the database cannot know, such as sending a list on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import Choice, YesNo
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.registry import dialogue
from locales import N_, _
from movement import attestable, deeds

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.attestable import Deed
    from movement.context import Context


@dialogue(
    command="danhdau",
    title=N_("Mark what the unit has done"),
    words=N_("mark as done;we have sent it;mark what the unit has done"),
)
def mark(d: Dialogue, ctx: Context) -> None:
    """Ask what was done, and keep it; or take back what was marked by mistake."""
    found = attestable.of_person(ctx)
    if not found:
        d.say(_("There is nothing for you to mark for a unit now."), offers=_offers())
        return
    named = len({each.unit.id for each in found}) > 1
    options = [Option(_key(each), _label(each, named=named)) for each in found]
    key = d.ask("deed", Choice(_("What has the unit done outside this assistant?"), options), _("What was done"))
    deed = next(each for each in found if _key(each) == key)
    if deed.done:
        question = _("It is marked as done by {unit}. Take the mark back?")
    else:
        question = _("Mark as done by {unit}?")
    if d.ask("sure", YesNo(question.format(unit=deed.unit.name)), _("Sure")) == "no":
        d.say(_("It stays as it is."), offers=_offers())
        return
    d.once("attest", deeds.attest, ctx, deed.cycle_id, deed.unit.id, deed.code, done=not deed.done)
    kept = _("✅ No longer marked as done: {what}.") if deed.done else _("✅ Marked as done: {what}.")
    d.say(kept.format(what=deed.what.rstrip(".")), offers=_offers())


def _key(deed: Deed) -> str:
    return f"{deed.unit.id}-{deed.cycle_id}-{deed.code}"


def _label(deed: Deed, *, named: bool) -> str:
    mark = "✓ " if deed.done else ""
    return (
        mark
        + deed.what[0].upper()
        + deed.what[1:]
        + (f" · {deed.unit.short_name or deed.unit.name}" if named else "")
    )


def _offers() -> tuple[Option, ...]:
    return menu((_("Deadlines"), "/hanchot"), (_("Targets"), "/chitieu"))
