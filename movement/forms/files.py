"""The kinds of files a form comes as, and what files are called."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Final

from movement.exports import Made
from movement.matching import fold

if TYPE_CHECKING:
    from movement.forms.page import Page

LONGEST_NAME: Final = 80
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")


def made(page: Page, file_format: str, *words: str | int) -> Made:
    """The form as a file of this format, named by these words."""
    layout = import_module(f"movement.forms.{file_format}_table")  # each reads libraries that few turns need
    return Made(f"{slug(*words)}.{file_format}", layout.MEDIA_TYPE, layout.write(page))


def slug(*words: str | int) -> str:
    """A file name that every system takes, made of these words: without accents, with hyphens."""
    plain = _NOT_PLAIN.sub("-", fold(" ".join(str(word) for word in words))).strip("-")
    return plain[:LONGEST_NAME].rstrip("-")
