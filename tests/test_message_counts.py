"""How many messages a dialogue costs where they are counted, told from the transcripts: sent and received."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.transcript import Note, Part, Said, Shown, read

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path(__file__).parent / "transcripts"
MOST_IN_ONE = 1900  # UTF-16 units of one message on the Zalo Bot


def dialogue(name: str, begin: str, end: str) -> Sequence[Part]:
    """From the first message of these words to the answer to the first that ends it after that."""
    parts = [
        part for part in read((FOLDER / f"{name}.txt").read_text(encoding="utf-8")) if not isinstance(part, Note)
    ]
    said = [(at, part.text) for at, part in enumerate(parts) if isinstance(part, Said)]
    first = next(at for at, text in said if text == begin)
    last = next(at for at, text in said if at >= first and text == end)
    after = next((at for at in range(last + 1, len(parts)) if not isinstance(parts[at], Shown)), len(parts))
    return parts[first:after]


@pytest.mark.parametrize(
    ("name", "begin", "end", "sent", "both"),
    [
        ("zalo_register_few_messages", "dang ky", "gui", 5, 10),
        ("zalo_self_score_few_messages", "tu cham diem", "gui", 4, 8),
        ("zalo_register_few_messages", "trang thai", "trang thai", 1, 2),
    ],
)
def test_a_dialogue_costs_no_more_messages_than_promised(
    name: str, begin: str, end: str, sent: int, both: int
) -> None:
    parts = [part for part in dialogue(name, begin, end) if isinstance(part, Said | Shown)]
    shown = [part for part in parts if isinstance(part, Shown)]

    assert all(len(part.text.encode("utf-16-le")) // 2 <= MOST_IN_ONE for part in shown)
    assert (len(shown), len(parts)) == (sent, both)
