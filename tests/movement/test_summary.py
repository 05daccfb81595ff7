"""Summaries: totals that add up, lists that hold what was counted, and nothing for strangers."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from movement import cycles, guidelines, people, summary, transitions, units
from movement.context import Context, Person
from movement.errors import DomainError
from movement.forms import rollup
from movement.summary import Counted, Figure, Figures, View
from storage.database import open_database
from storage.people_tables import person, role
from storage.tables import entry, initiative, score_sheet
from storage.unit_tables import unit
from tests.movement.demo_world import NOVEMBER, ZONE, Undone, acting, fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from movement.units import Unit
    from storage.database import Database
    from storage.session import Session
    from tests.movement.demo_world import World

FIGURES: tuple[Figure, ...] = get_args(Figure)
ADMIN = "Đỗ Anh Quân"
YEARS = (2025, 2026, 2027)
TODAY = dt.date(2026, 11, 21)


def province(ctx: Context) -> Unit:
    return units.search(ctx, "liên đoàn lao động tỉnh sông trà")[0]


def by_name(found: summary.Summary) -> dict[str, Figures]:
    return {row.unit.short_name: row.figures for row in found.rows}


def test_the_province_shows_its_upper_unions(world: World) -> None:
    found = world.act(ADMIN, lambda ctx: summary.of_unit(ctx, province(ctx).id, 2026))

    assert [row.unit.short_name for row in found.rows] == [
        "CĐ các KCN", "CĐN Y tế", "CĐ P. Thống Nhất", "CĐ X. Long Khánh",
    ]  # fmt: skip
    assert found.total.registered > found.total.confirmed > found.total.reported > found.total.passed > 0


@pytest.mark.parametrize("year", YEARS)
def test_lists_hold_what_was_counted_at_every_unit(world: World, year: int) -> None:
    def check(ctx: Context) -> int:
        everywhere = units.search(ctx, "")
        for each in everywhere:
            total = summary.of_unit(ctx, each.id, year).total
            for what in FIGURES:
                assert len(summary.drill(ctx, each.id, year, what)) == getattr(total, what)
        return len(everywhere)

    checked = world.act(ADMIN, check)

    assert checked >= 35


def test_a_continued_initiative_alone_does_not_meet_the_target(world: World) -> None:
    """`counts = ["new"]` of the default: no initiative of an earlier year is counted again."""
    found = world.act("Võ Thị Thanh Hoa", lambda ctx: summary.of_unit(ctx, _own_unit(ctx), 2026))

    clinic = by_name(found)["TTYT Thống Nhất"]

    assert (clinic.registered, clinic.missing) == (1, 1)


def test_an_entry_of_a_group_counts_for_its_grassroots_union(world: World) -> None:
    found = world.act("Trương Văn Minh", lambda ctx: summary.of_unit(ctx, _own_unit(ctx), 2026))

    assert by_name(found)["Khoa Khám bệnh"].registered == 1
    assert found.rows[0].unit.short_name == "BV Thống Nhất"
    assert found.total.missing == 0


def test_missing_units_are_named(world: World) -> None:
    found = world.act(ADMIN, lambda ctx: summary.drill(ctx, province(ctx).id, 2026, "missing"))

    names = [each.short_name for each in found if isinstance(each, units.Unit)]

    assert {"Bao bì Đại Lộc", "MN Long Khánh", "Thủy nông Long Khánh"} <= set(names)
    assert "Cơ khí Sông Trà" in names  # its only one was not carried out
    assert "May Bình Minh" not in names


def test_units_without_entries_have_their_row(world: World) -> None:
    found = world.act("Trương Văn Minh", lambda ctx: summary.of_unit(ctx, _own_unit(ctx), 2025))

    assert by_name(found)["Khoa Hồi sức"] == Figures()


def test_a_leaf_has_a_row_of_its_own(world: World) -> None:
    def of_the_nursery(ctx: Context) -> summary.Summary:
        return summary.of_unit(ctx, _own_unit(ctx), 2026)

    found = world.act("Nguyễn Ngọc Như Ý", of_the_nursery)

    assert [row.unit.short_name for row in found.rows] == ["MN Hoa Phượng"]
    assert found.total == Figures(registered=1, unreported=1, reached=1)


@pytest.mark.parametrize("who", ["Trương Văn Minh", "Nguyễn Hữu Tâm", "Nguyễn Thị Lan", "Bùi Thanh Hà"])
def test_whoever_is_outside_the_subtree_or_may_not_summarise_is_refused(world: World, who: str) -> None:
    sector = world.act("Võ Thị Thanh Hoa", _own_unit)

    for ask in (
        lambda ctx: summary.of_unit(ctx, sector, 2026),
        lambda ctx: summary.drill(ctx, sector, 2026, "passed"),
        lambda ctx: summary.drill(ctx, sector, 2026, "missing"),
    ):
        with pytest.raises(DomainError):
            world.act(who, ask)


def test_a_unit_that_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(DomainError):
        world.act(ADMIN, lambda ctx: summary.of_unit(ctx, 10**9, 2026))


async def test_both_databases_count_the_same(database: Database, world: World) -> None:
    filled, _ = fill(database)

    def ask(ctx: Context) -> summary.Summary:
        return summary.of_unit(ctx, province(ctx).id, 2025)

    found = acting(database, ADMIN, filled.ids[ADMIN], ask)

    assert found.total == world.act(ADMIN, ask).total
    assert found.total.registered > 15


def test_a_closed_unit_is_not_missed_and_keeps_what_it_did(world: World) -> None:
    def close(ctx: Context) -> tuple[dict[str, Figures], dict[str, Figures]]:
        packer = units.search(ctx, "bao bì đại lộc")[0]
        ctx.session.execute(update(unit).where(unit.c.id == packer.id).values(valid_to=dt.date(2025, 12, 31)))
        before, after = (summary.of_unit(ctx, packer.parent_id or 0, year) for year in (2025, 2026))
        return by_name(before), by_name(after)

    before, after = world.act(ADMIN, close)

    assert before["Bao bì Đại Lộc"].registered == 1
    assert "Bao bì Đại Lộc" not in after


def _own_unit(ctx: Context) -> int:
    return people.units_of(ctx)[0]


# What a unit of a random tree has: its parent among those before it, its kind, its entries.
_KINDS = ("ward_union", "grassroots_union", "union_group")
_ENTRY = st.tuples(
    st.sampled_from(list(transitions.STATES)),
    st.booleans(),  # continued
    st.booleans(),  # reported
    st.lists(st.booleans(), max_size=3),  # verdicts of its sheets, the oldest first
)
_TREES = st.lists(
    st.tuples(st.integers(0, 20), st.sampled_from(_KINDS), st.lists(_ENTRY, max_size=4)), min_size=1, max_size=8
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Database]:
    """A database in which nothing is ever committed."""
    path = tmp_path_factory.mktemp("summary") / "kheo.db"
    path.write_bytes(sqlite_template.read_bytes())
    opened = open_database(f"sqlite:///{path}")
    yield opened
    asyncio.run(opened.close())


def undone(database: Database, work: Callable[[Session], None]) -> None:
    """Run in a transaction that is rolled back."""

    def run(session: Session) -> None:
        work(session)
        raise Undone

    with pytest.raises(Undone):
        database.write_now(run)


def an_officer(session: Session, home: Unit) -> Context:
    person_id = session.scalar(insert(person).values(name="Hoa", created_at=NOVEMBER).returning(person.c.id))
    session.execute(
        insert(role).values(person_id=person_id, unit_id=home.id, role="upper_officer", since=NOVEMBER)
    )
    return Context(session, Person(person_id, "Hoa", "vi", ""), NOVEMBER, TODAY, "web", ZONE)


def add_entry(
    ctx: Context, cycle_id: int, home: Unit, plan: tuple[str, bool, bool, list[bool]], old: int | None
) -> int:
    state, continued, reported, verdicts = plan
    areas = [each.code for each in guidelines.default().areas.items]
    names = {"name": "Mô hình", "folded": "mo hinh"}
    author = {"author_id": ctx.person.id}
    new = insert(initiative).values(unit_id=home.id, created_at=NOVEMBER, **names).returning(initiative.c.id)
    values = author | {
        "initiative_id": ctx.session.scalar(new),
        "cycle_id": cycle_id,
        "unit_id": home.id,
        "continues_id": old if continued else None,
        "guideline_id": guidelines.default().id,
        "state": state,
        "subject_kind": "individual" if reported and verdicts else "collective",
        "area": areas[len(verdicts) % len(areas)],  # some of each
        "origin": "unplanned" if reported and continued else "registered",
        "submitted_at": NOVEMBER,
        "updated_at": NOVEMBER,
        "reported_at": NOVEMBER if reported else None,
    }
    blank = dict.fromkeys(("place", "lead", "scale"), "")
    entry_id: int = ctx.session.scalar(insert(entry).values(**values, **names, **blank).returning(entry.c.id))
    # The appraisers' sheet is the newest and passes, but it is not what is counted here.
    for kind, passes in [*(("self", passes) for passes in verdicts), ("appraisal", True)]:
        sheet = author | {"entry_id": entry_id, "kind": kind, "hundredths": 0, "passes": passes}
        ctx.session.execute(insert(score_sheet).values(**sheet, created_at=NOVEMBER))
    return entry_id


def expected(plan: tuple[str, bool, bool, list[bool]]) -> Figures:
    """What one entry adds, said once more in another way."""
    state, continued, reported, verdicts = plan
    if state == "withdrawn":
        return Figures()
    return Figures(
        registered=1,
        unplanned=int(reported and continued),
        confirmed=int(state not in {"submitted", "returned"}),
        reported=int(reported),
        unreported=int(not reported and state != "lapsed"),
        scored=int(bool(verdicts)),
        passed=int(verdicts[-1:] == [True]),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_TREES)
def test_totals_are_the_sum_of_rows_and_of_the_entries_themselves(
    empty: Database, plans: list[tuple[int, str, list[tuple[str, bool, bool, list[bool]]]]]
) -> None:
    def check(session: Session) -> None:
        root = units.add(session, "federation_province", "Gốc", "", None)
        ctx = an_officer(session, root)
        last, this = (cycles.begin(session, root.id, year, guidelines.default().id) for year in (2025, 2026))
        old = add_entry(ctx, last, root, ("recognised", False, True, [True]), None)
        tree, total = [root], Figures()
        enough, announced = set[int](), set[int]()
        for place, kind, of_unit in plans:
            tree.append(units.add(session, kind, f"Đơn vị {len(tree)}", "", tree[place % len(tree)]))
            for plan in of_unit:
                add_entry(ctx, this, tree[-1], plan, old)
                total += expected(plan)
                above = units.ancestors(tree[-1].path)
                announced.update(above if plan[0] != "withdrawn" and not (plan[1] and plan[2]) else ())
                enough.update(above if plan[0] not in {"withdrawn", "lapsed"} and not plan[1] else ())
        bound = {each.id for each in tree if each.kind == "grassroots_union"}
        total += Figures(
            reached=len(bound & enough), missing=len(bound - enough), unregistered=len(bound - announced)
        )
        session.statements = 0

        found = summary.of_unit(ctx, root.id, 2026)

        assert session.statements <= 3
        assert found.total == total == sum((row.figures for row in found.rows), Figures())
        assert found.before == Figures(registered=1, reported=1, passed=1)
        for row in found.rows:
            below = summary.of_unit(ctx, row.unit.id, 2026)
            assert row.unit == root or below.total == row.figures
        for what in FIGURES:
            assert len(summary.drill(ctx, root.id, 2026, what)) == getattr(total, what)
        for view in get_args(View):
            slices_hold(ctx, root, view, total)
        agrees_with_the_form(ctx, root)

    undone(empty, check)


def slices_hold(ctx: Context, root: Unit, view: View, total: Figures) -> None:
    """Every entry stands in one slice, and the list behind each figure of each slice has as many."""
    found = summary.sliced(ctx, root.id, 2026, view)
    assert found.total == sum((row.figures for row in found.rows), Figures())
    for what in get_args(Counted):
        assert getattr(found.total, what) == getattr(total, what)
        for row in found.rows:
            listed = summary.drill(ctx, root.id, 2026, what, (view, row.key))
            assert len(listed) == getattr(row.figures, what)


def agrees_with_the_form(ctx: Context, root: Unit) -> None:
    """What is reported stands on the list of results: in all, by area, by subject. The list of registrations
    has no unplanned achievements, which are figures of their own here."""
    results = summary.sliced(ctx, root.id, 2026, "area")
    if results.total.reported:
        items = rollup.read(ctx, root.id, 2026, "results").items
        by_area = {row.key: row.figures.reported for row in results.rows if row.figures.reported}
        assert Counter(each.area_code for each in items) == by_area
        subjects = {row.key: row.figures for row in summary.sliced(ctx, root.id, 2026, "subject").rows}
        collectives = subjects["collective"].reported if "collective" in subjects else 0
        assert sum(each.is_collective for each in items) == collectives
    if results.total.registered > results.total.unplanned:
        items = rollup.read(ctx, root.id, 2026, "register").items
        registered = {row.key: row.figures.registered - row.figures.unplanned for row in results.rows}
        assert Counter(each.area_code for each in items) == {k: many for k, many in registered.items() if many}


@pytest.mark.parametrize("what", FIGURES)
def test_a_large_tree_takes_no_more_statements(empty: Database, what: Figure) -> None:
    def check(session: Session) -> None:
        root = units.add(session, "federation_province", "Gốc", "", None)
        cycles.begin(session, root.id, 2026, guidelines.default().id)
        for number in range(150):
            units.add(session, "grassroots_union", f"Đơn vị {number}", "", root)
        asked = an_officer(session, root)
        session.statements = 0

        found = summary.of_unit(asked, root.id, 2026)
        after_summary = session.statements
        summary.drill(Context(session, asked.person, NOVEMBER, TODAY, "web", ZONE), root.id, 2026, what)

        assert found.total == Figures(missing=150, unregistered=150)
        assert after_summary <= 3
        assert session.statements - after_summary <= 4

    undone(empty, check)
