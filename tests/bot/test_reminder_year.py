"""A simulated year for each guideline: who got what when, as a file that a domain expert can read."""

from __future__ import annotations

import datetime as dt
import shutil
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from movement import working_days
from storage.database import open_database
from tests.chat import ZONE
from tests.reminder_year import SimulatedYear, played
from tests.worlds import GUIDELINE

if TYPE_CHECKING:
    from storage.database import Database

GOLDEN = Path(__file__).parents[1] / "golden" / "reminders"
YEARS = {
    GUIDELINE: 2027,
    "ninh-thuan-ldld-2017": 2017,
    "ban-dan-van-tinh-uy-2016-2020": 2019,
    "dong-nai-cd-y-te-2021-2025": 2023,
    "ninh-thuan-ldld-2023": 2024,
    "yen-bai-dang-uy-khoi-2024": 2024,
}


@pytest.mark.parametrize("guideline", YEARS)
async def test_a_year_of_reminders_goes_as_it_is_written(
    sqlite_database: Database, guideline: str, request: pytest.FixtureRequest
) -> None:
    story = await played(sqlite_database, guideline, YEARS[guideline])

    lived = "\n".join(story.golden())
    file = GOLDEN / f"{guideline}.txt"
    if request.config.getoption("--update-transcripts"):
        file.write_text(lived, encoding="utf-8")
    assert lived == file.read_text(encoding="utf-8")
    _nobody_is_disturbed(story)


def _nobody_is_disturbed(story: SimulatedYear) -> None:
    told = story.told()
    assert told
    for each in told:
        assert 8 <= each.at.hour < 21
        assert each.at.weekday() != 6
        assert not working_days.is_holiday(each.at.date())
    by_person = sorted((each.who, each.at.date()) for each in told)
    assert all(one != other for one, other in pairwise(by_person))  # one a day


async def test_between_those_minutes_nothing_happens(sqlite_template: Path, tmp_path: Path) -> None:
    told = []
    for every_minute in (False, True):
        file = shutil.copyfile(sqlite_template, tmp_path / f"{every_minute}.db")
        database = open_database(f"sqlite:///{file}")
        story = SimulatedYear(database, GUIDELINE, 2027)
        await story.until(dt.datetime(2027, 3, 9, tzinfo=ZONE))
        await story.until(dt.datetime(2027, 3, 10, tzinfo=ZONE), every_minute=every_minute)
        await database.close()
        told.append([(each.at, each.who, each.text) for each in story.told()])

    jumps, minutes = told
    assert minutes == jumps
    assert [at.day for at, who, _text in minutes if who == "Phạm Thu Thảo"][-2:] == [8, 9]
