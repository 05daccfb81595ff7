"""/bangiao: all duties of an officer go to another person at once, when a term ends."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations.choices import YesNo
from conversations.menu import menu
from conversations.officer import someone
from conversations.registry import dialogue
from locales import N_, _, ngettext
from movement import access, handing_over, rosters

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.handing_over import Plan
    from movement.rosters import Listed


@dialogue(
    command="bangiao",
    title=N_("Hand over an officer's duties"),
    words=N_("hand over;end of term;handover"),
    arguments=("giver", "taker"),
)
def hand_over(d: Dialogue, ctx: Context) -> None:
    """Choose who gives and who takes over, show everything that goes over, and do it in one step."""
    text = _("Duties are handed over by administrators and officers, among people of their units.")
    someone.demand_any(ctx, "people", text)
    if not d.given("giver") and not any(_gives(ctx, each) for each in rosters.search(ctx, "")):
        d.say(_("There is nobody whose duties you could hand over."), offers=menu((_("Home"), "/start")))
        return
    text = _("Whose term ends? Write a part of the name, or of the unit.")
    giver = someone.person(d, ctx, "giver", text, _("Hands over"), partial(_gives, ctx))
    text = _("Who takes over from {name}?").format(name=someone.named(giver))
    taker = someone.person(d, ctx, "taker", text, _("Takes over"), partial(_takes, ctx, giver))
    with d.section(f"{giver.id}-{taker.id}"):
        made = handing_over.plan(ctx, giver.id, taker.id)
        d.say("\n".join(_lines(made)))
        if d.ask("sure", YesNo(_("Hand all of this over?"))) == "no":
            d.say(_("Nothing was handed over."), offers=menu((_("Home"), "/start")))
            return
        done = d.once("hand over", handing_over.carry_out, ctx, giver.id, taker.id)
    text = _("✅ Handed over from {giver} to {taker}: {roles} roles, {entries} open initiatives. Both are told.")
    said = text.format(giver=someone.named(giver), taker=someone.named(taker), **done)
    home = made.goes[0].unit_id
    lock = [(_("Lock the account of {name}").format(name=someone.named(giver)), f"/tamkhoa {giver.id}")]
    may_lock = lock if access.paths(ctx, "lock") else []
    d.say(said, offers=menu((_("People of the unit"), f"/nhansu {home}"), *may_lock, (_("Home"), "/start")))


def _gives(ctx: Context, each: Listed) -> bool:
    """Whether they have anything that whoever asks could hand over."""
    return any(duty.role != "member" and access.may_give(ctx, duty.role, duty.path) for duty in each.duties)


def _takes(ctx: Context, giver: Listed, each: Listed) -> bool:
    return not handing_over.against(ctx, giver, each)


def _lines(made: Plan) -> list[str]:
    """Everything that goes over, and what does not."""
    head = _("From {giver} to {taker} will go:")
    lines = [head.format(giver=someone.named(made.giver), taker=someone.named(made.taker))]
    lines += [f"• {handing_over.duty_line(duty)}" for duty in made.goes]
    if made.entries:
        many = len(made.entries)
        text = ngettext("• {many} open initiative: {numbers}", "• {many} open initiatives: {numbers}", many)
        lines.append(text.format(many=many, numbers=", ".join(made.entries.values())))
    lines.append(_("• join codes given out, and what still waits to be told"))
    if made.stays:
        lines.append(_("You cannot hand these over; they stay:"))
        lines += [f"• {handing_over.duty_line(duty)}" for duty in made.stays]
    return lines
