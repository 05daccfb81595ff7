"""Trying a guideline on a past year: who would pass, fail, be late, miss a target; and nothing is written."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert

from movement import cycles, dry_run, entries, guidelines, scores
from movement.dry_run_page import page
from movement.entries import EntryDraft
from movement.errors import DomainError
from movement.scores import Answers
from movement.vietnamese_numbers import show_number
from storage.schema import metadata
from storage.tables import score, score_sheet
from tests.movement.demo_world import NOVEMBER, ZONE, fill
from tests.movement.trees import Tree, named, undone

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.dry_run import DryRun
    from movement.guideline import Guideline
    from storage.database import Database
    from storage.session import Session
    from tests.movement.demo_world import World

DEFAULT = guidelines.default()


def changed(**rules: Any) -> Guideline:
    return DEFAULT.model_copy(update=rules)


def stricter() -> Guideline:
    """75 becomes 95, the last day the 20th of February, one initiative two."""
    assert DEFAULT.scoring is not None
    scoring = DEFAULT.scoring.model_copy(update={"pass_mark": Decimal(95)})
    (register, *others) = DEFAULT.deadlines
    when = register.when.model_copy(update={"md": "02-20"})
    (target,) = DEFAULT.targets
    return changed(
        scoring=scoring,
        deadlines=(register.model_copy(update={"when": when}), *others),
        targets=(target.model_copy(update={"min": 2}),),
    )


def tried(world: World, guideline: Guideline, on: str = "2026") -> DryRun:
    found: DryRun = world.database.read_now(dry_run.run, guideline, on, NOVEMBER, ZONE)
    return found


def everything(session: Session) -> dict[str, list[Any]]:
    return {name: sorted(map(repr, session.rows(table.select()))) for name, table in metadata.tables.items()}


async def test_nothing_is_written(database: Database) -> None:
    fill(database)
    before = database.read_now(everything)

    done = database.read_now(dry_run.run, stricter(), "2026", NOVEMBER, ZONE)

    assert database.read_now(everything) == before
    assert len(done.entries) > 25
    assert sum(map(len, before.values())) > 500


def test_the_same_guideline_changes_nothing(world: World) -> None:
    done = tried(world, DEFAULT)

    assert done.before == done.after
    assert all(each.before == each.after and not each.unfit for each in done.entries)
    assert "\n+ " not in page(done)


def test_whoever_falls_below_the_new_mark_is_named_with_the_reason(world: World) -> None:
    done = tried(world, stricter())

    text = page(done)

    falling = {
        each.entry.number: each.after.verdict
        for each in done.entries
        if each.before.verdict
        and each.before.verdict.passes
        and not (each.after.verdict and each.after.verdict.passes)
    }
    assert len(falling) > 5
    assert f"SẼ KHÔNG ĐẠT: {len(falling) + 3} (khác với hiện nay: {len(falling)})" in text
    for number, verdict in falling.items():
        (line,) = (line for line in text.splitlines() if line.startswith(f"+ {number} ") and "tổng" in line)
        assert verdict is not None
        assert f"còn thiếu {show_number(95 - verdict.total)} điểm so với mức đạt 95" in line


def test_whoever_came_after_the_new_day_would_be_late(world: World) -> None:
    done = tried(world, stricter())

    late = {each.entry.number for each in done.entries if each.after.late and not each.before.late}

    expected = {
        each.entry.number
        for each in done.entries
        if dt.date(2026, 2, 20) < each.entry.submitted_at.astimezone(ZONE).date() <= dt.date(2026, 3, 10)
    }
    assert late == expected != set()
    assert all(f"+ {number} " in page(done).partition("SẼ TRỄ HẠN")[2] for number in late)


def test_units_that_would_miss_a_target_are_named_once(world: World) -> None:
    done = tried(world, stricter())

    section = page(done).partition("SẼ THIẾU CHỈ TIÊU")[2]

    newly = {each.unit.name for each in done.after if each.missing} - {
        each.unit.name for each in done.before if each.missing
    }
    assert newly
    for name in newly:
        assert section.count(f"+ {name}: 1/2") == 1


def test_a_milder_guideline_says_who_would_pass_and_be_in_time(world: World) -> None:
    assert DEFAULT.scoring is not None
    milder = changed(
        scoring=DEFAULT.scoring.model_copy(update={"pass_mark": Decimal(50)}),
        criteria_sets=tuple(
            each.model_copy(update={"items": tuple(i.model_copy(update={"must_max": False}) for i in each.items)})
            for each in DEFAULT.criteria_sets
        ),
        deadlines=tuple(each for each in DEFAULT.deadlines if each.does != "register"),
        targets=(),
    )

    text = page(tried(world, milder))

    assert "SẼ KHÔNG ĐẠT" not in text
    assert "khác với hiện nay: 3" in text.partition("SẼ ĐẠT")[2].splitlines()[0]
    assert "+ MH26" in text.partition("KHÔNG CÒN TRỄ HẠN")[2]
    assert "KHÔNG CÒN THIẾU CHỈ TIÊU" in text
    assert "SẼ THIẾU" not in text


def test_another_text_is_taken_as_if_it_held_in_that_year(world: World) -> None:
    done = tried(world, guidelines.get(named("2017")))

    late = {each.entry.number for each in done.entries if each.after.late}

    assert late == {
        each.entry.number
        for each in done.entries
        if each.entry.submitted_at.astimezone(ZONE).date() > dt.date(2026, 2, 28)
    }
    assert all(each.unfit for each in done.entries)  # its areas are others
    assert all(each.after.verdict is None for each in done.entries)  # and so are its criteria
    assert "không có lĩnh vực “Văn hóa - xã hội”" in page(done)


def test_the_cycle_of_a_year_is_that_of_the_unit_at_the_top(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = Tree(session, dt.date(2026, 11, 21))
        tree.unit("tỉnh", "federation_province")
        tree.unit("may", "grassroots_union", "tỉnh")
        below, top = tree.open("may", 2026, DEFAULT.id), tree.open("tỉnh", 2026, DEFAULT.id)

        by_year = dry_run.run(session, DEFAULT, "2026", NOVEMBER, ZONE)
        by_id = dry_run.run(session, DEFAULT, str(below), NOVEMBER, ZONE)

        assert (by_year.held.id, by_id.held.id) == (top, below)
        assert [each.unit.name for each in by_id.after] == ["may"]
        assert by_year.after == ()  # the only unit that is bound has a cycle of its own
        for wrong in ("2025", "77", "x"):
            with pytest.raises(DomainError, match=f"- {top}: 2026, tỉnh"):
                dry_run.run(session, DEFAULT, wrong, NOVEMBER, ZONE)

    undone(nothing, check)


def one_entry(session: Session) -> tuple[Tree, Any, int]:
    tree = Tree(session, dt.date(2026, 3, 1))
    home = tree.unit("may", "grassroots_union")
    opened = tree.open("may", 2026, DEFAULT.id)
    minh = tree.person("unit_officer", "may")
    draft = EntryDraft(opened, home.id, "collective", "kt", "Tổ tự quản", "Xưởng", "Tổ 1", "10 người")
    entry_id = entries.submit(minh, draft)["id"]
    return tree, minh, entry_id


def test_the_appraisal_prevails_over_the_self_score(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree, minh, entry_id = one_entry(session)
        found = entries.find(minh, entry_id)
        assert found is not None
        full = {item.key: item.max for item in scores.sheet_of(found).items if item.max}
        entries.report(minh, entry_id, "Xong")
        scores.submit(tree.as_person(minh.person), entry_id, Answers(points=full))
        sheet = {"entry_id": entry_id, "author_id": minh.person.id, "kind": "appraisal", "created_at": minh.now}
        new = insert(score_sheet).values(**sheet, hundredths=1000, passes=False).returning(score_sheet.c.id)
        low = [{"sheet_id": session.scalar(new), "criterion": key, "hundredths": 0} for key in full]
        session.execute(insert(score), low)

        (each,) = dry_run.run(session, DEFAULT, "2026", NOVEMBER, ZONE).entries

        assert each.before.verdict is not None
        assert (each.before.verdict.total, each.before.verdict.passes) == (Decimal(0), False)

    undone(nothing, check)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: changed(audience=DEFAULT.audience.model_copy(update={"binds": ("party_cell",)})), "loại đơn vị"),
        (
            lambda: changed(audience=DEFAULT.audience.model_copy(update={"subjects": ("individual",)})),
            "không áp dụng cho “tập thể”",
        ),
        (lambda: changed(areas=DEFAULT.areas.model_copy(update={"items": DEFAULT.areas.items[1:]})), "lĩnh vực"),
    ],
)
def test_what_the_guideline_does_not_know_is_said(
    nothing: Database, make: Callable[[], Guideline], says: str
) -> None:
    def check(session: Session) -> None:
        one_entry(session)

        done = dry_run.run(session, make(), "2026", NOVEMBER, ZONE)

        assert [says in reason for reason in done.entries[0].unfit] == [True]

    undone(nothing, check)


def test_withdrawn_entries_are_left_out_and_cycles_of_one_unit_are_taken_together(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree, minh, _entry_id = one_entry(session)
        tree.entry(minh, "may", tree.cycles["may", 2026], state="withdrawn")
        second = cycles.begin(session, tree.units["may"].id, 2026, named("ldld-2023"))
        tree.entry(minh, "may", second)

        done = dry_run.run(session, DEFAULT, "2026", NOVEMBER, ZONE)

        assert [each.entry.guideline_id for each in done.entries] == [DEFAULT.id, named("ldld-2023")]
        assert done.held.guideline.id == DEFAULT.id

    undone(nothing, check)
