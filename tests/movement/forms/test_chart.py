from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from locales import speaking
from movement import chart, summary
from movement.errors import DomainError
from movement.forms import chart_picture
from tests.movement.forms.bloc import CELL, TODAY, YEAR, Bloc
from tests.movement.trees import undone

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session


def test_the_chart_counts_as_the_summary_does_by_area_in_the_official_order(database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()
        bloc.register(CELL, "Đường hoa", "ntm")

        found = chart.of_unit(bloc.as_officer(), bloc.home, YEAR)
        total = summary.of_unit(bloc.as_officer(), bloc.home, YEAR).total

        assert [(each.label, each.registered, each.reported) for each in found.bars] == [
            ("Kinh tế", 1, 1), ("Văn hóa - xã hội", 2, 2), ("Quốc phòng - an ninh", 1, 1),
            ("Xây dựng Đảng và hệ thống chính trị", 1, 0), ("ntm", 1, 0),
        ]  # fmt: skip
        assert found.registered == total.registered
        assert sum(each.reported for each in found.bars) == total.reported
        assert (found.needed, found.reached, found.percent) == (6, 3, 50)

    undone(database, work)


def test_the_number_of_statements_does_not_grow(database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)
        bloc.fill()
        for number in range(20):
            bloc.tree.unit(f"Chi bộ {number}", "party_cell_grassroots", "Đảng ủy Khối")
        before = session.statements

        chart.of_unit(bloc.as_officer(), bloc.home, YEAR)

        assert session.statements - before <= 6

    undone(database, work)


def test_nobody_sees_the_chart_of_what_they_may_not_summarise(sqlite_database: Database) -> None:
    def work(session: Session) -> None:
        bloc = Bloc(session)

        with pytest.raises(DomainError):
            chart.of_unit(bloc.tree.as_person(bloc.author.person), bloc.home, YEAR)

    undone(sqlite_database, work)


def colours(picture: Image.Image, colour: tuple[int, int, int]) -> int:
    """How many dots of the picture have this colour."""
    counted = picture.convert("RGB").getcolors(picture.width * picture.height) or []
    return sum(many for many, found in counted if found == colour)


def test_the_picture_is_as_wide_as_a_phone_shows_and_its_bars_are_as_long_as_the_figures() -> None:
    bars = (chart.Bar("Kinh tế", 30, 10), chart.Bar("Văn hóa - xã hội", 10, 0))
    few = chart.Chart("Công đoàn phường", YEAR, 40, 20, bars)
    none = chart.Chart("Công đoàn phường", YEAR, 0, 0, (chart.Bar("Kinh tế", 0, 0),))

    with speaking("vi"):
        picture = Image.open(io.BytesIO(chart_picture.draw(few, TODAY)))
        empty = Image.open(io.BytesIO(chart_picture.draw(none, TODAY)))
    blue, orange = colours(picture, (0, 114, 178)), colours(picture, (230, 159, 0))

    assert picture.format == "PNG"
    assert picture.width == empty.width == 1080
    assert 600 < picture.height < 2000
    assert blue > 3 * orange > 0
    assert colours(empty, (0, 114, 178)) < blue / 10
