"""Papers and pictures set by typst, with the fonts that came with the program and nothing of the system's.

Data goes in as JSON, never into the source, so no text of a person is ever read as markup.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from movement import fonts

FOLDER: Final = Path(__file__).parent


def pdf(template: str, data: Any) -> bytes:
    """The pages that a template of this folder makes of the data."""
    return _compiled(template, data, format="pdf", pdf_tags=False)


def png(template: str, data: Any, ppi: float = 144.0) -> bytes:
    """The one page that a template of this folder makes of the data, as a picture."""
    return _compiled(template, data, format="png", ppi=ppi)


@cache
def _fonts() -> typst.Fonts:
    """The fonts, looked through once: that takes longer than to set a page."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[fonts.FOLDER])


def _compiled(template: str, data: Any, **options: Any) -> bytes:
    made = typst.compile(
        FOLDER / template,
        root=FOLDER,
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        **options,
    )
    assert isinstance(made, bytes)  # noqa: S101 - for the type checker: one page, or a PDF, is bytes
    return made
