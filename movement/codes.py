"""The codes people quote: an entry's number, a receipt. Made from the row's id, so nothing can run out of step."""

from __future__ import annotations

import re
from typing import Final

ENTRY: Final = "MH"  # mô hình
EVIDENCE: Final = "MC"  # minh chứng
REPORT: Final = "BC"  # báo cáo
SHEET: Final = "CD"  # chấm điểm

_CODE = re.compile(r"(?:([A-Z]{2})\s*(\d{2})\s*-\s*)?0*(\d{1,12})", re.IGNORECASE)


def code(kind: str, year: int, row_id: int) -> str:
    """The code of a row, such as MH27-0012: its kind, the cycle's year, its id."""
    return f"{kind}{year % 100:02}-{row_id:04}"


def row_id(text: str) -> int | None:
    """The id in a code as people type it (MH27-0012, mh27-12, 12), or None."""
    match = _CODE.fullmatch(text.strip())
    return int(match[3]) if match else None
