"""/tamkhoa: lock the account of a person who has left, or open it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import YesNo
from conversations.menu import menu
from conversations.officer import someone
from conversations.registry import dialogue
from locales import N_, _, ngettext
from movement import locking

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from conversations.engine.screen import Option
    from movement.context import Context
    from movement.rosters import Listed


@dialogue(
    command="tamkhoa",
    title=N_("Lock or unlock an account"),
    words=N_("lock an account;unlock an account;deactivate"),
    arguments=("person",),
)
def lock(d: Dialogue, ctx: Context) -> None:
    """Choose the person; what they leave open is shown before."""
    someone.demand_any(ctx, "lock", _("This is for administrators. What you can do: /trogiup"))
    text = _("Whose account is it? Write a part of the name, or of the unit.")
    who = someone.person(d, ctx, "person", text, _("The person"), lambda each: each.id != ctx.person.id)
    with d.section(f"{who.id}-{'lock' if who.is_active else 'unlock'}"):
        if who.is_active:
            _lock(d, ctx, who)
        else:
            _unlock(d, ctx, who)


def _lock(d: Dialogue, ctx: Context, who: Listed) -> None:
    name = someone.named(who)
    d.say("\n".join(_leaves(ctx, who)))
    if d.ask("sure", YesNo(_("Lock the account of {name}?").format(name=name))) == "no":
        d.say(_("Nothing was changed."), offers=_offers(who))
        return
    d.once("lock", locking.lock, ctx, who.id)
    text = _("✅ The account of {name} is locked. What they have sent is kept; it can be unlocked at any time.")
    d.say(text.format(name=name), offers=_offers(who))


def _unlock(d: Dialogue, ctx: Context, who: Listed) -> None:
    name = someone.named(who)
    text = _("The account of {name} is locked. Unlock it, with the roles they had ({duties})?")
    if d.ask("sure", YesNo(text.format(name=name, duties=someone.duties(who)))) == "no":
        d.say(_("Nothing was changed."), offers=_offers(who))
        return
    d.once("unlock", locking.unlock, ctx, who.id)
    d.say(_("✅ The account of {name} is open again. They are told.").format(name=name), offers=_offers(who))


def _leaves(ctx: Context, who: Listed) -> list[str]:
    """What ends, and what is left open."""
    text = _("{name}: {duties}.\nTheir rights end at once; they can see and send nothing any more.")
    lines = [text.format(name=someone.named(who), duties=someone.duties(who))]
    left = locking.open_things(ctx, who.id)
    if left.many:
        count = ngettext("They leave {many} open initiative:", "They leave {many} open initiatives:", left.many)
        lines += [count.format(many=left.many), *(f"• {name}" for name in left.names)]
        lines.append(_("To hand their duties over first: /bangiao {number}").format(number=who.id))
    return lines


def _offers(who: Listed) -> tuple[Option, ...]:
    return menu((_("People of the unit"), f"/nhansu {who.duties[0].unit_id}"), (_("Home"), "/start"))
