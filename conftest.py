"""Options of the whole test suite; what tests may ask for is in tests/conftest.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let authors write only the people's lines of a transcript."""
    parser.addoption(
        "--update-transcripts",
        action="store_true",
        help="write what the bot really shows into tests/transcripts; read the diff before you commit it",
    )
