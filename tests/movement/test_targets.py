"""Targets of the five texts in their own words, and counting that agrees with an oracle in any tree."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from movement import deeds, entries, events, guidelines, province_level, summary, targets
from movement.errors import DomainError
from movement.guideline_rules import Target
from storage.tables import audit
from tests.movement.trees import Tree, named, undone

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.context import Context
    from movement.targets import Standing
    from storage.database import Database
    from storage.session import Session


def by_rule(found: tuple[Standing, ...]) -> dict[str, tuple[int, int]]:
    """Reached and needed, by the target's id."""
    return {
        each.rule.id if isinstance(each.rule, Target) else each.rule.kind: (each.reached, each.need)
        for each in found
    }


def of(ctx: Context, tree: Tree, name: str, year: int) -> dict[str, tuple[int, int]]:
    fresh = tree.as_person(ctx.person)
    return by_rule(targets.standing(fresh, tree.units[name].id, year))


def ninh_thuan(session: Session, year: int, guideline: str) -> tuple[Tree, Context, int]:
    tree = Tree(session, dt.date(year, 4, 1))
    tree.unit("tỉnh", "federation_province")
    tree.unit("huyện", "federation_district", "tỉnh")
    tree.unit("trường", "grassroots_union", "huyện")
    tree.unit("trạm", "grassroots_union", "huyện")
    opened = tree.open("tỉnh", year, guideline)
    return tree, tree.person("upper_officer", "huyện"), opened


