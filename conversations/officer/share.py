"""/chiase: let others of the federation read a recognised initiative and begin from it, or no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import pick
from conversations.member.follow import lines
from conversations.menu import menu
from conversations.registry import dialogue
from locales import N_, _
from movement import entries, sharing
from movement.errors import DomainError
from movement.sharing import Shared

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry

YEARS_BACK = 5


@dialogue(
    command="chiase",
    title=N_("Share a recognised initiative"),
    words=N_("share;share an initiative"),
    arguments=("entry",),
)
def share(d: Dialogue, ctx: Context) -> None:
    """Show what others would read, and share it; one that is shared already can be taken back."""
    found = pick.named(d, ctx, "review", lambda _each: "")
    if found is None:
        offered = entries.oldest(ctx, "review", ("recognised",), YEARS_BACK)
        found = pick.among(d, offered, _("Which initiative is it?"), listed=False)
    if found is None:
        d.say(_("There is no recognised initiative to share yet."), offers=menu((_("Home"), "/start")))
        return
    with d.section(str(found.id)):
        _ask(d, ctx, found)


def _ask(d: Dialogue, ctx: Context, found: Entry) -> None:
    was_shared = d.once("was_shared", sharing.is_shared, ctx, found)
    if not was_shared and (reason := sharing.against(ctx, found)):
        raise DomainError(reason)
    d.say("\n".join(lines(_as_read(found))))
    if was_shared:
        d.review("take_back", _("It is shared now. Confirm to take it back; those who began from it keep theirs."))
        d.once("unshare", sharing.unshare, ctx, found.id)
        done = _("✅ It is no longer shared: {name}.")
    else:
        d.review("check", _("Everybody in your federation can read these lines, but no evidence, scores, names."))
        d.once("share", sharing.share, ctx, found.id)
        done = _("✅ Shared: {name}. Others find it with /nhanrong.")
    d.say(done.format(name=found.name), offers=menu((_("The whole file"), f"/mohinh {found.number}")))


def _as_read(found: Entry) -> Shared:
    return Shared(
        found.id,
        found.initiative_id,
        found.name,
        found.place,
        found.scale,
        found.result,
        found.year,
        found.unit_name,
    )
