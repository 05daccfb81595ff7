"""Codes that are all a message says: where a link cannot bring one along, people write nothing else."""

from __future__ import annotations

from movement import join_codes, link_codes


def command(text: str) -> str:
    """The command that a join code or the six digits of a link code stand for; nothing for any other text."""
    if join_codes.is_one(text):
        return f"/start {join_codes.bare(text).upper()}"
    digits = text.strip()
    return f"/lienket {digits}" if digits.isdecimal() and link_codes.written(digits) else ""
