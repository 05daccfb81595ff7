"""What a keyboard that was switched off leaves behind."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from movement.matching import tone_normal
from movement.vietnamese_typing import decode_telex, decode_vni


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddawng kys", "đăng ký"),
        ("dangd kys", "đang ký"),
        ("dawngd kys", "đăng ký"),
        ("moo hinhf", "mô hình"),
        ("nguowif", "người"),
        ("nguoiwf", "người"),
        ("thuowngf", "thường"),
        ("huyr", "hủy"),
        ("hoaf binhf", "hòa bình"),
        ("hoangf", "hoàng"),
        ("quys", "quý"),
        ("giups", "giúp"),
        ("giaf", "già"),
        ("trowj giups", "trợ giúp"),
        ("minh chuwngs", "minh chứng"),
        ("trangj thais", "trạng thái"),
        ("tuwj chaams", "tự chấm"),
        ("baos caos", "báo cáo"),
        ("Tieengs Vieetj", "Tiếng Việt"),
        ("ngoaif", "ngoài"),
        ("khuyur", "khuỷu"),
        ("xin chaof", "xin chào"),
        ("sang", "sang"),
        ("10/3", "10/3"),
    ],
)
def test_telex_keystrokes_become_letters(typed: str, meant: str) -> None:
    assert tone_normal(decode_telex(typed)) == tone_normal(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("d9ang8 ky1", "đăng ký"),
        ("mo6 hinh2", "mô hình"),
        ("nguoi72", "người"),
        ("ngu7o7i2", "người"),
        ("hu3y", "hủy"),
        ("tro75 giup1", "trợ giúp"),
        ("minh chung71", "minh chứng"),
        ("Tie61ng Vie65t", "Tiếng Việt"),
        ("10/3", "10/3"),
        ("ngay 10", "ngay 10"),
    ],
)
def test_vni_keystrokes_become_letters(typed: str, meant: str) -> None:
    assert tone_normal(decode_vni(typed)) == tone_normal(meant)


def test_the_tone_is_written_where_people_write_it() -> None:
    assert decode_telex("hoaf") == "hòa"
    assert decode_telex("toans") == "toán"
    assert decode_telex("muaf") == "mùa"
    assert decode_telex("nguyeenx") == "nguyễn"
    assert decode_telex("Nguyeenx") == "Nguyễn"


@given(st.text(max_size=40))
def test_no_text_is_too_odd_to_decode(text: str) -> None:
    assert len(decode_telex(text)) <= len(text)
    assert len(decode_vni(text)) <= len(text)
