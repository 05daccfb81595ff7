"""What counts as the same text, and what must never."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movement.matching import best, command_words, fold, has_marks, tone_normal

UNITS = [
    "Công đoàn cơ sở Bệnh viện Đa khoa Thống Nhất",
    "Công đoàn cơ sở Trung tâm Y tế Thống Nhất",
    "Công đoàn cơ sở Trường Tiểu học Hoà Bình",
    "Công đoàn cơ sở Nhà máy Nước Đồng Nai",
]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đăng ký mô hình", "dang ky mo hinh"),
        ("ĐĂNG KÝ", "dang ky"),
        ("Ðăng ký (chữ Eth)", "dang ky chu eth"),
        ("ðường", "duong"),
        ("  Hoà   Bình ", "hoa binh"),
        ("“Dân vận khéo”, năm 2027!", "dan van kheo nam 2027"),
        ("văn hoá–xã hội", "van hoa xa hoi"),
        ("kỹ", "ky"),
        ("kĩ", "ki"),
        ("👍🏽 tốt", "tot"),
        ("xin\u00a0chào", "xin chao"),
        ("", ""),
        ("?!", ""),
    ],
)
def test_folding_leaves_small_letters_without_marks(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hòa", "hoà"),
        ("hủy", "huỷ"),
        ("khỏe", "khoẻ"),
        ("thủy", "thuỷ"),
        ("Ủy", "Uỷ"),
        ("UỶ BAN", "Ủy ban"),
        ("Ủy", "uỷ"),
        ("thuở", "thủơ"),
        ("quý", "qúy"),
        ("già", "gìa"),
        ("tiến", "tíên"),
        ("Đăng", "Ðăng"),
        ("nguyễn hoà", unicodedata.normalize("NFD", "Nguyễn Hòa")),
    ],
)
def test_the_place_of_a_tone_does_not_matter(one: str, other: str) -> None:
    assert tone_normal(one) == tone_normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("thôi", "thời"),
        ("nộp", "nốp"),
        ("không", "khống"),
        ("tổ", "to"),
        ("chỉ tiêu", "chi tiêu"),
        ("hoà", "hoa"),
        ("hoà", "hoá"),
        ("đa", "da"),
        ("ma", "mạ"),
    ],
)
def test_what_folding_makes_one_stays_apart_with_its_marks(one: str, other: str) -> None:
    assert fold(one) == fold(other)

    assert tone_normal(one) != tone_normal(other)


ONSETS = ["", "b", "ch", "đ", "g", "gi", "h", "kh", "l", "ng", "ngh", "nh", "ph", "qu", "th", "tr"]
VOWELS = [
    "a",
    "ă",
    "â",
    "e",
    "ê",
    "i",
    "o",
    "ô",
    "ơ",
    "u",
    "ư",
    "y",
    "oa",
    "oe",
    "uy",
    "iê",
    "uô",
    "ươ",
    "uyê",
    "oai",
]
CODAS = ["", "c", "ch", "m", "n", "ng", "nh", "p", "t"]
TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]


@given(st.tuples(*(st.sampled_from(parts) for parts in (ONSETS, VOWELS, CODAS, TONES))), st.data())
def test_a_syllable_is_the_same_wherever_its_tone_stands(
    parts: tuple[str, str, str, str], data: st.DataObject
) -> None:
    onset, vowels, coda, tone = parts
    spellings = [onset + vowels[:end] + tone + vowels[end:] + coda for end in range(1, len(vowels) + 1)]
    one, other = data.draw(st.sampled_from(spellings)), data.draw(st.sampled_from(spellings))

    composed, decomposed = unicodedata.normalize("NFC", one), unicodedata.normalize("NFD", other.title())

    assert tone_normal(composed) == tone_normal(decomposed) == tone_normal(tone_normal(one))
    assert fold(composed) == fold(decomposed) == fold(tone_normal(one))
    assert has_marks(composed) == has_marks(decomposed) == (fold(one) != one)


@given(st.text(max_size=60))
def test_no_text_is_too_odd_to_compare(text: str) -> None:
    folded = fold(text)

    assert not has_marks(folded)
    assert folded == folded.strip()
    assert "  " not in tone_normal(text)
    assert best(text, [text]) in ([0], [])


@given(st.text(alphabet="abcdeghiklmnopqrstuvxyzABCDEGH 0123456789.,!?“”-_", max_size=60))
def test_without_marks_both_normal_forms_are_one(text: str) -> None:
    assert not has_marks(text)

    assert fold(text) == tone_normal(text)


def test_marks_are_seen_in_any_composition_and_in_d_alone() -> None:
    assert has_marks("Đ")
    assert has_marks("ð")
    assert has_marks("mô")
    assert has_marks(unicodedata.normalize("NFD", "mô"))
    assert not has_marks("mo hinh “2027” 👍")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Công đoàn cơ sở Bệnh viện Đa khoa Thống Nhất", [0]),
        ("công đoàn cơ sở trường tiểu học hòa bình", [2]),
        ("cong doan co so nha may nuoc dong nai", [3]),
        ("thống nhất", [0, 1]),
        ("thong nhat", [0, 1]),
        ("tt y te thong nhat", []),
        ("y tế thống", [1]),
        ("hòa bình", [2]),
        ("hoa binh", [2]),
        ("dong nai nuoc", [3]),
        ("đồng nai", [3]),
        ("thồng nhất", []),
        ("nhà may", [3]),
        ("nha máy", [3]),
        ("", []),
        ("!!!", []),
        ("x" * 10_000, []),
    ],
)
def test_a_query_finds_the_units_it_means(query: str, found: list[int]) -> None:
    assert best(query, UNITS) == found


@pytest.mark.parametrize(
    ("query", "candidates", "found"),
    [
        ("Thôi", ["Thời hạn", "Thôi"], [1]),
        ("thôi", ["Thời hạn"], []),
        ("thoi", ["Thời hạn", "Thôi"], [1]),
        ("nộp", ["Nốp", "Nộp"], [1]),
        ("nop", ["Nốp", "Nộp"], [0, 1]),
        ("chi tiêu", ["Chỉ tiêu", "Chi tiêu"], [1]),
        ("to", ["Tổ", "To"], [1]),
        ("không khói", ["Khống khói", "Không khói thuốc lá"], [1]),
    ],
)
def test_marks_that_were_typed_are_meant(query: str, candidates: list[str], found: list[int]) -> None:
    assert best(query, candidates) == found


def test_a_stricter_match_hides_the_looser_ones() -> None:
    areas = ["Kinh tế", "Kinh tế tập thể", "Kình tế"]

    assert best("kinh tế", areas) == [0]
    assert best("kinh te", areas) == [0, 2]
    assert best("kinh", areas) == [0, 1]


def test_i_and_y_are_one_when_nothing_stricter_is_found() -> None:
    assert best("kĩ thuật", ["Văn hoá", "Kỹ thuật"]) == [1]
    assert best("ki thuat", ["Văn hoá", "Kỹ thuật"]) == [1]
    assert best("ky", ["kí", "ký"]) == [1]


def test_figures_are_matched_whole() -> None:
    units = ["Phường 10", "Phường 1", "Phường 11"]

    assert best("phuong 1", units) == [1]
    assert best("1", units) == [1]


@pytest.mark.parametrize(
    ("message", "command"),
    [
        ("đăng ký", "đăng ký"),
        ("Đăng ký ạ", "đăng ký"),
        ("Dạ cho tôi đăng ký với ạ!", "đăng ký"),
        ("đồng chí ơi, tôi muốn đăng ký nhé", "đăng ký"),
        ("Đ/c ơi, trợ giúp ạ", "trợ giúp"),
        ("em muốn hủy ạ", "huỷ"),
        ("giúp với", "giúp với"),
        ("giúp em với ạ", "giúp"),
        ("vâng", "vâng"),
    ],
)
def test_politeness_around_a_command_is_looked_past(message: str, command: str) -> None:
    forms = command_words(message)

    assert tone_normal(command) in forms


@pytest.mark.parametrize(
    ("message", "command"),
    [
        ("dang ky", "đăng ký"),
        ("cho toi dang ky voi a", "đăng ký"),
        ("dong chi oi giup voi", "giúp với"),
        ("da, HUY nhe", "huỷ"),
    ],
)
def test_a_command_without_marks_meets_its_folded_key(message: str, command: str) -> None:
    assert fold(command) in command_words(message)


def test_the_fullest_form_is_looked_up_first() -> None:
    forms = command_words("giúp tôi với")

    assert forms[0] == tone_normal("giúp tôi với")
    assert [len(form.split()) for form in forms] == sorted((len(form.split()) for form in forms), reverse=True)


@pytest.mark.parametrize(
    ("message", "command"),
    [
        ("Không khói thuốc lá", "không"),
        ("thời", "thôi"),
        ("Mô hình đăng ký trực tuyến", "đăng ký"),
        ("huỷ hoại", "huỷ"),
        ("đăng ký " * 20, "đăng ký"),
    ],
)
def test_a_command_is_the_whole_message_or_none(message: str, command: str) -> None:
    forms = command_words(message)

    assert tone_normal(command) not in forms
    assert fold(command) not in forms


def test_nothing_to_look_up_in_an_empty_message() -> None:
    assert command_words("") == ()
    assert command_words("👍") == ()
