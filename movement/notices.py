"""What people are to be told of what others did. How it reaches them is the inbox's business.

Texts are made later, in the language of whoever reads them, so a text is a function.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from locales import N_

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from movement.context import Context


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one person, and the command that shows more of it."""

    person_id: int
    text: Callable[[], str]
    command: str
    label: str = N_("See")  # an English msgid: what the command does
    more: tuple[tuple[str, str], ...] = ()  # further commands with their msgids
    is_answer: bool = False  # to a request of theirs: it comes even to those who want nothing sent
    not_at: int = 0  # an address: one's own act is told at all others
    letter_on: dt.date | None = None  # of a reminder: what waits longer is looked at again before it is sent


def add(  # noqa: PLR0913 - each says one thing of the notice, by name
    ctx: Context,
    person_id: int,
    text: Callable[[], str],
    command: str,
    label: str = N_("See"),
    *,
    more: tuple[tuple[str, str], ...] = (),
    is_answer: bool = False,
    letter_on: dt.date | None = None,
) -> None:
    """Tell a person at every address of theirs, with the commit of this unit of work; never of one's own acts."""
    if person_id != ctx.person.id:
        ctx.memo.setdefault("notices", []).append(
            Notice(person_id, text, command, label, more=more, is_answer=is_answer, letter_on=letter_on)
        )


def add_elsewhere(ctx: Context, person_id: int, text: Callable[[], str], command: str) -> None:
    """Tell a person at every address but this one: what only they themselves should have done."""
    told = Notice(person_id, text, command, is_answer=True, not_at=ctx.address_id)
    ctx.memo.setdefault("notices", []).append(told)


def of(ctx: Context) -> list[Notice]:
    """What this unit of work has to tell, in the order it happened."""
    told: list[Notice] = ctx.memo.get("notices", [])
    return told
