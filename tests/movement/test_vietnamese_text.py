"""Texts in, clean; texts out, sorted and safe."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movement.vietnamese_text import (
    clean,
    clean_line,
    escape_formula,
    name_sort_key,
    sort_key,
    utf16_length,
)


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        (unicodedata.normalize("NFD", "Mô hình “Dân vận khéo”"), "Mô hình “Dân vận khéo”"),
        ("Hoà\u200b Bình\u200d\ufeff", "Hoà Bình"),
        ("kho\u00e1\u00adn", "khoán"),
        ("Công\u00a0đoàn\u202fcơ\u3000sở", "Công đoàn cơ sở"),
        ("một\r\nhai\rba\u2028bốn\x0bnăm", "một\nhai\nba\nbốn\nnăm"),
        ("  \n chữ \n ", "chữ"),
        ("ảnh\u202egnp.exe", "ảnhgnp.exe"),
        ("\u2066trái\u2069 \u200fphải\u061c", "trái phải"),
        ("a\x00b\x07c\x1bd\x7fe\x9f", "abcde"),
        ("nửa \ud83d chừng", "nửa  chừng"),
        ("cột\tmột", "cột một"),
        ("👨‍👩‍👧 👍🏽 ❤️‍🔥", "👨‍👩‍👧 👍🏽 ❤️‍🔥"),
        ("x\u200dy", "xy"),
        ("<b>*đậm*</b>", "<b>*đậm*</b>"),
        ("a\u200b\u0301", "á"),
        ("", ""),
    ],
)
def test_what_cannot_be_seen_is_removed_and_the_rest_kept(typed: str, cleaned: str) -> None:
    assert clean(typed) == cleaned


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_a_cleaned_text_is_nfc_without_controls_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not [c for c in cleaned if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} and c != "\n"]
    assert not set(cleaned) & set(
        "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\xa0\xad"
    )
    cleaned.encode()


def test_a_long_text_is_not_cut() -> None:
    assert len(clean("khéo " * 2_000)) == 9_999


def test_one_line_has_one_blank_between_words() -> None:
    assert clean_line(" Nguyễn \r\n\r\n  Văn\u00a0\u00a0 An\t") == "Nguyễn Văn An"


@given(st.text(max_size=60))
def test_utf16_length_is_what_the_encoding_says(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_an_emoji_with_a_skin_tone_counts_four_units() -> None:
    assert utf16_length("👍🏽") == 4


# What ICU 72 gives for the Vietnamese locale.
IN_ORDER = """
1. An, Án mạng, Ăn, Ân
an, àn, ản, ãn, án, ạn
ba, bà, bả, bã, bá, bạ, băng, bâng
cam, dam, dũng, đam, Đồng Nai, em, ê, gà, hà
la, lan, lăn, lân, lê, lo, lô, lơ
na, nà, nga, nhà, oanh, ô, ơi, phúc, quý, tuấn, ung, ưng, vân, xuân, yên
thuy, thùy, thủy, thúy, thụy, tuyên, tuyến
Công đoàn cơ sở A, Công đoàn cơ sở Á, Công đoàn cơ sở Đ, Công đoàn ngành
Phường 2, Phường 10, Phường Tân Phong
"""


@pytest.mark.parametrize("line", [line.strip() for line in IN_ORDER.strip().splitlines()])
def test_words_sort_in_the_order_of_the_vietnamese_alphabet(line: str) -> None:
    expected = line.split(", ")
    shuffled = random.Random(7).sample(expected, len(expected))

    assert sorted(shuffled, key=sort_key) == expected


def test_composition_and_case_do_not_change_the_order() -> None:
    assert sort_key(unicodedata.normalize("NFD", "ĐỒNG NAI")) == sort_key("đồng nai") == sort_key("ðồng nai")


def test_persons_sort_by_their_given_name_first() -> None:
    names = ["Nguyễn Văn Ân", "Trần Thị An", "Y Blôk Niê", "Lê Đức", "Đặng Thị An", "Sùng", "Nguyễn Văn Dũng", ""]

    in_order = sorted(names, key=name_sort_key)

    assert in_order == [
        "",
        "Đặng Thị An",
        "Trần Thị An",
        "Nguyễn Văn Ân",
        "Nguyễn Văn Dũng",
        "Lê Đức",
        "Y Blôk Niê",
        "Sùng",
    ]


@given(st.lists(st.text(max_size=20), max_size=5))
def test_any_texts_can_be_sorted(texts: list[str]) -> None:
    assert len(sorted(texts, key=sort_key)) == len(sorted(texts, key=name_sort_key)) == len(texts)


def test_a_very_long_number_can_be_sorted() -> None:
    assert sort_key("9" * 10_000) > sort_key("8")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_a_cell_that_would_be_a_formula_becomes_text(start: str) -> None:
    assert escape_formula(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


def test_an_ordinary_cell_stays_as_it_is() -> None:
    assert escape_formula("Mô hình 1 + 1 = 2") == "Mô hình 1 + 1 = 2"
    assert escape_formula("") == ""
