"""A draft as a PDF, set by typst as decree 30/2020 asks."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from locales import _
from movement.forms import typeset
from movement.forms.docx_paper import MARGINS
from movement.forms.paper import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.forms.paper import Paper, Text

MEDIA_TYPE: Final = "application/pdf"


def write(paper: Paper) -> bytes:
    """The file."""
    data = asdict(paper) | {
        "draft": _("DRAFT"),
        "receivers_head": _("To:"),
        "margins": MARGINS,
        "blocks": _blocks(paper.blocks),
        "annex": _blocks(paper.annex),
    }
    return typeset.pdf("paper.typ", data)


def _blocks(blocks: Sequence[Text | Table]) -> list[dict[str, Any]]:
    return [
        asdict(each) | ({"look": "table"} if isinstance(each, Table) else {"justify": not each.has_dots})
        for each in blocks
    ]
