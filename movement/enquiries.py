"""Questions of those who judge an entry to its author, and the answers. Nothing of the entry's state changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from locales import N_, _
from movement import entries, notices, rulings, transitions
from movement.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.context import Context
    from movement.entries import Entry
    from movement.rulings import Ruling


def ask(ctx: Context, entry_id: int, question: str) -> int:
    """Put a question to the author, and give its number; raise DomainError where the person may not."""
    found = entries.demand(ctx, "review", entries.find(ctx, entry_id))
    made = rulings.keep(ctx, found, "ask", reason=question)
    text = partial(_asked, found, question)
    notices.add(ctx, found.author_id, text, f"/traloi {found.number}", N_("Answer"))
    return made


def answer(ctx: Context, entry_id: int, words: str) -> int:
    """Answer the last question and tell whoever asked; raise DomainError where there is none for this person."""
    found = entries.demand(ctx, "mend", entries.find(ctx, entry_id))
    asked = open_question(rulings.of_entry(ctx, found.id))
    if asked is None:
        raise DomainError(_("Nobody has asked anything about this initiative."))
    made = rulings.keep(ctx, found, "answer", reason=words)
    command = f"/duyet {found.number}"
    if transitions.against(found.state, "return"):
        command = f"/mohinh {found.number}"
    notices.add(ctx, asked.person_id, partial(_answered, found, words), command)
    return made


def open_question(said: Sequence[Ruling]) -> Ruling | None:
    """The last question that has no answer yet."""
    newest = rulings.last(said, "ask", "answer")
    return newest if newest is not None and newest.act == "ask" else None


def _asked(found: Entry, question: str) -> str:
    text = _("A question about “{name}” ({number}): {question}")
    return text.format(name=found.name, number=found.number, question=question)


def _answered(found: Entry, words: str) -> str:
    text = _("An answer about “{name}” ({number}): {words}")
    return text.format(name=found.name, number=found.number, words=words)
