"""The verdict: passes exactly when the rule holds, and tells every reason when it does not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import speaking
from movement import criteria, guidelines
from movement.criteria import Section, Sheet
from movement.guideline_rules import Criterion
from movement.reasons import (
    Missing,
    NotAtMaximum,
    NotMet,
    OffStep,
    OutOfRange,
    Reason,
    TotalTooLow,
    UnknownCriterion,
    reason_text,
)

HALF = Decimal("0.5")


def a_criterion(key: str, maximum: int | None, *, must_max: bool = False) -> Criterion:
    return Criterion(
        key=key,
        short=f"Tiêu chí {key}",
        text=f"Tiêu chí số {key}",
        max=None if maximum is None else Decimal(maximum),
        must_max=must_max,
        clause="I",
    )


def a_sheet(items: tuple[Criterion, ...], pass_mark: Decimal) -> Sheet:
    total = sum((item.max or Decimal(0) for item in items), Decimal(0))
    counted = "points" if total else "checklist"
    return Sheet((Section("I", "Chung", "", counted, total, items),), total, pass_mark, HALF)


@st.composite
def sheets(draw: st.DrawFn) -> Sheet:
    shapes = draw(st.lists(st.tuples(st.integers(1, 20), st.booleans()), min_size=1, max_size=8))
    items = tuple(a_criterion(str(i), most, must_max=must) for i, (most, must) in enumerate(shapes, 1))
    return a_sheet(items, Decimal(draw(st.integers(1, sum(most for most, _ in shapes)))))


@st.composite
def filled(draw: st.DrawFn) -> tuple[Sheet, dict[str, Decimal | None]]:
    """A sheet and answers of every sort: mostly good and high, some missing, odd, too high, below 0 or unknown."""
    drawn = draw(sheets())
    points: dict[str, Decimal | None] = {}
    for item in drawn.items:
        assert item.max is not None
        good = st.integers(0, int(item.max * 2)).map(lambda n: n * HALF)
        odd = st.sampled_from([item.max + HALF, -HALF, Decimal("0.3"), Decimal("NaN"), Decimal("Infinity")])
        points[item.key] = draw(st.one_of(st.just(item.max), st.just(item.max), good, st.none(), odd))
        if draw(st.integers(0, 9)) == 0:
            del points[item.key]
    if draw(st.integers(0, 9)) == 0:
        points["x"] = Decimal(1)
    return drawn, points


def is_valid(item: Criterion, value: Decimal | None) -> bool:
    return (
        value is not None
        and item.max is not None
        and value.is_finite()
        and 0 <= value <= item.max
        and (value * 2 == int(value * 2))
    )


@given(filled())
def test_it_passes_exactly_when_the_rule_holds(case: tuple[Sheet, dict[str, Decimal | None]]) -> None:
    sheet, points = case
    known = {item.key for item in sheet.items}

    judged = criteria.verdict(sheet, points)

    holds = (
        set(points) <= known
        and all(is_valid(item, points.get(item.key)) for item in sheet.items)
        and sum(value for value in points.values() if value is not None) >= sheet.pass_mark
        and all(points[item.key] == item.max for item in sheet.items if item.must_max)
    )
    assert judged.passes is holds
    assert judged.passes is (not judged.reasons)


@given(filled())
def test_every_reason_is_told_and_no_other(case: tuple[Sheet, dict[str, Decimal | None]]) -> None:
    sheet, points = case
    valid = {
        item.key: value
        for item in sheet.items
        if is_valid(item, value := points.get(item.key)) and value is not None
    }

    reasons = criteria.verdict(sheet, points).reasons

    told = {kind: {each.key for each in reasons if isinstance(each, kind)} for kind in (Missing, NotAtMaximum)}
    wrong = {each.key for each in reasons if isinstance(each, OutOfRange | OffStep)}
    assert told[Missing] == {item.key for item in sheet.items if points.get(item.key) is None}
    assert told[NotAtMaximum] == {
        item.key for item in sheet.items if item.must_max and item.key in valid and valid[item.key] != item.max
    }
    assert wrong == {
        item.key for item in sheet.items if item.key not in valid and points.get(item.key) is not None
    }
    assert any(isinstance(each, UnknownCriterion) for each in reasons) is ("x" in points)
    short = [each.short_by for each in reasons if isinstance(each, TotalTooLow)]
    total = sum(valid.values(), Decimal(0))
    assert short == ([sheet.pass_mark - total] if total < sheet.pass_mark else [])


@given(filled())
def test_what_is_still_needed_agrees_with_the_verdict(case: tuple[Sheet, dict[str, Decimal | None]]) -> None:
    sheet, points = case
    known = {key: value for key, value in points.items() if key != "x"}

    judged, needed = criteria.verdict(sheet, known), criteria.still_needed(sheet, known)

    assert needed.points == judged.total
    assert judged.passes is (not needed.to_pass and not needed.not_at_maximum and not needed.missing)


def test_an_empty_sheet_still_needs_everything() -> None:
    sheet = criteria.sheet(guidelines.default(), "collective")

    needed = criteria.still_needed(sheet, {})

    assert (needed.points, needed.to_pass) == (Decimal(0), Decimal(75))
    assert [item.key for item in needed.not_at_maximum] == ["2", "7", "9", "11", "15"]
    assert len(needed.missing) == 15


def test_ninety_nine_points_can_fail() -> None:
    sheet = criteria.sheet(guidelines.default(), "collective")
    points = {item.key: item.max for item in sheet.items} | {"7": Decimal(9)}

    judged = criteria.verdict(sheet, points)

    assert (judged.complete, judged.total, judged.passes) == (True, Decimal(99), False)
    assert judged.reasons == (NotAtMaximum("7", Decimal(9), Decimal(10)),)


def test_seventy_five_points_with_the_five_at_their_maximum_pass() -> None:
    sheet = criteria.sheet(guidelines.default(), "individual")
    must = {item.key: item.max for item in sheet.items if item.must_max}
    rest = {item.key: Decimal(3) for item in sheet.items if not item.must_max} | {"3": Decimal(8)}

    judged = criteria.verdict(sheet, {**rest, **must})

    assert (judged.total, judged.passes) == (Decimal(75), True)


def test_half_a_point_below_fails_by_half_a_point() -> None:
    sheet = criteria.sheet(guidelines.default(), "individual")
    must = {item.key: item.max for item in sheet.items if item.must_max}
    rest = {item.key: Decimal(3) for item in sheet.items if not item.must_max} | {"3": Decimal("7.5")}

    judged = criteria.verdict(sheet, {**rest, **must})

    assert judged.reasons == (TotalTooLow(Decimal("74.5"), Decimal(75)),)


def test_reasons_come_in_the_order_of_evaluation() -> None:
    items = (a_criterion("1", 10, must_max=True), a_criterion("2", 10), a_criterion("3", 10), a_criterion("4", 10))
    points = {"9": Decimal(1), "1": Decimal(9), "2": Decimal(11), "3": Decimal("0.3")}

    reasons = criteria.verdict(a_sheet(items, Decimal(20)), points).reasons

    kinds = [type(each) for each in reasons]
    assert kinds == [UnknownCriterion, OutOfRange, OffStep, Missing, TotalTooLow, NotAtMaximum]


@given(st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=8))
def test_a_checklist_passes_exactly_when_everything_is_met(answers: list[bool | None]) -> None:
    items = tuple(a_criterion(str(i), None) for i in range(len(answers)))
    ticks = {str(i): answer for i, answer in enumerate(answers)}

    judged = criteria.verdict(a_sheet(items, Decimal(0)), {}, ticks)

    assert judged.passes is all(answers)
    assert {each.key for each in judged.reasons if isinstance(each, NotMet)} == {
        key for key, met in ticks.items() if met is False
    }
    assert {each.key for each in judged.reasons if isinstance(each, Missing)} == {
        key for key, met in ticks.items() if met is None
    }


def test_a_sheet_without_criteria_never_passes() -> None:
    judged = criteria.verdict(a_sheet((), Decimal(0)), {})

    assert judged.passes is False


@given(st.integers(-(10**9), 10**9))
def test_hundredths_go_there_and_back(hundredths: int) -> None:
    assert criteria.to_hundredths(criteria.from_hundredths(hundredths)) == hundredths


@pytest.mark.parametrize("points", ["0.005", "NaN", "Infinity"])
def test_what_hundredths_cannot_hold_is_refused(points: str) -> None:
    with pytest.raises(ValueError, match="hundredths"):
        criteria.to_hundredths(Decimal(points))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (NotAtMaximum("7", Decimal(9), Decimal(10)), "tiêu chí 7 đạt 9/10 điểm, cần điểm tối đa"),
        (TotalTooLow(Decimal("74.50"), Decimal(75)), "tổng 74,5 điểm, còn thiếu 0,5 điểm so với mức đạt 75"),
        (OutOfRange("1", Decimal(6), Decimal(5)), "tiêu chí 1 ghi 6 điểm, chỉ nhận từ 0 đến 5 điểm"),
        (OffStep("1", Decimal("4.3"), HALF), "tiêu chí 1 ghi 4,3 điểm, chỉ chấm theo bước 0,5 điểm"),
        (Missing("3", "Nguyện vọng"), "tiêu chí 3 (Nguyện vọng) chưa được đánh giá"),
        (UnknownCriterion("99"), "tiêu chí 99 không có trong biểu này"),
        (NotMet("a", "Rõ tên"), "tiêu chí a (Rõ tên) chưa đạt"),
    ],
)
def test_a_reason_is_told_in_vietnamese(reason: Reason, words: str) -> None:
    with speaking("vi"):
        assert reason_text(reason) == words
