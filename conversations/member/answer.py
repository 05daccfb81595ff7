"""/traloi: answer what an officer asked about an initiative."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import pick
from conversations.menu import menu
from conversations.questions import Text
from conversations.registry import dialogue
from locales import N_, _
from movement import enquiries, rulings

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context

LONGEST_ANSWER = 1000


@dialogue(
    command="traloi", title=N_("Answer a question"), words=N_("answer;answer a question"), arguments=("entry",)
)
def answer(d: Dialogue, ctx: Context) -> None:
    """Show the open question of the entry and send the answer to whoever asked."""
    found = pick.entry(d, ctx, "mend", _("Which initiative is it about?"), lambda _each: "")
    asked = enquiries.open_question(rulings.of_entry(ctx, found.id)) if found else None
    if found is None or asked is None:
        d.say(_("No question waits for your answer."), offers=menu((_("State of my initiatives"), "/trangthai")))
        return
    with d.section(str(asked.id)):
        text = _("{who} asks about “{name}” ({number}):\n{question}\n\nWhat do you answer?")
        shown = text.format(who=asked.person_name, name=found.name, number=found.number, question=asked.reason)
        words = d.ask("words", Text(shown, LONGEST_ANSWER), _("Answer"))
        d.once("answer", enquiries.answer, ctx, found.id, words)
    offers = menu(
        (_("See its state"), f"/trangthai {found.number}"), (_("Send evidence"), f"/minhchung {found.number}")
    )
    d.say(_("✅ Your answer has been sent."), offers=offers)
