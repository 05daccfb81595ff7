"""Papers and pictures set by typst, with the fonts that came with the program and nothing of the system's.

Data goes in as JSON, never into the source, so no text of a person is ever read as markup.
"""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pypdfium2
import typst

from movement import fonts

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER: Final = Path(__file__).parent


def pdf(template: str, data: Any) -> bytes:
    """The pages that a template of this folder makes of the data."""
    return _compiled(template, data, format="pdf", pdf_tags=False)


def png(template: str, data: Any, ppi: float = 144.0) -> bytes:
    """The one page that a template of this folder makes of the data, as a picture."""
    return _compiled(template, data, format="png", ppi=ppi)


def pages(document: bytes) -> int:
    """How many pages a PDF has."""
    with pypdfium2.PdfDocument(document) as opened:
        return len(opened)


def joined(documents: Sequence[bytes]) -> bytes:
    """One PDF of several."""
    if len(documents) == 1:
        return documents[0]
    target = io.BytesIO()
    with pypdfium2.PdfDocument.new() as whole:
        for each in documents:
            with pypdfium2.PdfDocument(each) as part:
                whole.import_pages(part)
        whole.save(target)
    return target.getvalue()


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
