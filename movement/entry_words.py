"""What entries are searched by beside the names of their units: one folded text, kept with each."""

from __future__ import annotations

from movement.matching import fold


def indexed(name: str, place: str, lead: str) -> str:
    """The column `search`: folded, with a blank before every word, so that words are found by how they begin."""
    return f" {fold(f'{name} {place} {lead}')} "
