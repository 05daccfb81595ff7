"""Texts in the person's language: English msgids in the code, catalogues beside this file.

Catalogues are compiled at the first use; a missing one is a mistake that stops the start.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCALES = ("vi", "en")
_current: ContextVar[str] = ContextVar("locale", default="vi")


@cache
def catalogue(locale: str) -> Translations:
    """The compiled catalogue; raise FileNotFoundError where there is none."""
    path = Path(__file__).parent / locale / "LC_MESSAGES" / "kheo.po"
    with path.open("rb") as source:
        parsed = read_po(source, locale=locale, domain="kheo")
    compiled = io.BytesIO()
    write_mo(compiled, parsed)
    compiled.seek(0)
    return Translations(compiled, domain="kheo")


def _(text: str) -> str:
    """The text in the language of the turn that runs."""
    return catalogue(_current.get()).gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """The text for so many, in the language of the turn that runs."""
    return catalogue(_current.get()).ngettext(one, many, number)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for marking a text to be translated later
    """Mark a text that `_` translates later."""
    return text


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Translate into this language inside the block; an unknown one is Vietnamese."""
    token = _current.set(locale if locale in LOCALES else "vi")
    try:
        yield
    finally:
        _current.reset(token)
