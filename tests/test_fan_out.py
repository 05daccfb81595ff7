"""Reminders to many while processes die, in small; the whole of it is `benchmarks/fan_out_kills.py`."""

from __future__ import annotations

import pytest

from benchmarks import fan_out_kills


@pytest.mark.parametrize(("kind", "processes"), [("sqlite", 1), ("postgresql", 2)])
async def test_no_reminder_is_lost_or_sent_twice_when_processes_are_killed(kind: str, processes: int) -> None:
    report = await fan_out_kills.run(kind, many=600, kills=4, processes=processes, seed=20261126)

    assert report.problems == []
    assert report.states["sent"] + report.states["unknown"] == 600
    assert report.states["unknown"] < 4 * 100
