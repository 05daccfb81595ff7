"""What is due for whom, how long is left, to whom it goes, and what counts as done."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from movement import attestable, deadlines, deeds, due, entries, events, guidelines, province_level
from movement.context import Context
from movement.entries import EntryDraft
from movement.errors import DomainError
from tests.movement.demo_world import ZONE
from tests.movement.trees import Tree, named, undone

if TYPE_CHECKING:
    from movement.due import Owed
    from storage.database import Database
    from storage.session import Session

DEFAULT = guidelines.default().id
UTC = dt.UTC


def unions(session: Session, today: dt.date, guideline: str, *years: int) -> Tree:
    """A federation, a ward (or sector) union below it, and a grassroots union with a group."""
    tree = Tree(session, today)
    tree.unit("tỉnh", "federation_province")
    tree.unit("ngành", "sector_union_local", "tỉnh")
    tree.unit("viện", "grassroots_union", "ngành")
    tree.unit("khoa", "union_group", "viện")
    for year in years or (today.year,):
        tree.open("tỉnh", year, guideline)
    return tree


def found(tree: Tree, ctx: Context, today: dt.date | None = None) -> dict[str, Owed]:
    """All that is due this year, by the id of its deadline."""
    fresh = tree.as_person(ctx.person, today)
    return {
        each.due.deadline.id: each for each in due.of_person(fresh, fresh.today) if each.year == fresh.today.year
    }


def owed(tree: Tree, ctx: Context, today: dt.date | None = None) -> list[str]:
    fresh = tree.as_person(ctx.person, today)
    return [each.due.deadline.id for each in due.owed(fresh, fresh.today)]


def test_a_member_owes_registration_then_the_report(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = unions(session, dt.date(2026, 3, 7), DEFAULT)
        lan = tree.person("member", "viện")
        first = found(tree, lan)

        assert owed(tree, lan) == ["dang-ky", "bao-cao"]
        assert (first["dang-ky"].days_left, first["dang-ky"].by, first["dang-ky"].to) == (3, "person", "ngành")
        entry_id = tree.entry(lan, "viện", tree.cycles["tỉnh", 2026])
        assert owed(tree, lan) == ["bao-cao"]
        assert found(tree, lan)["dang-ky"].done
        entries.report(tree.as_person(lan.person), entry_id, "Xong")
        assert owed(tree, lan) == []

    undone(nothing, check)


def test_nobody_is_late_for_an_initiative_they_never_had(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = unions(session, dt.date(2026, 10, 5), DEFAULT)
        lan, minh = tree.person("member", "viện"), tree.person("unit_officer", "viện")

        assert owed(tree, lan) == []
        assert owed(tree, minh) == ["dang-ky", "bao-cao"]  # the union itself has nothing yet

        tree.entry(lan, "viện", tree.cycles["tỉnh", 2026])

        assert owed(tree, lan) == ["bao-cao"]
        assert found(tree, lan)["bao-cao"].days_left == -5
        assert owed(tree, minh) == ["bao-cao"]

    undone(nothing, check)


def test_an_upper_union_owes_its_list_until_an_officer_says_it_is_sent(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = unions(session, dt.date(2026, 3, 1), DEFAULT)
        hoa = tree.person("upper_officer", "ngành")
        listed = found(tree, hoa)["tong-hop"]

        assert (listed.to, listed.through, listed.form and listed.form.id) == ("tỉnh", "ban chuyên môn", "dang-ky")
        assert [each.kind for each in listed.channels] == ["paper", "email"]
        assert [each.code for each in attestable.of_person(tree.as_person(hoa.person))] == [
            "tong-hop",
            "cong-nhan",
        ]
        cycle_id, home = tree.cycles["tỉnh", 2026], tree.units["ngành"].id
        deeds.attest(tree.as_person(hoa.person), cycle_id, home, "tong-hop", done=True)
        assert owed(tree, hoa) == ["cong-nhan"]
        assert found(tree, hoa)["tong-hop"].done
        assert [each.done for each in attestable.of_person(tree.as_person(hoa.person))] == [True, False]

    undone(nothing, check)


def test_a_member_sees_what_the_unit_owes_but_does_not_owe_it(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = unions(session, dt.date(2022, 10, 5), named("2021-2025"))
        lan = tree.person("member", "viện")

        assert found(tree, lan)["cong-nhan"].by == "unit"
        assert "cong-nhan" not in owed(tree, lan)
        assert "cong-nhan" in owed(tree, tree.person("unit_officer", "viện"))

    undone(nothing, check)


def test_appraisal_and_recognition_are_done_when_every_entry_has_come_so_far(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = unions(session, dt.date(2026, 10, 5), DEFAULT)
        hoa = tree.person("upper_officer", "ngành")
        opened = tree.cycles["tỉnh", 2026]
        assert not found(tree, hoa)["cong-nhan"].done
        tree.entry(hoa, "khoa", opened, state="recognised")
        tree.entry(hoa, "viện", opened, state="lapsed")
        assert found(tree, hoa)["cong-nhan"].done
        tree.entry(hoa, "viện", opened, state="proposed")
        assert not found(tree, hoa)["cong-nhan"].done

    undone(nothing, check)


def test_000_registration_at_province_level_is_done_when_one_is_chosen(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = unions(session, dt.date(2017, 3, 2), named("2017"))
        hoa = tree.person("upper_officer", "ngành")
        entry_id = tree.entry(hoa, "viện", tree.cycles["tỉnh", 2017])
        before = found(tree, hoa)

        province_level.choose(tree.as_person(hoa.person), entry_id, chosen=True)

        assert (before["dang-ky-tinh"].done, before["dang-ky-tinh"].days_left) == (False, 29)
        assert found(tree, hoa)["dang-ky-tinh"].done
        assert before["tong-hop"].to == "tỉnh"
        assert "dang-ky-co-so" not in before  # over, and done

    undone(nothing, check)


def test_001_results_are_reported_before_october_and_recognised_in_it(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = Tree(session, dt.date(2018, 9, 1))
        tree.unit("tỉnh", "party_mass_board")
        tree.unit("huyện ủy", "party_committee_district", "tỉnh")
        tree.open("tỉnh", 2018, named("2016-2020"))
        hoa = tree.person("upper_officer", "huyện ủy")

        due_now = found(tree, hoa)

        assert {code: each.due.last_day for code, each in due_now.items()} == {
            "bao-cao": dt.date(2018, 9, 30),  # “trước ngày 01/10”
            "cong-nhan-mo-hinh": dt.date(2018, 10, 31),
            "cong-nhan-dien-hinh": None,
        }
        assert due_now["cong-nhan-mo-hinh"].due.first_day == dt.date(2018, 10, 1)
        assert due_now["bao-cao"].to == "tỉnh"

    undone(nothing, check)


def test_004_a_cell_sends_form_one_through_the_board_until_it_has_registered_enough(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = Tree(session, dt.date(2024, 4, 14))
        tree.unit("khối", "party_bloc")
        tree.unit("đảng bộ", "party_committee_grassroots", "khối")
        opened = tree.open("khối", 2024, named("yen-bai"))
        minh = tree.person("unit_officer", "đảng bộ")
        first = found(tree, minh)["dang-ky"]
        tree.entry(minh, "đảng bộ", opened)
        half = found(tree, minh)["dang-ky"]
        tree.entry(minh, "đảng bộ", opened)

        assert (first.to, first.through, first.days_left) == ("khối", "ban chuyên môn", 0)
        assert first.form is not None
        assert first.form.number == "Phụ lục 1"
        assert [each.kind for each in first.channels] == ["email", "zalo"]
        assert first.working_day == dt.date(2024, 4, 12)  # the 14th, “trước ngày 15/4”, is a Sunday
        assert (half.done, found(tree, minh)["dang-ky"].done) == (False, True)
        assert owed(tree, minh) == ["danh-gia", "de-nghi"]

    undone(nothing, check)


def test_003_the_upper_union_sends_by_the_twelfth_and_works_until_the_friday_before(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = unions(session, dt.date(2028, 3, 1), named("ldld-2023"))
        hoa = tree.person("upper_officer", "ngành")
        sent = found(tree, hoa)["dang-ky"]

        assert sent.due.last_day == dt.date(2028, 3, 12)  # “trước ngày 13/3”, a Sunday
        assert sent.working_day == dt.date(2028, 3, 10)
        assert (sent.to, sent.by) == ("tỉnh", "unit")
        assert found(tree, tree.person("member", "viện"))["dang-ky-co-so"].due.last_day == dt.date(2028, 3, 12)

    undone(nothing, check)


def test_003_reports_have_no_day_until_an_officer_enters_one(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = unions(session, dt.date(2024, 5, 1), named("ldld-2023"))
        hoa, opened = tree.person("upper_officer", "tỉnh"), tree.cycles["tỉnh", 2024]
        thu = tree.person("upper_officer", "ngành")
        waiting = found(tree, thu)["bao-cao-6-thang"]

        events.enter(hoa, opened, "mid_year_review", dt.date(2024, 6, 29))
        events.enter(tree.as_person(hoa.person), opened, "year_end_review", dt.date(2025, 1, 15))

        assert (waiting.due.last_day, waiting.days_left, waiting.working_day) == (None, None, None)
        entered = found(tree, thu)
        assert entered["bao-cao-6-thang"].working_day == dt.date(2024, 6, 28)
        assert entered["bao-cao-6-thang"].then_to.startswith("Ban Tuyên giáo và Dân vận")
        assert entered["bao-cao-nam"].due.last_day == dt.date(2025, 1, 15)
        tree.open("tỉnh", 2025, named("ldld-2023"))
        next_year = due.of_person(tree.as_person(thu.person, dt.date(2025, 1, 2)), dt.date(2025, 1, 2))
        assert (next_year[0].year, next_year[0].days_left) == (2024, 13)  # last year's review is still to come

    undone(nothing, check)


def test_the_day_of_an_event_is_entered_by_officers_of_its_cycle_and_must_fit_the_year(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = unions(session, dt.date(2024, 5, 1), named("ldld-2023"))
        opened = tree.cycles["tỉnh", 2024]

        for role, home in (("upper_officer", "ngành"), ("unit_officer", "viện"), ("member", "viện")):
            with pytest.raises(DomainError):
                events.enter(tree.person(role, home), opened, "year_end_review", dt.date(2024, 12, 1))
        admin = tree.person("admin", "tỉnh")
        for day in (dt.date(2023, 12, 31), dt.date(2025, 7, 3)):
            with pytest.raises(DomainError):
                events.enter(tree.as_person(admin.person), opened, "year_end_review", day)
        with pytest.raises(DomainError):
            events.enter(tree.as_person(admin.person), 10**9, "year_end_review", dt.date(2024, 12, 1))
        events.enter(tree.as_person(admin.person), opened, "year_end_review", dt.date(2025, 7, 2))
        (dated,) = events.to_date(tree.as_person(admin.person))
        assert [(each.code, each.label, each.day) for each in events.of_cycle(dated.held)] == [
            ("mid_year_review", "sơ kết 6 tháng", None),
            ("year_end_review", "tổng kết năm", dt.date(2025, 7, 2)),
        ]
        assert events.to_date(tree.person("upper_officer", "ngành")) == []

    undone(nothing, check)


def test_who_has_no_unit_sees_what_the_default_asks_of_anybody(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = unions(session, dt.date(2026, 3, 7), DEFAULT)
        lan = tree.person("member", "viện")
        stranger = tree.as_person(type(lan.person)(10**6, "Ai đó", "vi", ""))

        coming = due.of_person(stranger, stranger.today)

        assert [(each.due.deadline.id, each.year) for each in coming] == [
            ("dang-ky", 2026), ("bao-cao", 2026), ("dang-ky", 2027), ("bao-cao", 2027),
        ]  # fmt: skip
        assert due.owed(stranger, stranger.today) == []

    undone(nothing, check)


@pytest.mark.parametrize("homes", [1, 4])
def test_it_takes_six_statements_at_most(nothing: Database, homes: int) -> None:
    def check(session: Session) -> None:
        tree = unions(session, dt.date(2026, 3, 7), DEFAULT, 2025, 2026, 2027)
        hoa = tree.person("upper_officer", "ngành")
        for number in range(60):
            tree.unit(str(number), "grassroots_union", "ngành")
            tree.entry(hoa, str(number), tree.cycles["tỉnh", 2026])
        for number in range(homes - 1):
            tree.join(hoa, "unit_officer", str(number))
        fresh = tree.as_person(hoa.person)
        session.statements = 0

        coming = due.of_person(fresh, fresh.today)

        assert session.statements <= 6
        assert len({each.unit.id for each in coming if each.unit}) == homes

    undone(nothing, check)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    year=st.integers(2024, 2060),
    offset=st.integers(-40, 40),
    minute=st.integers(0, 24 * 60 - 1),
)
def test_a_registration_is_late_exactly_when_the_last_day_is_over_in_viet_nam(
    nothing: Database, year: int, offset: int, minute: int
) -> None:
    """Whatever the day in UTC: the last minute in time is 16:59 UTC."""

    def check(session: Session) -> None:
        tree = unions(session, dt.date(year, 1, 5), DEFAULT)
        lan = tree.person("member", "viện")
        last = dt.datetime(year, 3, 10, tzinfo=ZONE)
        now = (last + dt.timedelta(days=offset, minutes=minute)).astimezone(UTC)
        there = Context(session, lan.person, now, now.astimezone(ZONE).date(), "web", ZONE)
        home = tree.units["viện"].id
        draft = EntryDraft(tree.cycles["tỉnh", year], home, "collective", "kt", "Tổ tự quản", "X", "Y", "Z")
        left = found_at(there)

        made = entries.submit(there, draft)

        assert made["is_late"] == (offset > 0)
        if offset <= 0:
            assert left["dang-ky"].days_left == -offset
            assert now < dt.datetime(year, 3, 10, 17, tzinfo=UTC)
        else:
            assert "dang-ky" not in left

    undone(nothing, check)


def found_at(ctx: Context) -> dict[str, Owed]:
    year = ctx.today.year
    return {each.due.deadline.id: each for each in due.of_person(ctx, ctx.today) if each.year == year}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(year=st.integers(2021, 2025), day=st.integers(0, 364))
def test_002_february_ends_on_its_last_day_for_everyone_who_owes(nothing: Database, year: int, day: int) -> None:
    today = dt.date(year, 1, 1) + dt.timedelta(days=day)
    today = max(today, dt.date(2021, 5, 14))

    def check(session: Session) -> None:
        tree = unions(session, today, named("2021-2025"))
        minh = tree.person("unit_officer", "viện")
        last = dt.date(year, 2, 29 if calendar.isleap(year) else 28)

        registration = found(tree, minh)["dang-ky"]

        assert registration.due.last_day == last
        assert registration.due.first_day == dt.date(year, 2, 1)
        assert registration.days_left == deadlines.days_left(last, today)
        assert registration.working_day is not None
        assert registration.working_day.weekday() < 5
        tree.entry(minh, "khoa", tree.cycles["tỉnh", year])
        again = found(tree, minh).get("dang-ky")
        assert again is None if today > last else again is not None and again.done

    undone(nothing, check)
