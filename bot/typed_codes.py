"""Codes that are all a message says: where a link cannot bring one along, people write nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales import _
from movement import join_codes, link_codes

if TYPE_CHECKING:
    from conversations.engine.screen import Screen


def command(text: str) -> str:
    """The command that a join code or the six digits of a link code stand for; nothing for any other text."""
    if join_codes.is_one(text):
        return f"/start {join_codes.bare(text).upper()}"
    digits = text.strip()
    return f"/lienket {digits}" if digits.isdecimal() and link_codes.written(digits) else ""


def noted(screen: Screen, given: str) -> Screen:
    """The screen after a code that came in place of an answer: joining asks the same once more, so say why."""
    if not given.startswith("/start "):
        return screen
    return screen.with_lines_before(_("The join code is noted. Please answer this first:"))
