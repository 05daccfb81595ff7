"""What is wrong with an entry: a reason, ready-made or in own words, and the lines that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conversations.choices import Several
from conversations.engine.screen import Option
from conversations.member.fields import labels
from conversations.questions import Optionally, Text
from locales import N_, _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conversations.engine.dialogue import Dialogue
    from movement.entries import Entry

LONGEST_REASON = 500
_REASONS: Final[Mapping[str, tuple[str, ...]]] = {  # what is wrong most often, and in which lines
    N_("The place is missing."): ("place",),
    N_("The scale is not clear: how many people, households, workshops?"): ("scale",),
    N_("The name does not tell what is done."): ("name",),
    N_("Evidence for the results is missing."): (),
}


def ask_reason(d: Dialogue, text: str) -> str:
    """A reason, ready-made or in own words."""
    return d.ask(
        "reason", Text(text, LONGEST_REASON, suggestions=tuple(_(each) for each in _REASONS)), _("Reason")
    )


def ask_fault(d: Dialogue, found: Entry) -> tuple[str, tuple[str, ...]]:
    """The reason, and the lines it is about: known of a ready-made one, asked for where it is in own words."""
    reason = ask_reason(d, _("What is to be completed? It is sent to the author as you write it."))
    known = {_(each): lines for each, lines in _REASONS.items()}
    if reason in known:
        return reason, known[reason]
    options = [Option(key, label) for key, label in labels(found).items()]
    text = _("Which lines is it about? The author is led right to them; skip it where it is about none.")
    return reason, d.ask("lines", Optionally(Several(text, options, least=1)), _("Faulted lines")) or ()
