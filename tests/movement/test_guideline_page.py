"""A guideline read as words: whole, and in short."""

import datetime as dt

import pytest

from locales import speaking
from movement import guidelines
from movement.guideline_page import SHORT, page, rules_in_short
from movement.guideline_parts import SubjectKind
from movement.unit_kinds import UNIT_KINDS, kind_label
from movement.vietnamese_dates import show_date

EVERY = sorted(guidelines.every())


@pytest.mark.parametrize("name", EVERY)
def test_the_page_shows_every_rule_with_its_clause(name: str) -> None:
    guideline = guidelines.get(name)

    with speaking("vi"):
        shown = page(guideline)

    ruled = (
        *guideline.areas.items, *guideline.targets, *guideline.audience.expected_units, *guideline.mandated,
        *guideline.steps, *guideline.deadlines, *guideline.recognition, *guideline.ambiguities,
    )  # fmt: skip
    assert [each.clause for each in ruled if f"{each.clause}]" not in shown] == []
    assert [item.text for each in guideline.criteria_sets for item in each.items if item.text not in shown] == []
    assert "THỜI HẠN" in shown


def test_the_page_says_who_proposes_through_whom_and_on_which_form() -> None:
    (bloc,) = (each for each in guidelines.every().values() if each.mandated)

    with speaking("vi"):
        shown = page(bloc)

    assert "Gửi: Đảng ủy Khối; qua ban chuyên môn; theo biểu “Phụ lục 1”" in shown
    assert "Đề nghị: chi bộ cơ sở, đảng bộ cơ sở, đoàn thể khối" in shown
    assert "Qua, hoặc do tham mưu của: ban chuyên môn" in shown
    assert "Cách gửi: qua thư điện tử, qua Zalo" in shown
    assert "Biểu mẫu: Phụ lục 4 " in shown


def test_the_page_shows_both_bounds_with_the_last_valid_day() -> None:
    with speaking("vi"):
        shown = page(guidelines.default())

    assert "chậm nhất 10/03, tính cả ngày đó" in shown
    assert "trước ngày 01/10, ngày cuối còn hợp lệ là 30/09" in shown
    assert "từ 01/10 đến ngày cuối tháng 10" in shown
    assert "các tiêu chí 2, 7, 9, 11, 15 đạt điểm tối đa" in shown


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("subject", [None, "collective", "individual"])
def test_the_rules_in_short_fit_into_one_message(name: str, subject: SubjectKind | None) -> None:
    guideline = guidelines.get(name)

    with speaking("vi"):
        shown = rules_in_short(guideline, guideline.valid.from_.year, subject)

    assert len(shown) <= SHORT
    assert shown.startswith(guideline.title)


def test_the_rules_in_short_name_the_days_of_the_year_and_the_pass_rule() -> None:
    with speaking("vi"):
        shown = rules_in_short(guidelines.default(), 2027, "collective")

    assert show_date(dt.date(2027, 3, 10)) in shown
    assert show_date(dt.date(2027, 9, 30)) in shown
    assert "75/100" in shown


def test_every_kind_of_unit_has_a_vietnamese_name() -> None:
    with speaking("vi"):
        assert [kind for kind in UNIT_KINDS if kind_label(kind) == UNIT_KINDS[kind]] == []
