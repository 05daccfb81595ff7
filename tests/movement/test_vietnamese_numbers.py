"""Scores, counts and sums of money as people write them."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movement.vietnamese_numbers import parse_count, parse_money, parse_score, show_number


@pytest.mark.parametrize(
    ("typed", "score"),
    [
        ("4,5", "4.5"),
        ("4.5", "4.5"),
        ("4", "4"),
        ("4.50", "4.5"),
        ("0", "0"),
        ("100", "100"),
        (" 9 ", "9"),
        ("9.", "9"),
        ("9 rưỡi", "9.5"),
        ("9 ruoi", "9.5"),
        ("9rưỡi", "9.5"),
        ("bốn rưỡi", "4.5"),
        ("bon ruoi", "4.5"),
        ("Chín", "9"),
        ("tư", "4"),
        ("mười", "10"),
        ("muoi", "10"),
        ("mười rưỡi", "10.5"),
        ("mười lăm", "15"),
        ("muoi lam", "15"),
        ("mười bốn rưỡi", "14.5"),
        ("hai mươi", "20"),
        ("hai mươi mốt", "21"),
        ("hai muoi mot", "21"),
        ("hai tư", "24"),
        ("hai tu", "24"),
        ("ba lăm", "35"),
        ("hai mươi tư rưỡi", "24.5"),
        ("bảy mươi lăm", "75"),
        ("một trăm", "100"),
        ("9 điểm", "9"),
        ("9 diem", "9"),
        ("9,5đ", "9.5"),
        ("9 điểm rưỡi", "9.5"),
        ("chín rưỡi điểm", "9.5"),
        ("không điểm", "0"),
        ("nửa điểm", "0.5"),
        ("chín phẩy năm", "9.5"),
        ("9/10", "9"),
        ("9,5 / 10", "9.5"),
        ("9 trên 10", "9"),
        ("9 điểm/10", "9"),
        (unicodedata.normalize("NFD", "chín rưỡi"), "9.5"),
    ],
)
def test_a_score_is_read_as_meant(typed: str, score: str) -> None:
    assert parse_score(typed, Decimal(10)) == Decimal(score)


@pytest.mark.parametrize(
    "typed",
    [
        "1.234",
        "1,250",
        "1.000",
        "-1",
        "9-10",
        "9 10",
        "9%",
        "hai ba",
        "bà",
        "nằm",
        "hài tư",
        "không",
        "khong",
        "k",
        "điểm",
        "9 điểm 5 điểm",
        "chín điểm tốt",
        "đạt",
        "",
        "mười mười",
        "rưỡi",
        "9/",
        "/10",
        "9,,5",
        "1e3",
        "∞",
        "9" * 5_000,
    ],
)
def test_what_is_not_surely_a_score_is_refused(typed: str) -> None:
    assert parse_score(typed) is None


def test_a_score_out_of_another_maximum_is_refused() -> None:
    assert parse_score("9/10", Decimal(10)) == 9
    assert parse_score("9/10") == 9
    assert parse_score("4/5", Decimal(10)) is None
    assert parse_score("9/10.5", Decimal(10)) is None


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("0", 0),
        ("1.234", 1_234),
        ("1,234", 1_234),
        ("1.234.567", 1_234_567),
        ("1,234,567", 1_234_567),
        ("120k", 120_000),
        ("1k", 1_000),
        ("1k2", 1_200),
        ("1,5k", 1_500),
        ("trăm hai", 120),
        ("tram hai", 120),
        ("trăm rưỡi", 150),
        ("trăm linh hai", 102),
        ("hai trăm ba", 230),
        ("hai trăm lẻ ba", 203),
        ("5 trăm 20", 520),
        ("năm trăm", 500),
        ("nam tram", 500),
        ("hai chục", 20),
        ("một nghìn", 1_000),
        ("1 ngàn", 1_000),
        ("nghìn rưỡi", 1_500),
        ("nghìn hai", 1_200),
        ("2 nghìn 300", 2_300),
        ("một nghìn không trăm linh năm", 1_005),
        ("một nghìn hai trăm ba mươi tư", 1_234),
        ("1 triệu", 1_000_000),
        ("nửa triệu", 500_000),
        ("hai mươi mốt nghìn", 21_000),
        ("120 người", 120),
        ("1.200 lượt người", 1_200),
        ("45 ho", 45),
        ("34 đoàn viên", 34),
        ("mười lăm hộ", 15),
    ],
)
def test_a_count_is_read_as_meant(typed: str, count: int) -> None:
    assert parse_count(typed) == count


@pytest.mark.parametrize(
    "typed",
    [
        "1.5",
        "1,5",
        "1.234,5",
        "1.50.000",
        "12.34.56",
        "-5",
        "10-12",
        "hơn 100",
        "2 nghìn 50",
        "không",
        "k",
        "tr",
        "người",
        *("một tỷ tỷ", "triệu tỷ tỷ", "trăm phần trăm", "9 rưỡi", "nhiều", "", "½", "linh", "phẩy năm"),
    ],
)
def test_what_is_not_surely_a_count_is_refused(typed: str) -> None:
    assert parse_count(typed) is None


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("120tr", 120_000_000),
        ("120 triệu", 120_000_000),
        ("1,5 tỷ", 1_500_000_000),
        ("1.5 tỷ", 1_500_000_000),
        ("1,5 ty", 1_500_000_000),
        ("1,5 tỉ đồng", 1_500_000_000),
        ("1,250 tỷ", 1_250_000_000),
        ("1.250 triệu", 1_250_000_000),
        ("1.250.000 đồng", 1_250_000),
        ("1.250.000đ", 1_250_000),
        ("1250000 VNĐ", 1_250_000),
        ("500k", 500_000),
        ("500 nghìn", 500_000),
        ("2 triệu rưỡi", 2_500_000),
        ("1tr2", 1_200_000),
        ("1tr250", 1_250_000),
        ("hai trăm nghìn đồng", 200_000),
        ("một tỷ hai trăm triệu", 1_200_000_000),
        ("tỷ rưỡi", 1_500_000_000),
    ],
)
def test_a_sum_of_money_is_read_in_dong(typed: str, amount: int) -> None:
    assert parse_money(typed) == amount


@pytest.mark.parametrize("typed", ["đồng", "$100", "1,5", "0,0001 nghìn", "100 usd", "miễn phí", ""])
def test_what_is_not_surely_a_sum_is_refused(typed: str) -> None:
    assert parse_money(typed) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (999, "999"),
        (1_234, "1.234"),
        (-1_234_567, "-1.234.567"),
        (Decimal("4.5"), "4,5"),
        (Decimal("4.50"), "4,5"),
        (Decimal("10.0"), "10"),
        (Decimal("1E+3"), "1.000"),
        (Decimal("1234.5"), "1.234,5"),
        (Decimal("0.05"), "0,05"),
        (Decimal(100), "100"),
    ],
)
def test_numbers_are_shown_the_vietnamese_way(value: Decimal | int, shown: str) -> None:
    assert show_number(value) == shown


@given(st.integers(0, 10**15))
def test_a_count_shown_is_the_count_read(count: int) -> None:
    assert parse_count(show_number(count)) == count
    assert parse_money(f"{show_number(count)} đồng") == count


@given(st.integers(0, 2_000).map(lambda halves: Decimal(halves) / 2).filter(lambda score: score < 1_000))
def test_a_score_shown_is_the_score_read(score: Decimal) -> None:
    assert parse_score(show_number(score)) == score


ONES = ["", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def in_words(number: int) -> str:
    """The number below a million as a schoolbook says it."""
    if number >= 1_000:
        rest = number % 1_000
        gap = " không trăm" if 0 < rest < 100 else ""
        return f"{in_words(number // 1_000)} nghìn{gap} {in_words_after(rest)}".strip()
    if number >= 100:
        return f"{ONES[number // 100]} trăm {in_words_after(number % 100)}".strip()
    if number >= 10:
        tens = "mười" if number < 20 else f"{ONES[number // 10]} mươi"
        ones = {0: "", 5: "lăm", 1: "một" if number < 20 else "mốt"}.get(number % 10, ONES[number % 10])
        return f"{tens} {ones}".strip()
    return ONES[number] or "không"


def in_words_after(rest: int) -> str:
    return "" if rest == 0 else f"linh {ONES[rest]}" if rest < 10 else in_words(rest)


@given(st.integers(1, 999_999))
def test_a_count_in_words_is_read_with_and_without_marks(count: int) -> None:
    words = in_words(count)
    bare = "".join(c for c in unicodedata.normalize("NFD", words) if not unicodedata.combining(c)).replace(
        "đ", "d"
    )

    assert parse_count(words) == count
    assert parse_count(bare) == count
    assert parse_money(f"{words} đồng") == count


@given(st.text(max_size=100))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    for value in (parse_score(text), parse_count(text), parse_money(text)):
        assert value is None or value >= 0
