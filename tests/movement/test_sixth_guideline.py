"""A guideline that no code knows: three areas, fifty points, a deadline on 29 February."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from movement import criteria, cycles, due, entries, events, guidelines, opening, targets
from movement.entries import EntryDraft
from movement.guideline_page import page, rules_in_short
from movement.guideline_rules import Target
from movement.reasons import NotAtMaximum, TotalTooLow
from tests.movement.trees import Tree, undone

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session

FILE = Path(__file__).parents[1] / "files" / "guidelines" / "xa-minh-hoa-2028.toml"
SIXTH = FILE.stem


def test_it_has_no_mistakes_and_can_be_read() -> None:
    assert guidelines.mistakes(FILE) == []

    text = page(guidelines.load(FILE))

    assert "Đạt khi có từ 40/50 điểm" in text
    assert "3 công đoàn cơ sở đăng ký mô hình" in text
    assert "Đăng ký cách làm" in rules_in_short(guidelines.load(FILE), 2028)


@pytest.mark.parametrize(("year", "last"), [(2028, dt.date(2028, 2, 29)), (2029, dt.date(2029, 2, 28))])
def test_its_year_goes_by_its_own_rules(
    nothing: Database, sixth_guideline: None, year: int, last: dt.date
) -> None:
    def check(session: Session) -> None:
        tree = Tree(session, dt.date(year, 2, 20))
        tree.unit("xã", "commune_union")
        tree.unit("may", "grassroots_union", "xã")
        tree.unit("tổ", "union_group", "may")
        opened = opening.open_cycle(session, tree.units["xã"].id, year, SIXTH, dt.datetime.now(dt.UTC))
        lan, hoa = tree.person("member", "tổ"), tree.person("upper_officer", "xã")
        home = tree.units["tổ"]
        held = cycles.to_register(lan, home)
        (registration, report) = due.owed(lan, lan.today)
        draft = EntryDraft(held.id, home.id, "individual", "khoe", "Đi bộ đi làm", "Xưởng", "Lan", "5 người")

        in_time = entries.submit(tree.as_person(lan.person, last), draft)
        late = entries.submit(tree.as_person(lan.person, last + dt.timedelta(days=1)), draft)
        events.enter(hoa, opened.cycle_id, "ngay-hoi", dt.date(year, 11, 20))

        assert [each.code for each in held.guideline.areas.items] == ["so", "xanh", "khoe"]
        assert (registration.due.last_day, registration.to) == (last, "xã")
        assert report.due.last_day is None
        assert (in_time["is_late"], late["is_late"]) == (False, True)
        (report,) = due.owed(tree.as_person(lan.person), lan.today)
        assert report.due.last_day == dt.date(year, 11, 19)
        standings = targets.of_subtree(tree.as_person(hoa.person), tree.units["xã"].id, year)
        assert [(each.unit.name, each.reached, each.need) for each in standings] == [
            ("xã", 1, 3), ("may", 2, 2), ("may", 0, 1),
        ]  # fmt: skip
        assert [isinstance(each.rule, Target) for each in standings] == [False, True, True]

    undone(nothing, check)


def test_its_fifty_points_pass_by_its_own_rule() -> None:
    sheet = criteria.sheet(guidelines.load(FILE), "individual")

    def reasons(first: int, second: int) -> list[type]:
        judged = criteria.verdict(sheet, {"1": Decimal(first), "2": Decimal(second)})
        return [type(each) for each in judged.reasons]

    assert sheet.total == 50
    assert reasons(30, 10) == []
    assert reasons(29, 20) == [NotAtMaximum]
    assert reasons(20, 10) == [TotalTooLow, NotAtMaximum]
