"""The forms and papers that can be made: what each is called, whom it is of, which kinds of files it comes as."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from locales import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

TABLES: Final = ("xlsx", "docx", "pdf")
PAPERS: Final = ("docx", "pdf")
FILES: Final[Mapping[str, str]] = {  # what each kind of file is called, to choose one
    "xlsx": N_("Excel (to go on working with)"),
    "docx": N_("Word (to go on writing)"),
    "pdf": N_("PDF (to print or to send)"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """One form or paper: of a unit and all below it in a year, or of one entry; and the maker of its file."""

    title: str
    of: Literal["unit", "entry"]
    maker: Literal["rollup", "sheet", "paper"]
    files: tuple[str, ...]


KNOWN: Final[Mapping[str, Known]] = MappingProxyType(
    {
        "register": Known(N_("List of registrations"), "unit", "rollup", TABLES),
        "results": Known(N_("List of results"), "unit", "rollup", TABLES),
        "score": Known(N_("Score sheet"), "entry", "sheet", TABLES),
        "report": Known(N_("Achievement report"), "entry", "paper", PAPERS),
        "brief": Known(N_("Achievement in short"), "entry", "paper", PAPERS),
        "minutes": Known(N_("Minutes of the appraisal"), "unit", "paper", PAPERS),
        "request": Known(N_("Request for recognition"), "unit", "paper", PAPERS),
        "decision": Known(N_("Decision of recognition"), "unit", "paper", PAPERS),
    }
)
