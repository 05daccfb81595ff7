"""Opening years: what is refused, in sentences that say what to do."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from movement import cycles, guidelines, opening
from movement.errors import DomainError
from storage.tables import audit
from storage.unit_tables import unit
from tests.movement.trees import Tree, named, undone

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session

NOW = dt.datetime(2026, 11, 21, 2, tzinfo=dt.UTC)
DEFAULT = guidelines.default().id


def a_district(session: Session) -> Tree:
    tree = Tree(session, dt.date(2026, 11, 21))
    tree.unit("tỉnh", "federation_province")
    tree.unit("huyện", "federation_district", "tỉnh")
    tree.unit("trường", "grassroots_union", "huyện")
    return tree


def test_a_year_is_opened_and_listed(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = a_district(session)

        opened = opening.open_cycle(session, tree.units["huyện"].id, 2027, DEFAULT, NOW)

        assert (opened.year, opened.bound) == (2027, 2)
        ctx = tree.person("unit_officer", "trường")
        assert cycles.of_years(ctx, tree.units["trường"], (2027, 2027))[2027].id == opened.cycle_id
        (listed,) = opening.listed(session, tree.today)
        assert (listed.unit_name, listed.guideline_id, listed.entries, listed.is_replaced) == (
            "huyện", DEFAULT, 0, False,
        )  # fmt: skip
        row = session.first(select(audit))
        assert (row.act, row.channel, row.person_id, row.details["year"]) == ("open", "command", None, 2027)

    undone(nothing, check)


def test_a_newer_guideline_may_be_opened_beside_an_older_one_and_replaces_it(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = a_district(session)
        home = tree.units["huyện"]
        tree.open("huyện", 2023, named("2017"))

        opening.open_cycle(session, home.id, 2023, named("ldld-2023"), NOW)

        by_guideline = {each.guideline_id: each.is_replaced for each in opening.listed(session, tree.today)}
        assert by_guideline == {named("2017"): True, named("ldld-2023"): False}

    undone(nothing, check)


@pytest.mark.parametrize(
    ("unit_name", "year", "guideline", "says"),
    [
        ("", 2027, DEFAULT, "Không có đơn vị số 0. Các đơn vị cao nhất: "),
        ("huyện", 2027, "khong-co", "Không có hướng dẫn “khong-co”. Hiện có: "),
        ("huyện", 2018, named("2017"), "hiệu lực từ 01/01/2017 đến 31/12/2017"),
        ("huyện", 2020, DEFAULT, "không có hiệu lực trong năm 2020"),
        ("huyện", 99999, DEFAULT, "không thể là một năm"),
        ("huyện", 2024, named("yen-bai"), "áp dụng cho: đảng bộ cơ sở, chi bộ cơ sở, đoàn thể khối"),
        ("huyện", 2026, DEFAULT, "Năm 2026 đã mở cho huyện"),
        ("huyện", 2026, named("ldld-2023"), f"Hãy mở theo {DEFAULT}"),
    ],
)
def test_what_cannot_hold_is_refused(
    nothing: Database, unit_name: str, year: int, guideline: str, says: str
) -> None:
    def check(session: Session) -> None:
        tree = a_district(session)
        tree.open("huyện", 2026, DEFAULT)
        unit_id = tree.units[unit_name].id if unit_name else 0

        with pytest.raises(DomainError) as refused:
            opening.open_cycle(session, unit_id, year, guideline, NOW)

        assert says in str(refused.value)
        assert len(opening.listed(session, tree.today)) == 1

    undone(nothing, check)


def test_what_a_newer_text_replaces_is_refused_even_where_it_is_in_force(
    nothing: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = guidelines.default()
    newer = default.model_copy(update={"id": "moi", "default": False, "replaces": (default.id,)})
    monkeypatch.setattr(guidelines, "every", lambda: {default.id: default, newer.id: newer})

    def check(session: Session) -> None:
        tree = a_district(session)

        with pytest.raises(DomainError, match="Hãy mở theo moi"):
            opening.open_cycle(session, tree.units["huyện"].id, 2027, default.id, NOW)

    undone(nothing, check)


def test_closed_units_are_not_counted(nothing: Database) -> None:
    def check(session: Session) -> None:
        tree = a_district(session)
        at = unit.c.name.in_(("huyện", "trường"))
        session.execute(update(unit).where(at).values(valid_to=dt.date(2025, 6, 30)))

        with pytest.raises(DomainError, match="áp dụng cho"):
            opening.open_cycle(session, tree.units["huyện"].id, 2026, DEFAULT, NOW)
        assert opening.open_cycle(session, tree.units["huyện"].id, 2025, DEFAULT, NOW).bound == 2

    undone(nothing, check)


def test_an_empty_database_says_what_comes_first(nothing: Database) -> None:
    def check(session: Session) -> None:
        with pytest.raises(DomainError, match="Chưa có đơn vị nào"):
            opening.open_cycle(session, 1, 2027, DEFAULT, NOW)

    undone(nothing, check)
