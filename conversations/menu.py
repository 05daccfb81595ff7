"""Numbered options that are commands."""

from __future__ import annotations

from conversations.engine.screen import Option


def menu(*options: tuple[str, str]) -> tuple[Option, ...]:
    """Numbered options of (label, command)."""
    return tuple(
        Option(str(number), label, number=number, tap=tap) for number, (label, tap) in enumerate(options, 1)
    )
