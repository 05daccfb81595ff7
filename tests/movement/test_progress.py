"""Progress by deadline: what is done and left adds up, and the list of what is left has exactly as many."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from movement import progress
from movement.errors import DomainError
from tests.movement.trees import Tree, named, undone

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.context import Context
    from movement.progress import Step
    from storage.database import Database
    from storage.session import Session

TODAY = dt.date(2027, 4, 20)  # registrations are due, results are not
STATES = ("submitted", "confirmed", "reported", "appraised", "recognised", "lapsed", "withdrawn")
TOP = "Liên đoàn Lao động tỉnh"


def planted(session: Session, plans: list[tuple[int, list[str]]]) -> tuple[Tree, Context]:
    """A province with two wards, and a grassroots union for each plan: its ward, and the states of its entries."""
    tree = Tree(session, TODAY)
    tree.unit(TOP, "federation_province")
    cycle = tree.open(TOP, 2027, named("cong-doan-mac-dinh"))
    for ward in (0, 1):
        tree.unit(f"Phường {ward}", "ward_union", TOP)
    for number, (ward, states) in enumerate(plans):
        home = f"Cơ sở {number}"
        tree.unit(home, "grassroots_union", f"Phường {ward}")
        author = tree.person("member", home)
        for state in states:
            is_reported = state not in {"submitted", "confirmed", "lapsed"}
            tree.entry(author, home, cycle, state=state, reported_at=author.now if is_reported else None)
    return tree, tree.person("upper_officer", TOP)


def steps(tree: Tree, who: Context, home: str = TOP) -> dict[str, Step]:
    _home, found = progress.of_unit(tree.as_person(who.person), tree.units[home].id, 2027)
    return {step.due.deadline.does: step for step in found}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 1), st.lists(st.sampled_from(STATES), max_size=3)), max_size=6))
def test_what_is_left_is_exactly_what_is_listed(
    sqlite_database: Database, plans: list[tuple[int, list[str]]]
) -> None:
    def check(session: Session) -> None:
        tree, officer = planted(session, plans)
        session.statements = 0
        _home, found = progress.of_unit(tree.as_person(officer.person), tree.units[TOP].id, 2027)
        assert session.statements <= 5

        for step in found:
            fresh = tree.as_person(officer.person)
            assert len(progress.left(fresh, tree.units[TOP].id, 2027, step.key)) == step.left
            below = [steps(tree, officer, f"Phường {ward}").get(step.due.deadline.does) for ward in (0, 1)]
            if step.due.deadline.does in {"register", "report", "appraise", "recognise"} and step.of == "entries":
                assert sum(each.left for each in below if each) == step.left
            assert [row.left for row in step.branches] == sorted((row.left for row in step.branches), reverse=True)
        alive = [state for _ward, states in plans for state in states if state not in {"withdrawn", "lapsed"}]
        if alive:
            report = steps(tree, officer)["report"]
            assert report.done + report.left == len(alive)
            assert report.left == sum(state in {"submitted", "confirmed"} for state in alive)

    undone(sqlite_database, check)


async def test_late_and_to_come_on_both_databases(database: Database) -> None:
    def check(session: Session) -> None:
        tree, officer = planted(session, [(0, ["submitted"]), (0, []), (1, []), (0, []), (1, ["reported"])])

        found = steps(tree, officer)

        register, report = found["register"], found["report"]
        assert (register.of, register.done, register.left, register.is_late) == ("units", 2, 3, True)
        assert [(row.unit.name, row.left) for row in register.branches] == [("Phường 0", 2), ("Phường 1", 1)]
        assert (report.of, report.done, report.left, report.is_late) == ("entries", 1, 1, False)

    undone(database, check)


def refused(work: Callable[[], object]) -> None:
    with pytest.raises(DomainError):
        work()


def test_another_subtree_and_members_are_refused(sqlite_database: Database) -> None:
    def check(session: Session) -> None:
        tree, _officer = planted(session, [(0, []), (1, [])])
        ward, member = tree.person("upper_officer", "Phường 0"), tree.person("member", "Cơ sở 0")

        refused(lambda: steps(tree, ward, "Phường 1"))
        refused(lambda: steps(tree, ward))
        refused(lambda: steps(tree, member, "Cơ sở 0"))
        assert steps(tree, ward, "Phường 0")

    undone(sqlite_database, check)
