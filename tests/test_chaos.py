"""The kill test in small; the whole of it is `benchmarks/chaos.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import chaos, world

if TYPE_CHECKING:
    from pathlib import Path

SEED = 20261121


@pytest.mark.parametrize(
    ("kind", "mode", "channel"),
    [
        ("sqlite", "webhook", "telegram"),
        ("postgresql", "polling", "telegram"),
        ("postgresql", "webhook", "zalo_bot"),
    ],
)
async def test_nothing_is_lost_or_done_twice_when_the_process_is_killed(
    tmp_path: Path, kind: str, mode: str, channel: str
) -> None:
    with world.database(kind, tmp_path) as url:
        report = await chaos.run(people=5, kills=3, url=url, mode=mode, seed=SEED, channel=channel)

    assert report.problems == []
    assert report.kills_while_talking == 3
    assert set(report.states) == {"sent"}