def test_000_at_least_one_initiative_of_each_district_is_chosen_for_province_level(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree, ctx, opened = ninh_thuan(session, 2017, named("2017"))
        one = tree.entry(ctx, "trường", opened)
        before = of(ctx, tree, "huyện", 2017)

        province_level.choose(ctx, one, chosen=True)

        assert before == {"cap-tinh": (0, 1)}
        assert of(ctx, tree, "huyện", 2017) == {"cap-tinh": (1, 1)}
        assert session.rows(select(audit.c.act, audit.c.details)) == [("choose", {"chosen": True})]
        province_level.choose(tree.as_person(ctx.person), one, chosen=False)
        assert of(ctx, tree, "huyện", 2017) == {"cap-tinh": (0, 1)}

    undone(nothing, check)


def test_000_each_grassroots_union_strives_for_one_and_continued_ones_count(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree, ctx, opened = ninh_thuan(session, 2017, named("2017"))
        first = tree.entry(ctx, "trường", opened)
        tree.entry(ctx, "trường", opened, continues_id=first)

        found = targets.of_subtree(ctx, tree.units["huyện"].id, 2017)

        by_unit = {each.unit.name: (each.reached, each.missing, each.is_hard) for each in found}
        assert by_unit == {"huyện": (0, 1, True), "trường": (2, 0, False), "trạm": (0, 1, False)}
        # What is only striven for is not held against a unit in the summary; what is hard is.
        assert summary.of_unit(tree.as_person(ctx.person), tree.units["huyện"].id, 2017).total.missing == 1

    undone(nothing, check)


def test_000_only_an_upper_officer_chooses_and_only_what_the_guideline_asks_for(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree, ctx, opened = ninh_thuan(session, 2017, named("2017"))
        one = tree.entry(ctx, "trường", opened)
        withdrawn = tree.entry(ctx, "trường", opened, state="withdrawn")
        other = tree.entry(ctx, "trường", tree.open("tỉnh", 2023, named("ldld-2023")))

        with pytest.raises(DomainError):
            province_level.choose(tree.person("unit_officer", "trường"), one, chosen=True)
        for refused in (withdrawn, other):
            with pytest.raises(DomainError):
                province_level.choose(tree.as_person(ctx.person), refused, chosen=True)
        kept = entries.find(tree.as_person(ctx.person), one)
        assert kept is not None
        assert not kept.for_province

    undone(nothing, check)


def test_001_sets_no_targets(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = Tree(session, dt.date(2018, 4, 1))
        tree.unit("huyện ủy", "party_committee_district")
        tree.open("huyện ủy", 2018, named("2016-2020"))
        ctx = tree.person("upper_officer", "huyện ủy")

        assert targets.of_subtree(ctx, tree.units["huyện ủy"].id, 2018) == ()

    undone(nothing, check)


def test_002_thirty_four_grassroots_unions_are_expected(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = Tree(session, dt.date(2022, 3, 1))
        tree.unit("tỉnh", "federation_province")
        tree.unit("ngành", "sector_union_local", "tỉnh")
        opened = tree.open("ngành", 2022, named("2021-2025"))
        ctx = tree.person("upper_officer", "ngành")
        for number in range(30):  # four of them are not in the tree yet
            tree.unit(f"viện {number}", "grassroots_union", "ngành")
            tree.unit(f"khoa {number}", "union_group", f"viện {number}")
        for number in range(12):
            tree.entry(ctx, f"khoa {number}", opened)
        tree.entry(ctx, "khoa 0", opened)  # a second one of the same union
        tree.entry(ctx, "khoa 13", opened, state="withdrawn")
        tree.entry(ctx, "khoa 14", opened, origin="unplanned", state="reported")

        assert of(ctx, tree, "ngành", 2022) == {"grassroots_union": (12, 34)}
        assert of(ctx, tree, "viện 1", 2022) == {}
        officer = tree.person("upper_officer", "tỉnh")
        assert len(targets.of_subtree(officer, tree.units["tỉnh"].id, 2022)) == 1

    undone(nothing, check)


def test_003_one_to_two_new_ones_a_year_and_old_ones_are_not_counted(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree, ctx, before = ninh_thuan(session, 2024, named("ldld-2023"))
        old = tree.entry(ctx, "trường", before)
        this = tree.open("tỉnh", 2025, named("ldld-2023"))
        tree.entry(ctx, "trường", this, continues_id=old)

        assert of(ctx, tree, "trường", 2025) == {"moi-nam": (0, 1)}

        tree.entry(ctx, "trường", this)

        assert of(ctx, tree, "trường", 2025) == {"moi-nam": (1, 1)}
        (standing,) = targets.standing(tree.as_person(ctx.person), tree.units["trường"].id, 2025)
        assert isinstance(standing.rule, Target)
        assert (standing.rule.max, standing.is_hard) == (2, False)
        # “Từ nay đến năm 2025”: later years have no such target.
        tree.open("tỉnh", 2026, named("ldld-2023"))
        assert of(ctx, tree, "trường", 2026) == {}

    undone(nothing, check)


def test_003_in_2023_each_upper_union_registers_one_of_its_own(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree, ctx, opened = ninh_thuan(session, 2023, named("ldld-2023"))
        tree.entry(ctx, "trường", opened)

        assert of(ctx, tree, "huyện", 2023) == {"moi-nam": (0, 1), "cap-tren-2023": (0, 1)}

        tree.entry(ctx, "huyện", opened)

        assert of(ctx, tree, "huyện", 2023) == {"moi-nam": (1, 1), "cap-tren-2023": (1, 1)}

    undone(nothing, check)


def the_bloc(session: Session) -> tuple[Tree, Context, int]:
    tree = Tree(session, dt.date(2024, 5, 1))
    tree.unit("khối", "party_bloc")
    tree.unit("đoàn thanh niên", "mass_organisation", "khối")
    tree.unit("đảng bộ", "party_committee_grassroots", "khối")
    tree.unit("chi bộ trực thuộc", "party_cell", "đảng bộ")
    tree.unit("chi bộ", "party_cell_grassroots", "khối")
    opened = tree.open("khối", 2024, named("yen-bai"))
    return tree, tree.person("upper_officer", "khối"), opened


@pytest.mark.parametrize(
    ("name", "rule", "need"),
    [
        ("đoàn thanh niên", "doan-the", 5),
        ("đảng bộ", "dang-bo-co-so", 2),
        ("chi bộ", "chi-bo-co-so", 1),
    ],
)
def test_004_five_two_and_one_with_continued_ones_counted(
    nothing: Database, name: str, rule: str, need: int
) -> None:
    def check(session: Session) -> None:
        tree, ctx, opened = the_bloc(session)
        old = tree.entry(ctx, name, tree.open("khối", 2023, guidelines.default().id))
        for _ in range(need - 1):
            tree.entry(ctx, name, opened, state="confirmed")
        tree.entry(ctx, name, opened, state="lapsed")
        before = of(ctx, tree, name, 2024)[rule]

        tree.entry(ctx, name, opened, continues_id=old)

        assert before == (need - 1, need)
        assert of(ctx, tree, name, 2024)[rule] == (need, need)

    undone(nothing, check)


def test_004_what_a_cell_does_counts_for_its_committee(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree, ctx, opened = the_bloc(session)
        tree.entry(ctx, "chi bộ trực thuộc", opened)
        tree.entry(ctx, "đảng bộ", opened)

        assert of(ctx, tree, "đảng bộ", 2024)["dang-bo-co-so"] == (2, 2)
        assert of(ctx, tree, "chi bộ trực thuộc", 2024) == {}  # no target speaks of it

    undone(nothing, check)


def test_004_every_unit_makes_the_plan_known_and_says_so(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree, ctx, opened = the_bloc(session)
        home = tree.units["chi bộ"].id
        before = of(ctx, tree, "chi bộ", 2024)["pho-bien"]

        deeds.attest(tree.person("unit_officer", "chi bộ"), opened, home, "pho-bien", done=True)

        assert before == (0, 1)
        assert of(ctx, tree, "chi bộ", 2024)["pho-bien"] == (1, 1)
        assert of(ctx, tree, "đảng bộ", 2024)["pho-bien"] == (0, 1)
        deeds.attest(tree.person("unit_officer", "chi bộ"), opened, home, "pho-bien", done=False)
        assert of(ctx, tree, "chi bộ", 2024)["pho-bien"] == (0, 1)
        with pytest.raises(DomainError):
            deeds.attest(tree.person("unit_officer", "đảng bộ"), opened, home, "pho-bien", done=True)
        with pytest.raises(DomainError):
            deeds.attest(tree.person("member", "chi bộ"), opened, home, "pho-bien", done=True)

    undone(nothing, check)


def test_004_the_second_imposed_initiative_waits_for_its_condition(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree, ctx, opened = the_bloc(session)
        tree.entry(ctx, "chi bộ trực thuộc", opened, mandate="chuyen-doi-so")
        before = of(ctx, tree, "đảng bộ", 2024)["cap-khoi"]

        events.enter(tree.as_person(ctx.person), opened, "co-quan-hanh-phuc", dt.date(2024, 5, 2))
        announced = of(ctx, tree, "đảng bộ", 2024)["cap-khoi"]
        events.enter(tree.as_person(ctx.person), opened, "co-quan-hanh-phuc", dt.date(2024, 5, 1))

        assert (before, announced) == ((1, 1), (1, 1))
        assert of(ctx, tree, "đảng bộ", 2024)["cap-khoi"] == (1, 2)
        assert of(ctx, tree, "chi bộ", 2024)["cap-khoi"] == (0, 2)

    undone(nothing, check)


def test_004_every_initiative_is_reviewed(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree, ctx, opened = the_bloc(session)
        assert "ra-soat" not in of(ctx, tree, "đảng bộ", 2024)  # nothing to review yet
        for state in ("confirmed", "self_scored", "appraised", "recognised", "not_recognised", "lapsed"):
            tree.entry(ctx, "chi bộ trực thuộc", opened, state=state)

        assert of(ctx, tree, "đảng bộ", 2024)["ra-soat"] == (3, 5)

    undone(nothing, check)


def test_the_default_asks_one_new_one_of_each_grassroots_union(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree, ctx, opened = ninh_thuan(session, 2026, guidelines.default().id)
        tree.entry(ctx, "trường", opened)

        found = targets.of_subtree(ctx, tree.units["huyện"].id, 2026)

        assert {each.unit.name: each.missing for each in found} == {"trường": 0, "trạm": 1}

    undone(nothing, check)


def test_strangers_are_refused(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree, _ctx, _opened = ninh_thuan(session, 2026, guidelines.default().id)
        for role, home in (("member", "trường"), ("unit_officer", "trạm"), ("upper_officer", "huyện")):
            with pytest.raises(DomainError):
                targets.of_subtree(
                    tree.person(role, home), tree.units["tỉnh" if home == "huyện" else "trường"].id, 2026
                )

    undone(nothing, check)


_TREES = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.sampled_from(
            ("party_committee_grassroots", "party_cell_grassroots", "mass_organisation", "party_cell")
        ),
        st.lists(
            st.tuples(
                st.sampled_from(("submitted", "recognised", "lapsed", "withdrawn")),
                st.booleans(),  # continued
                st.sampled_from(("", "", "chuyen-doi-so")),
            ),
            max_size=4,
        ),
        st.booleans(),  # attested
    ),
    min_size=1,
    max_size=8,
)
_NEED = {"party_committee_grassroots": 2, "party_cell_grassroots": 1, "mass_organisation": 5}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans=_TREES)
def test_standings_agree_with_an_oracle_in_any_tree(
    nothing: Database, plans: list[tuple[int, str, list[tuple[str, bool, str]], bool]]
) -> None:
    def check(session: Session) -> None:
        tree = Tree(session, dt.date(2024, 5, 1))
        tree.unit("0", "party_bloc")
        opened = tree.open("0", 2024, named("yen-bai"))
        ctx = tree.person("upper_officer", "0")
        old = tree.entry(ctx, "0", tree.open("0", 2023, guidelines.default().id))
        inside: dict[str, list[tuple[str, str]]] = {"0": []}
        expected = {}
        for number, (place, kind, planned, attested) in enumerate(plans, 1):
            home = tree.unit(str(number), kind, str(place % number))
            inside[home.name] = []
            for state, continued, mandate in planned:
                more = {"continues_id": old} if continued else {}
                tree.entry(ctx, home.name, opened, state=state, mandate=mandate, **more)
                for above in (name for name, one in tree.units.items() if home.path.startswith(one.path)):
                    inside[above].append((state, mandate))
            if attested:
                deeds.attest(tree.as_person(ctx.person), opened, home.id, "pho-bien", done=True)
        for number, (_place, kind, _planned, attested) in enumerate(plans, 1):
            kept = [each for each in inside[str(number)] if each[0] not in {"lapsed", "withdrawn"}]
            if kind in _NEED:
                expected[str(number)] = {
                    (int(attested), 1),
                    (int(any(mandate for _state, mandate in kept)), 1),
                    (len(kept), _NEED[kind]),
                    *([(sum(state == "recognised" for state, _mandate in kept), len(kept))] if kept else []),
                }
        fresh = tree.as_person(ctx.person)
        session.statements = 0

        found = targets.of_subtree(fresh, tree.units["0"].id, 2024)

        assert session.statements <= 6
        by_unit: dict[str, set[tuple[int, int]]] = {}
        for each in found:
            by_unit.setdefault(each.unit.name, set()).add((each.reached, each.need))
            assert each.missing == max(0, each.need - each.reached)
        assert by_unit == expected
        for name in inside:
            alone = targets.of_subtree(tree.as_person(ctx.person), tree.units[name].id, 2024)
            assert {each for each in alone if each.unit.name == name} == {
                each for each in found if each.unit.name == name
            }

    undone(nothing, check)


@pytest.mark.parametrize("ask", [targets.of_subtree, targets.standing])
def test_a_large_tree_takes_no_more_statements(
    nothing: Database, ask: Callable[..., tuple[Standing, ...]]
) -> None:
    def check(session: Session) -> None:
        tree = Tree(session, dt.date(2024, 5, 1))
        tree.unit("0", "party_bloc")
        opened = tree.open("0", 2024, named("yen-bai"))
        ctx = tree.person("upper_officer", "0")
        for number in range(1, 151):
            tree.unit(str(number), "party_cell_grassroots", "0")
            tree.entry(ctx, str(number), opened)
        fresh = tree.as_person(ctx.person)
        session.statements = 0

        ask(fresh, tree.units["0"].id, 2024)

        assert session.statements <= 6

    undone(nothing, check)
