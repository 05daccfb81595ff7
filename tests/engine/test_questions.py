"""Questions answered by words: what they take, and what they say when they cannot take it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from conversations.engine.question import Again, Answered
from conversations.engine.screen import Reply
from conversations.questions import Date, Number, Optionally, Score, Text
from locales import speaking
from tests.engine.asking import Asking

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = dt.date(2027, 2, 20)  # a Saturday


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with speaking("en"):
        yield


class TestText:
    def test_words_are_stored_clean(self) -> None:
        asking = Asking(Text("Name?"))

        assert asking.value("  Tổ\u00a0tự quản \u200bsố 1\x07 ") == "Tổ tự quản số 1"
        assert asking.value("Hoa\u0300 bi\u0300nh") == "Hoà bình"

    @pytest.mark.parametrize("text", ["🌱", "<b>Tổ</b> *1*", "=1+1", "123", "không"])
    def test_anything_that_can_be_seen_is_an_answer(self, text: str) -> None:
        assert Asking(Text("Name?")).value(text) == text

    @pytest.mark.parametrize("text", ["", "   ", "\u200b\x00"])
    def test_nothing_is_no_answer(self, text: str) -> None:
        assert Asking(Text("Name?")).reason(text) == "Please write the answer in words."

    def test_a_text_too_long_says_by_how_much(self) -> None:
        reason = Asking(Text("Name?", longest=200)).reason("a" * 10_000)

        assert "9800 characters too long (at most 200)" in reason

    def test_the_longest_text_is_taken(self) -> None:
        assert len(Asking(Text("Name?", longest=200)).value("ế" * 200)) == 200

    def test_a_check_gives_its_own_reason_also_at_replay(self) -> None:
        text = Text("Name?", check=lambda name: "" if "Tổ" in name else "Please name the group.")

        assert Asking(text).reason("Minh") == "Please name the group."
        assert text.recall("Minh") == Again("Please name the group.")

    def test_a_suggestion_is_taken_by_number_and_by_tap(self) -> None:
        asking = Asking(Text("Place?", suggestions=("Yên Bái", "Lào Cai")))

        assert asking.listed == ["1. Yên Bái", "2. Lào Cai"]
        assert asking.value("2") == "Lào Cai"
        assert asking.choose("1") == Answered("Yên Bái", "Yên Bái", "Yên Bái")
        assert asking.value("3") == "3"


class TestNumber:
    @pytest.mark.parametrize(
        ("text", "number"),
        [("120", 120), ("1.234", 1234), ("120k", 120_000), ("trăm hai", 120), ("15 người", 15), ("muoi hai", 12)],
    )
    def test_a_count_is_taken_as_people_write_it(self, text: str, number: int) -> None:
        assert Asking(Number("How many?")).value(text) == number

    @pytest.mark.parametrize("text", ["", "many", "12,5", "-3", "🌱", "9" * 10_000, "chưa rõ"])
    def test_anything_else_gets_an_example(self, text: str) -> None:
        assert Asking(Number("How many?")).reason(text) == "Please write a whole number, for example 120."

    def test_the_bounds_are_told(self) -> None:
        asking = Asking(Number("How many?", least=1, most=5000))

        assert asking.reason("0") == asking.reason("5001") == "Please write a number from 1 to 5.000."
        assert asking.value("5000") == 5000

    def test_a_bound_that_was_tightened_asks_again(self) -> None:
        assert isinstance(Number("How many?", most=10).recall(20), Again)


class TestScore:
    @pytest.mark.parametrize(
        ("text", "points"),
        [("4,5", "4.5"), ("4.5", "4.5"), ("9 rưỡi", "9.5"), ("9 ruoi", "9.5"), ("9/10", "9"), ("chín điểm", "9")],
    )
    def test_points_are_taken_as_people_write_them(self, text: str, points: str) -> None:
        assert Asking(Score("Points?", Decimal(10))).value(text) == Decimal(points)

    @pytest.mark.parametrize("text", ["", "đủ", "9" * 10_000, "9/20", "không", "1e1", "NaN", "Infinity"])
    def test_what_is_no_number_gets_an_example(self, text: str) -> None:
        reason = "Please write the points as a number from 0 to 10, for example 9,5."

        assert Asking(Score("Points?", Decimal(10))).reason(text) == reason

    def test_more_than_the_maximum_is_refused(self) -> None:
        assert Asking(Score("Points?", Decimal(5))).reason("5,5") == "This criterion has 0 to 5 points."

    def test_points_between_the_steps_are_refused(self) -> None:
        assert Asking(Score("Points?", Decimal(5))).reason("4,3") == "Points go in steps of 0,5."

    def test_a_short_scale_offers_every_step_and_a_long_one_whole_points(self) -> None:
        short = Score("Points?", Decimal(2)).prompt(None).options
        long = Score("Points?", Decimal(10)).prompt(None).options

        assert [option.label for option in short] == ["2", "1,5", "1", "0,5", "0"]
        assert [option.label for option in long] == ["10", "9", "8", "7", "6", "5", "4", "3", "2", "1", "0"]

    def test_every_button_is_an_answer(self) -> None:
        score = Score("Points?", Decimal("2.5"))

        values = [score.receive(None, Reply(choice=option.key)) for option in score.prompt(None).options]

        assert [answer.value for answer in values if isinstance(answer, Answered)] == [
            Decimal(half) / 2 for half in range(5, -1, -1)
        ]

    def test_a_forged_button_is_no_answer(self) -> None:
        assert isinstance(Score("Points?", Decimal(5)).receive(None, Reply(choice="abc")), Again)


class TestDate:
    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("10/3", "2027-03-10"),
            ("10-3-2027", "2027-03-10"),
            ("ngày mai", "2027-02-21"),
            ("ngay mai", "2027-02-21"),
            ("cuối tháng", "2027-02-28"),
            ("10 tháng 3", "2027-03-10"),
        ],
    )
    def test_a_day_is_taken_as_people_write_it(self, text: str, day: str) -> None:
        assert Asking(Date("When?", TODAY)).value(text) == dt.date.fromisoformat(day)

    def test_a_day_is_shown_back_with_its_weekday(self) -> None:
        answer = Asking(Date("When?", TODAY)).say("10/3")

        assert isinstance(answer, Answered)
        assert answer.shown == "Wednesday, 10/03/2027"

    @pytest.mark.parametrize("text", ["", "sớm", "🌱", "1" * 10_000])
    def test_what_is_no_day_gets_an_example(self, text: str) -> None:
        assert "10/03/2027" in Asking(Date("When?", TODAY)).reason(text)

    def test_a_day_that_is_in_no_calendar_is_refused(self) -> None:
        assert Asking(Date("When?", TODAY)).reason("30/2/2027")

    def test_a_lunar_day_asks_for_the_solar_one(self) -> None:
        assert "lunar" in Asking(Date("When?", TODAY)).reason("mùng 10 tháng giêng")

    def test_two_days_that_may_be_meant_are_offered(self) -> None:
        asking = Asking(Date("When?", TODAY))
        asking.draft = ["2027-03-01", "2027-03-10"]

        assert asking.listed == ["1. Monday, 01/03/2027", "2. Wednesday, 10/03/2027"]
        assert asking.value("2") == dt.date(2027, 3, 10)
        assert asking.choose("2027-03-01") == Answered(dt.date(2027, 3, 1), "2027-03-01", "Monday, 01/03/2027")
        assert asking.value("15/3") == dt.date(2027, 3, 15)

    def test_a_forged_button_is_no_answer(self) -> None:
        assert isinstance(Date("When?", TODAY).receive(None, Reply(choice="2027-13-99")), Again)


class TestOptionally:
    def test_a_question_may_be_skipped(self) -> None:
        asking = Asking(Optionally(Number("How many?")))

        assert asking.controls == ["~skip"]
        assert asking.choose("~skip") == Answered(None, None, "(none)")

    def test_an_answer_is_the_question_s_own(self) -> None:
        asking = Asking(Optionally(Number("How many?")))

        assert asking.value("12") == 12
        assert asking.reason("many") == "Please write a whole number, for example 120."
