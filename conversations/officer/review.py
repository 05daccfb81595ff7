"""/duyet: the registrations that wait, the oldest first: confirm, return, ask, the next one, or many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import card
from conversations.choices import Choice
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.officer import scrutiny
from conversations.officer.faults import ask_fault
from conversations.officer.review_many import confirm_many
from conversations.questions import Text
from conversations.registry import dialogue
from locales import N_, _, ngettext
from movement import codes, enquiries, entries, rulings, transitions
from movement.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.entries import Entry

AT_ONCE = 30  # of the queue; those that come after are shown when it is begun again
LONGEST_QUESTION = 500


@dialogue(
    command="duyet",
    title=N_("Confirm registrations"),
    words=N_("confirm registrations;review;approve"),
    listed=True,
    arguments=("entry",),
)
def review(d: Dialogue, ctx: Context) -> None:
    """Show the entry that was named, or those that wait one by one until one is decided.

    The queue is kept as it was looked at: what another officer changes meanwhile is told and passed over.
    """
    looked_at = d.once("queue", _looked_at, ctx, d.given("entry", ""))
    found = {each.id: each for each in entries.several(ctx, [entry_id for entry_id, _version in looked_at])}
    queue = []
    for entry_id, version in looked_at:
        each = found.get(entry_id)
        if each is not None and each.version == version:
            queue.append(each)
        elif each is not None:
            d.say(rulings.changed_by(ctx, each))
    for place, each in enumerate(queue):
        with d.section(str(each.id)):
            if _decide(d, ctx, each, queue[place + 1 :]):
                return
    _end(d, ctx, {entry_id for entry_id, _version in looked_at})


def _end(d: Dialogue, ctx: Context, seen: set[int]) -> None:
    """Say that nothing waits any more, or what has come since the queue was begun."""
    came = [each for each in rulings.waiting(ctx) if each.id not in seen]
    if not came or d.given("entry", ""):
        d.say(_("No other registration waits for you."), offers=menu((_("Home"), "/start")))
        return
    text = ngettext("{many} more has come meanwhile.", "{many} more have come meanwhile.", len(came))
    d.say(text.format(many=len(came)), offers=menu((_("Confirm registrations"), "/duyet"), (_("Home"), "/start")))


def _looked_at(ctx: Context, number: str) -> list[tuple[int, int]]:
    """The ids and versions of the entries that wait, or of the one that was named."""
    if not number:
        return [(each.id, each.version) for each in rulings.waiting(ctx)[:AT_ONCE]]
    found = entries.demand(ctx, "review", entries.find(ctx, codes.row_id(number) or 0))
    if reason := transitions.against(found.state, "return"):
        raise DomainError(reason)
    return [(found.id, found.version)]


def _decide(d: Dialogue, ctx: Context, found: Entry, after: Sequence[Entry]) -> bool:
    """Whether something was decided, rather than left for later."""
    d.say("\n".join([*card.headed(ctx, found), *scrutiny.lines(ctx, found)]), files=card.files(ctx, found))
    left = len(after)
    question = ngettext("{many} more waits after it.", "{many} more wait after it.", left) if left else ""
    text = "\n".join(line for line in (_("What do you decide?"), question.format(many=left)) if line)
    match d.ask("act", Choice(text, _options(found, left)), _("Decision")):
        case "confirm":
            ruling_id = d.once("confirm", rulings.confirm, ctx, found.id, found.version)
            done = _("✅ Confirmed: {name}. Its author is told.")
        case "return":
            ruling_id = _send_back(d, ctx, found)
            done = _("✅ Returned: {name}. Its author is told the reason and can complete it.")
        case "ask":
            ruling_id = _enquire(d, ctx, found)
            done = _("✅ Sent to the author of {name}. You will be told the answer.")
        case "many":
            confirm_many(d, ctx, [found, *after])
            return True
        case _next:
            return False
    d.say(done.format(name=found.name), offers=_what_next(found, left, ruling_id))
    return True


def _options(found: Entry, left: int) -> list[Option]:
    options = [Option("return", _("Return it")), Option("ask", _("Ask its author"))]
    if not transitions.against(found.state, "confirm"):
        options.insert(0, Option("confirm", _("Confirm it")))
    if left:
        options += [Option("next", _("The next one")), Option("many", _("Confirm several at once"))]
    return options


def _send_back(d: Dialogue, ctx: Context, found: Entry) -> int:
    reason, lines = ask_fault(d, found)
    d.review("check", _("Please check what will be sent:"))
    return d.once("return", rulings.send_back, ctx, found.id, reason, lines, found.version)


def _enquire(d: Dialogue, ctx: Context, found: Entry) -> int:
    """Put a question to the author; there is nothing to take back of it."""
    text = _("What do you want to know? The author reads it as you write it.")
    question = d.ask("question", Text(text, LONGEST_QUESTION), _("Question"))
    d.review("check", _("Please check what will be sent:"))
    d.once("ask", enquiries.ask, ctx, found.id, question)
    return 0


def _what_next(found: Entry, left: int, ruling_id: int) -> tuple[Option, ...]:
    ways = [(_("The next one"), "/duyet")] if left else []
    ways += [(_("The whole file"), f"/mohinh {found.number}"), (_("Home"), "/start")]
    if ruling_id:
        ways.append((_("Take it back (within 5 minutes)"), f"/hoantac {ruling_id}"))
    return menu(*ways)
