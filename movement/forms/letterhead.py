"""The letterhead and the place to sign of a body's papers, as the guideline's style has them.

Source: `papers/letterheads.toml`, which names the regulation behind each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from movement.forms.paper import DOTS, Letterhead, Signed, template
from movement.vietnamese_dates import document_date

if TYPE_CHECKING:
    import datetime as dt

    from movement.guideline import Guideline


def of(guideline: Guideline, names: tuple[str, str], symbol: str, day: dt.date) -> Letterhead:
    """The letterhead of a body (`names`: the one above it, where there is one, and itself) for a day."""
    style = guideline.doc.style
    told = template("letterheads")[style]
    return Letterhead(
        left=tuple(name.upper() for name in names if name),
        right=tuple(told["right"]),
        number=told["number"].format(symbol=symbol) if symbol else "",
        place_and_date=f"{DOTS}, {document_date(day)}",
        is_party=style == "party",
    )


def signed(guideline: Guideline, kind: str, *, endorsed: bool = False) -> Signed:
    """Who signs for a unit of this kind; at the left the party committee that confirms, where the paper asks."""
    told = template("letterheads")[guideline.doc.style]["signed"]
    confirming = template("letterheads")["endorsed"] if endorsed and guideline.principles.endorsement else ()
    return Signed(tuple(confirming), tuple(told.get(kind, told["default"])))
