"""What people are told of an entry at a glance, on entries of the demo world."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from movement import entries, scores, status, transitions
from movement.scores import Answers
from tests.movement.demo_world import ZONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.context import Context
    from movement.status import Act, Status
    from tests.movement.demo_world import World

ADMIN = "Đỗ Anh Quân"
MUST_BE_AT_MAXIMUM = {"2", "7", "9", "11", "15"}


def statuses(ctx: Context) -> list[Status]:
    return status.of_entries(ctx, entries.visible(ctx, years=(2025, 2026, 2027)))


def of_name(world: World, name: str, year: int = 2026) -> Status:
    [found] = [each for each in world.act(ADMIN, statuses) if (each.entry.name, each.entry.year) == (name, year)]
    return found


@pytest.mark.parametrize(
    ("name", "state", "act", "last_day"),
    [
        ("Giữ trẻ thêm giờ cho con công nhân tăng ca", "submitted", "report", "2026-09-30"),
        ("Trường học nói không với thuốc lá điện tử", "returned", "complete", "2026-09-30"),
        ("Nhà trẻ giữa lô cao su", "confirmed", "report", "2026-09-30"),
        ("Bếp ăn ca ba đủ chất, đủ nóng", "reported", "score", "2026-09-30"),
        ("Chuyền may không phế phẩm", "self_scored", "wait", "2026-10-31"),
        ("Mỗi tuần một lời cảm ơn người hiến máu", "endorsed", "wait", "2026-10-31"),
        ("Phòng vắt trữ sữa cho mẹ đi làm", "appraised", "wait", "2026-10-31"),
        ("Tổ tiết kiệm xoay vòng của chị em chuyền may", "proposed", "wait", "2026-10-31"),
    ],
)
def test_each_open_state_has_a_next_step_with_its_last_day(
    world: World, name: str, state: str, act: Act, last_day: str
) -> None:
    found = of_name(world, name)

    assert found.entry.state == state
    assert found.label == transitions.label(state)
    assert found.step is not None
    assert (found.step.act, f"{found.step.last_day}") == (act, last_day)
    assert found.step.days_left == (dt.date.fromisoformat(last_day) - dt.date(2026, 11, 21)).days
    assert found.step.label


@pytest.mark.parametrize("state", ["recognised", "not_recognised", "withdrawn", "lapsed"])
def test_nothing_comes_after_an_end(world: World, state: str) -> None:
    ended = [each for each in world.act(ADMIN, statuses) if each.entry.state == state]

    assert ended
    assert all(each.step is None for each in ended)


def test_what_was_returned_is_completed_by_the_day_of_registration_while_it_lasts(world: World) -> None:
    found = of_name(world, "Phiên chợ nông sản sạch tại khu công nghiệp", 2027)

    assert found.step is not None
    assert found.step.last_day == dt.date(2027, 3, 10)
    assert found.step.days_left == 109


def test_without_a_score_everything_is_still_needed(world: World) -> None:
    found = of_name(world, "Giữ trẻ thêm giờ cho con công nhân tăng ca")

    assert not found.scored
    assert found.needed.points == 0
    assert found.needed.to_pass == 75
    assert {item.key for item in found.needed.not_at_maximum} == MUST_BE_AT_MAXIMUM
    assert len(found.without_evidence) == 15


def test_a_score_that_fails_by_one_criterion_names_it(world: World) -> None:
    found = of_name(world, "Ngân hàng sữa mẹ nghĩa tình")

    assert found.scored
    assert found.needed.to_pass == 0
    assert [item.key for item in found.needed.not_at_maximum] == ["7"]


def test_a_score_that_fails_by_its_total_says_how_far_it_is(world: World) -> None:
    found = of_name(world, "Gánh nước sạch về điểm trường")

    assert found.needed.points < 75
    assert found.needed.to_pass == 75 - found.needed.points
    assert found.needed.not_at_maximum == ()


def test_criteria_without_evidence_are_those_no_evidence_speaks_for(world: World) -> None:
    found = of_name(world, "Giờ vàng tư vấn cho người bệnh nghèo")

    missing = [item.key for item in found.without_evidence]

    assert missing == ["1", "4", "5", "6", "7", "8", "11", "12", "13", "14", "15"]


def test_the_newest_score_is_what_counts(world: World) -> None:
    def score_twice(ctx: Context) -> Status:
        [mine] = [each for each in entries.visible(ctx, years=(2026,)) if each.state == "reported"]
        for points in (5, 10):
            scores.submit(ctx, mine.id, Answers({"2": Decimal(points)}))
        return status.of_entry(ctx, entries.demand(ctx, "see", entries.find(ctx, mine.id)))

    found = world.act("Kiều Minh Nhật", score_twice)

    assert found.entry.state == "self_scored"
    assert found.needed.points == 10
    assert "2" not in {item.key for item in found.needed.not_at_maximum}


def test_any_number_of_entries_takes_two_statements(world: World) -> None:
    def count(ctx: Context) -> tuple[int, int]:
        found = entries.visible(ctx, years=(2025, 2026, 2027))
        before = ctx.session.statements
        return len(status.of_entries(ctx, found)), ctx.session.statements - before

    number, statements = world.act(ADMIN, count)

    assert number > 50
    assert statements == 2


def test_nothing_is_asked_of_the_database_for_no_entries(world: World) -> None:
    def count(ctx: Context) -> int:
        assert status.of_entries(ctx, []) == []
        return ctx.session.statements

    assert world.act(ADMIN, count) == 0


def test_on_the_last_day_no_days_are_left(world_at: Callable[..., World]) -> None:
    world = world_at(dt.datetime(2026, 9, 30, 9, tzinfo=dt.UTC))

    def steps(ctx: Context) -> list[tuple[Act, int | None]]:
        day = dt.datetime(2026, 9, 30, 9, tzinfo=dt.UTC)
        there = replace(ctx, now=day, today=day.astimezone(ZONE).date())
        found = status.of_entries(there, entries.visible(there, years=(2026,), act="report"))
        return [(each.step.act, each.step.days_left) for each in found if each.step]

    assert ("report", 0) in world.act("Đào Thị Huệ", steps)
