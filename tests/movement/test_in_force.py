"""Which guideline holds for a unit on a day: the nearest assignment, the newest in force, whatever the tree."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from movement import cycles, entries, guidelines, in_force, subtrees
from movement.entries import EntryDraft
from storage.tables import cycle
from tests.movement.trees import Tree, named, undone

if TYPE_CHECKING:
    import pytest

    from movement.guideline import Guideline
    from storage.database import Database
    from storage.session import Session

YEAR = 2023
OLD, NEW, HEALTH = named("2017"), named("ldld-2023"), named("2021-2025")


def like(code: str, first: dt.date, last: dt.date | None = None, replaces: tuple[str, ...] = ()) -> Guideline:
    """The default under another name and validity."""
    default = guidelines.default()
    valid = default.valid.model_copy(update={"from_": first, "to": last, "open_end": last is None})
    return default.model_copy(update={"id": code, "default": False, "valid": valid, "replaces": replaces})


def known(*all_: Guideline) -> dict[str, Guideline]:
    return {each.id: each for each in all_}


def chosen(assigned: dict[int, str], of: dict[str, Guideline], today: dt.date, year: int = YEAR) -> str | None:
    found = in_force.choose(assigned, year, today, of)
    return found[1].id if found else None


def test_what_replaces_an_assigned_guideline_holds_from_its_first_day_on() -> None:
    of = known(like("a", dt.date(2017, 1, 1)), like("b", dt.date(2023, 3, 8), replaces=("a",)))

    assert chosen({1: "a"}, of, dt.date(2023, 3, 7)) == "a"
    assert chosen({1: "a"}, of, dt.date(2023, 3, 8)) == "b"
    assert chosen({1: "a"}, of, dt.date(2022, 12, 1)) == "a"  # before the year: as on its first day
    assert chosen({1: "a"}, of, dt.date(2027, 1, 1)) == "b"  # after it: as on its last


def test_the_one_that_replaced_it_in_turn_holds() -> None:
    of = known(
        like("a", dt.date(2017, 1, 1)),
        like("b", dt.date(2019, 1, 1), replaces=("a",)),
        like("c", dt.date(2018, 1, 1), replaces=("b",)),
    )

    assert chosen({1: "a"}, of, dt.date(2023, 6, 1)) == "c"


def test_of_two_assigned_the_newer_holds_and_before_its_day_the_older() -> None:
    of = known(like("a", dt.date(2017, 1, 1)), like("b", dt.date(2023, 6, 1)))

    assert chosen({1: "b", 2: "a"}, of, dt.date(2023, 5, 31)) == "a"
    assert chosen({1: "b", 2: "a"}, of, dt.date(2023, 6, 1)) == "b"


def test_of_two_equally_new_the_one_assigned_last_holds() -> None:
    of = known(like("a", dt.date(2017, 1, 1)), like("b", dt.date(2017, 1, 1)))

    assert chosen({1: "a", 2: "b"}, of, dt.date(2023, 6, 1)) == "b"
    assert chosen({1: "b", 2: "a"}, of, dt.date(2023, 6, 1)) == "a"


def test_what_is_over_before_the_year_does_not_hold() -> None:
    of = known(like("a", dt.date(2017, 1, 1), dt.date(2022, 12, 31)))

    assert chosen({1: "a"}, of, dt.date(2023, 6, 1)) is None
    assert chosen({1: "a"}, of, dt.date(2023, 6, 1), year=2022) == "a"


def test_guidelines_that_replace_each_other_end_no_search() -> None:
    of = known(like("a", dt.date(2017, 1, 1), replaces=("b",)), like("b", dt.date(2018, 1, 1), replaces=("a",)))

    assert chosen({1: "a"}, of, dt.date(2023, 6, 1)) == "b"


_GUIDELINES = st.lists(
    st.tuples(
        st.integers(2015, 2026),
        st.none() | st.integers(2015, 2026),
        st.lists(st.integers(0, 5), max_size=2),
    ),
    min_size=1,
    max_size=6,
)


@given(
    rules=_GUIDELINES,
    assigned=st.lists(st.integers(0, 5), min_size=1, max_size=4),
    today=st.dates(dt.date(2014, 1, 1), dt.date(2028, 12, 31)),
    year=st.integers(2015, 2027),
)
def test_what_holds_is_assigned_or_replaces_it_and_is_in_force(
    rules: list[tuple[int, int | None, list[int]]], assigned: list[int], today: dt.date, year: int
) -> None:
    of = {}
    for number, (first, last, replaces) in enumerate(rules):
        until = dt.date(max(first, last), 12, 31) if last else None
        old = tuple(f"g{each}" for each in replaces if each != number)
        of[f"g{number}"] = like(f"g{number}", dt.date(first, 1, 1), until, old)
    codes = {number: f"g{each}" for number, each in enumerate(assigned, 1)}

    found = in_force.choose(codes, year, today, of)

    heirs = {number: in_force.heirs(code, of) for number, code in codes.items()}
    day = min(max(today, dt.date(year, 1, 1)), dt.date(year, 12, 31))
    holding = {
        code
        for each in heirs.values()
        for code in each
        if code in of and of[code].valid.from_ <= day and (of[code].valid.to or day) >= dt.date(year, 1, 1)
    }
    assert (found is None) == (not holding)
    if found is not None:
        number, guideline = found
        assert guideline.id in holding & heirs[number]
        rivals = in_force.heirs(guideline.id, of) & holding - {guideline.id}
        assert all(
            guideline.id in in_force.heirs(each, of) for each in rivals
        )  # only where they replace each other


_KINDS = ("federation_province", "ward_union", "grassroots_union", "union_group")
_TREES = st.lists(
    st.tuples(
        st.integers(0, 20),  # the parent among those before
        st.sets(st.sampled_from((OLD, NEW, HEALTH, guidelines.default().id)), max_size=3),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans=_TREES, year=st.sampled_from((2017, 2021, 2023, 2024, 2026)))
def test_the_nearest_assignment_that_holds_wins_in_any_tree(
    nothing: Database, plans: list[tuple[int, set[str]]], year: int
) -> None:
    def check(session: Session) -> None:
        today = dt.date(year, 7, 1)
        tree = Tree(session, today)
        names, own = ["0"], dict[str, dict[int, str]]()
        tree.unit("0", "federation_province")
        for place, assigned in plans:
            parent = names[place % len(names)]
            names.append(str(len(names)))
            tree.unit(names[-1], _KINDS[min(3, len(names))], parent)
            own[names[-1]] = {tree.open(names[-1], year, code): code for code in sorted(assigned)}
        ctx = tree.person("admin", "0")

        for name in names:
            path = [str(names.index(n)) for n in names if f"/{tree.units[n].id}/" in tree.units[name].path]
            held = [in_force.choose(own.get(n, {}), year, today, guidelines.every()) for n in path]
            expected = next((each[1].id for each in reversed(held) if each), None)
            fresh = tree.as_person(ctx.person)
            found = cycles.of_years(fresh, tree.units[name], (year, year)).get(year)
            assert (found.guideline.id if found else None) == expected

        by_tree = {
            node.unit.name: node.cycle.guideline.id if node.cycle else None
            for node in subtrees.read(ctx, tree.units["0"], year)
        }
        one_by_one = cycles.of_units(ctx, list(tree.units.values()), (year, year))
        for name, home in tree.units.items():
            held_there = one_by_one.get((home.id, year))
            assert by_tree[name] == (held_there.guideline.id if held_there else None)

    undone(nothing, check)


def test_an_assignment_of_the_unit_itself_beats_that_of_its_ancestors(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = Tree(session, dt.date(2023, 7, 1))
        tree.unit("tỉnh", "federation_province")
        tree.unit("ngành", "sector_union_local", "tỉnh")
        tree.unit("bệnh viện", "grassroots_union", "ngành")
        tree.open("tỉnh", 2023, NEW)
        tree.open("ngành", 2023, HEALTH)
        ctx = tree.person("admin", "tỉnh")

        held = cycles.of_units(ctx, [tree.units["tỉnh"], tree.units["bệnh viện"]], (2023, 2023))

        assert held[tree.units["tỉnh"].id, 2023].guideline.id == NEW
        assert held[tree.units["bệnh viện"].id, 2023].guideline.id == HEALTH

    undone(nothing, check)


def test_the_plan_of_2023_stands_in_for_the_guide_of_2017(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = Tree(session, dt.date(2023, 7, 1))
        tree.unit("huyện", "federation_district")
        tree.open("huyện", 2023, OLD)
        ctx = tree.person("unit_officer", "huyện")

        (held,) = cycles.of_years(ctx, tree.units["huyện"], (2023, 2023)).values()

        assert held.guideline.id == NEW
        assert cycles.last_day(held, "register", "federation_district") == dt.date(2023, 3, 12)

    undone(nothing, check)


def test_an_entry_keeps_the_guideline_it_was_begun_under(
    nothing: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = guidelines.default()
    newer = like("moi", dt.date(2026, 6, 1), replaces=(default.id,))
    monkeypatch.setattr(guidelines, "every", lambda: known(default, newer))

    def check(session: Session) -> None:
        tree = Tree(session, dt.date(2026, 5, 31))
        home = tree.unit("may", "grassroots_union")
        cycle_id = tree.open("may", 2026, guidelines.default().id)
        ctx = tree.person("unit_officer", "may")
        blank = EntryDraft(cycle_id, home.id, "collective", "kt", "Tổ tự quản", "Xưởng 1", "Tổ 1", "10 người")
        before = entries.submit(ctx, blank)
        after_ctx = tree.as_person(ctx.person, dt.date(2026, 6, 1))
        after = entries.submit(after_ctx, blank)

        kept = [entries.find(after_ctx, each["id"]) for each in (before, after)]

        assert [each.guideline.id for each in kept if each] == [guidelines.default().id, "moi"]
        assert [cycles.of_entry(after_ctx, each).guideline.id for each in kept if each] == [
            guidelines.default().id, "moi",
        ]  # fmt: skip

    undone(nothing, check)


def test_a_cycle_whose_guideline_holds_no_more_is_as_if_it_had_not_been_opened(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = Tree(session, dt.date(2026, 7, 1))
        home = tree.unit("chi bộ", "party_cell_grassroots")
        opened = tree.open("chi bộ", 2024, named("yen-bai"))
        session.execute(update(cycle).where(cycle.c.id == opened).values(year=2026))
        ctx = tree.person("unit_officer", "chi bộ")

        assert cycles.of_years(ctx, home, (2024, 2026)) == {}
        assert cycles.get(ctx, opened).guideline.id == named("yen-bai")  # what was begun in it can still be read

    undone(nothing, check)
