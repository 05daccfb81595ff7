"""Every code of the documents has its ending."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from bot.channels.base import Closed, Refused, TryLater, Unreachable
from bot.channels.zalo_oa_errors import MEANINGS, PAUSE, SPREAD, ending, until_morning

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = dt.datetime(2027, 3, 9, 23, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([-108, -114, -119, -217, -227, -244], Unreachable),
        ([-213, -230, -232, -211, -218, -117, -144, -147, -249], Closed),
        ([-200, -201, -210, -233, -240, -100, -1121, -1122, -9999, 404], Refused),
        ([-32, -115, -133, -209, -212, -216, -220, -221, -223, -224, -234, -320, -321], TryLater),
    ],
)
def test_each_code_ends_as_the_documents_say(codes: list[int], expected: type[Exception]) -> None:
    assert {type(ending(code, NIGHT)) for code in codes} == {expected}


def test_no_code_of_the_table_is_untested() -> None:
    tested = {-108, -114, -119, -217, -227, -244, -213, -230, -232, -211, -218, -117, -144, -147, -249}
    tested |= {-200, -201, -210, -233, -240, -100, -1121, -1122}
    tested |= {-32, -115, -133, -209, -212, -216, -220, -221, -223, -224, -234, -320, -321}

    assert MEANINGS.keys() == tested


@pytest.mark.parametrize("code", [-115, -221, -224, -209, -320])
def test_what_an_operator_must_mend_pauses_for_minutes(code: int) -> None:
    end = ending(code, NIGHT)

    assert isinstance(end, TryLater)
    assert (end.after, end.unknown) == (PAUSE, False)


def test_too_many_requests_are_spread_by_the_outbox() -> None:
    end = ending(-32, NIGHT)

    assert isinstance(end, TryLater)
    assert end.after == 0  # the outbox doubles its pauses and makes them uneven


@pytest.mark.parametrize(("hour", "left"), [(22, 8), (23, 7), (0, 6), (5, 1), (6, 24)])
def test_what_is_blocked_at_night_goes_after_six(hour: int, left: int) -> None:
    seconds = until_morning(NIGHT.replace(hour=hour))

    assert left * 3600 < seconds <= left * 3600 + SPREAD


def test_two_messages_of_the_night_do_not_go_at_the_same_moment() -> None:
    assert until_morning(NIGHT) != until_morning(NIGHT)


def test_no_ending_tells_what_zalo_said() -> None:
    assert str(ending(-201, NIGHT)) == "error -201"
