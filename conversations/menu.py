"""Numbered options that are commands."""

from __future__ import annotations

from conversations.engine.screen import Option


def menu(*options: tuple[str, str] | tuple[str, str, str]) -> tuple[Option, ...]:
    """Numbered options of (label, command), or of (label, command, hint)."""
    return tuple(
        Option(str(number), label, "".join(hint), number, tap)
        for number, (label, tap, *hint) in enumerate(options, 1)
    )
