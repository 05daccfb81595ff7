"""One message with several answers, told apart."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.questions import Score, Text
from conversations.together import Part
from conversations.told_apart import by_lines, by_numbers, by_ticks
from locales import speaking

if TYPE_CHECKING:
    from collections.abc import Iterator

SCORE = Score("?", Decimal(10))
FIVE = [Part(f"{n}/points", f"{n}.", str(n), "", SCORE) for n in range(1, 6)]
LINES = [
    Part(key, f"{n}.", name, "", Text("?"))
    for n, (key, name) in enumerate([("name", "Tên"), ("place", "Địa điểm"), ("scale", "Quy mô")], 1)
]


@pytest.fixture(autouse=True)
def in_vietnamese() -> Iterator[None]:
    with speaking("vi"):
        yield


def points(text: str, parts: list[Part] = FIVE) -> dict[str, str] | str:
    told = by_numbers(text, parts, FIVE)
    return told if isinstance(told, str) else {key.partition("/")[0]: value for key, value in told.items()}


class TestPoints:
    @pytest.mark.parametrize(
        "text",
        [
            "5 9 8,5 10 10",
            "5  9\t8,5  10 10 ",
            "5, 9, 8,5, 10, 10",
            "5; 9; 8,5; 10; 10",
            "5 - 9 - 8,5 - 10 - 10",
            "5đ 9đ 8,5đ 10 điểm và 10",
            "5/5 9/10 8,5/10 10/10 10/10",
            "1: 5, 2: 9, 3: 8,5, 4: 10, 5: 10",
            "1:5 2:9 3:8,5 4:10 5:10",
            "1=5;2=9;3=8,5;4=10;5=10",
            "5: 10, 4: 10, 3: 8,5, 2: 9, 1: 5",
            "TC1: 5, tiêu chí 2: 9, tc 3: 8,5, tc 4: 10, tc 5: 10",
            "1) 5 2) 9 3) 8,5 4) 10 5) 10",
            "1. 5\n2. 9\n3. 8,5\n4. 10\n5. 10",
            "1-5, 2-9, 3-8,5, 4-10, 5-10",
            "5\n9\n8,5\n10\n10",
        ],
    )
    def test_however_people_write_them(self, text: str) -> None:
        assert points(text) == {"1": "5", "2": "9", "3": "8,5", "4": "10", "5": "10"}

    def test_whole_points_without_blanks(self) -> None:
        assert points("5,9,8,10,10") == {"1": "5", "2": "9", "3": "8", "4": "10", "5": "10"}

    def test_halves_in_words(self) -> None:
        assert points("5 9 rưỡi 8 10 10") == {"1": "5", "2": "9 rưỡi", "3": "8", "4": "10", "5": "10"}

    def test_fewer_are_the_first_ones(self) -> None:
        assert points("5 8,5") == {"1": "5", "2": "8,5"}

    def test_a_comma_between_blanks_never_becomes_two_points(self) -> None:
        assert points("9 4,3 20 3", FIVE) == {"1": "9", "2": "4,3", "3": "20", "4": "3"}

    def test_too_many_are_none(self) -> None:
        assert "Có 6 số cho 5 tiêu chí" in points("5 9 8 10 10 10")

    def test_only_what_is_wrong_goes_to_its_criterion(self) -> None:
        assert points("5 9 x 10 10") == {"1": "5", "2": "9", "3": "x", "4": "10", "5": "10"}

    @pytest.mark.parametrize("text", ["nhiều lắm", "", "...", "xin chào đồng chí nhé ạ vâng"])
    def test_words_are_asked_about(self, text: str) -> None:
        assert isinstance(points(text), str)

    def test_notes_stand_after_a_semicolon(self) -> None:
        assert points("1: 5; cả tổ cùng làm, 3: 8,5; có danh sách") == {
            "1": "5; cả tổ cùng làm",
            "3": "8,5; có danh sách",
        }
        assert points("5; cả tổ\n9") == {"1": "5; cả tổ", "2": "9"}
        assert points("5; cả tổ cùng làm") == {"1": "5; cả tổ cùng làm"}

    def test_those_still_open_are_answered_in_their_order(self) -> None:
        assert points("4 5", [FIVE[1], FIVE[3]]) == {"2": "4", "4": "5"}

    def test_one_that_was_noted_can_be_named_and_changed(self) -> None:
        assert points("1: 4", [FIVE[1], FIVE[3]]) == {"1": "4"}

    @given(
        st.lists(st.decimals(0, 10, places=1), min_size=5, max_size=5),
        st.sampled_from([" ", "  ", ", ", "; ", "\n"]),
    )
    def test_points_in_a_row_are_never_mixed_up(self, given_: list[Decimal], between: str) -> None:
        written = [f"{value:f}".replace(".", ",") for value in given_]

        assert points(between.join(written)) == dict(zip("12345", written, strict=True))

    @given(st.text(max_size=60))
    def test_anything_may_be_written(self, text: str) -> None:
        told = points(text)

        assert isinstance(told, str) or set(told) <= set("12345")


class TestLines:
    @pytest.mark.parametrize(
        "text",
        [
            "Bữa cơm\nNhà ăn\n300 suất",
            "\n Bữa cơm \n\nNhà ăn\n300 suất\n",
            "1. Bữa cơm\n2. Nhà ăn\n3. 300 suất",
            "3) 300 suất\n1) Bữa cơm\n2) Nhà ăn",
            "tên: Bữa cơm\ndia diem: Nhà ăn\nQuy mô: 300 suất",
            "Bữa cơm\nquy mo: 300 suất\nNhà ăn",
            "Bữa cơm; Nhà ăn; 300 suất",
        ],
    )
    def test_however_people_write_them(self, text: str) -> None:
        assert by_lines(text, LINES, LINES) == {"name": "Bữa cơm", "place": "Nhà ăn", "scale": "300 suất"}

    def test_one_line_is_the_first(self) -> None:
        assert by_lines("Tổ tự quản; an toàn, vệ sinh", LINES, LINES) == {"name": "Tổ tự quản; an toàn, vệ sinh"}

    def test_a_number_that_begins_a_line_is_no_label(self) -> None:
        assert by_lines("3 hộ\n2 - 5 người\n10/3", LINES, LINES) == {
            "name": "3 hộ",
            "place": "2 - 5 người",
            "scale": "10/3",
        }

    def test_more_lines_than_questions_are_none(self) -> None:
        assert "Có 4 dòng cho 3 mục" in by_lines("a\nb\nc\nd", LINES, LINES)


class TestTicks:
    @pytest.mark.parametrize(
        ("text", "met"),
        [
            ("1, 3", "13"),
            ("1 3 5", "135"),
            ("4.", "4"),
            ("hết", "12345"),
            ("dat het", "12345"),
            ("Tất cả", "12345"),
            ("không", ""),
            ("khong dat", ""),
        ],
    )
    def test_those_named_are_met_and_all_others_are_not(self, text: str, met: str) -> None:
        told = by_ticks(text, FIVE, FIVE)

        assert isinstance(told, dict)
        assert "".join(key[0] for key, answer in told.items() if answer == "Đạt") == met

    def test_letters_are_taken_in_any_case_and_by_their_place(self) -> None:
        parts = [Part(f"{mark}/met", f"{mark}.", mark, "", SCORE) for mark in "abcd"]

        for text in ("A, c", "a c", "1, 3"):
            told = by_ticks(text, parts, parts)
            assert isinstance(told, dict)
            assert [key[0] for key, answer in told.items() if answer == "Đạt"] == ["a", "c"]

    @pytest.mark.parametrize("text", ["7", "", "đồng chí ơi", "1, x"])
    def test_what_names_no_criterion_is_asked_about(self, text: str) -> None:
        assert isinstance(by_ticks(text, FIVE, FIVE), str)
