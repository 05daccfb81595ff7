"""Searching entries: every kind of word, within rights, ranked, a page at a time, the same on both databases."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from movement import entries, entry_search, mending
from movement.context import Person
from movement.entry_words import indexed
from movement.matching import fold
from storage.tables import entry
from tests.movement.trees import Tree, named, undone

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.context import Context
    from storage.database import Database
    from storage.session import Session

TODAY = dt.date(2027, 9, 20)


class Forest:
    """Two wards with entries under last year's and this year's cycle, and an officer of the province."""

    def __init__(self, session: Session) -> None:
        self.tree = Tree(session, TODAY)
        self.tree.unit("Liên đoàn Lao động tỉnh", "federation_province")
        for ward in ("Bình Minh", "Hòa Bình"):
            self.tree.unit(ward, "ward_union", "Liên đoàn Lao động tỉnh")
        self.tree.unit("Công ty May Sông Hồng", "grassroots_union", "Bình Minh")
        self.tree.unit("Bệnh viện Thống Nhất", "grassroots_union", "Hòa Bình")
        guideline = named("cong-doan-mac-dinh")
        self.cycles = {year: self.tree.open("Liên đoàn Lao động tỉnh", year, guideline) for year in (2026, 2027)}
        self.officer = self.tree.person("upper_officer", "Liên đoàn Lao động tỉnh")

    def add(self, name: str, home: str, year: int = 2027, **more: str) -> int:
        texts = {"name": name, "place": more.get("place", ""), "lead": more.get("lead", "")}
        values = {**more, **texts, "folded": fold(name), "search": indexed(**texts)}
        author = self.tree.person("member", home)
        return self.tree.entry(author, home, self.cycles[year], **values)

    def names(self, words: str, who: Context | None = None, page: int = 1) -> list[str]:
        fresh = self.tree.as_person((who or self.officer).person)
        return [each.name for each in entry_search.find(fresh, words, page).entries]


def in_a_forest(work: Callable[[Forest], None]) -> Callable[[Session], None]:
    return lambda session: work(Forest(session))


async def test_every_kind_of_word_finds_on_both_databases(database: Database) -> None:
    def check(forest: Forest) -> None:
        forest.add("Thư viện xanh", "Công ty May Sông Hồng", place="Xưởng số 2", lead="Bà Trần Thị Đào")
        forest.add("Bữa cơm công đoàn", "Bệnh viện Thống Nhất", 2026, area="vhxh", state="recognised")
        green, meal = ["Thư viện xanh"], ["Bữa cơm công đoàn"]

        assert forest.names("thu vien") == forest.names("THƯ VIỆN") == forest.names("vi thu") == green
        assert forest.names("xuong so 2") == forest.names("tran dao") == forest.names("may song hong") == green
        assert forest.names("bv thong nhat") == meal  # as units are abbreviated
        assert forest.names("2026") == forest.names("công đoàn năm 2026") == meal
        assert forest.names("van hoa") == forest.names("VHXH") == forest.names("vhxh 2026") == meal
        assert forest.names("đã công nhận") == forest.names("duoc cong nhan com") == meal
        assert forest.names("thu vien 2026") == forest.names("khong co") == forest.names("ư") == []

    undone(database, in_a_forest(check))


def test_words_in_the_name_come_first_and_whole_names_before_all(sqlite_database: Database) -> None:
    def check(forest: Forest) -> None:
        forest.add("Vườn rau", "Công ty May Sông Hồng", place="Xưởng may")
        forest.add("Xưởng may an toàn", "Bệnh viện Thống Nhất")
        forest.add("May áo ấm ở xưởng", "Bệnh viện Thống Nhất")

        assert forest.names("xuong may") == ["Xưởng may an toàn", "May áo ấm ở xưởng", "Vườn rau"]

    undone(sqlite_database, in_a_forest(check))


def test_nothing_outside_the_subtree_is_found_or_counted(sqlite_database: Database) -> None:
    def check(forest: Forest) -> None:
        forest.add("Thư viện xanh", "Công ty May Sông Hồng")
        forest.add("Thư viện nhỏ", "Bệnh viện Thống Nhất")
        ward = forest.tree.person("upper_officer", "Bình Minh")
        member = forest.tree.person("member", "Công ty May Sông Hồng")

        found = entry_search.find(ward, "thu vien")

        assert ([each.name for each in found.entries], found.many) == (["Thư viện xanh"], 1)
        assert forest.names("thu vien", member) == []

    undone(sqlite_database, in_a_forest(check))


async def test_pages_hold_each_entry_once_and_take_two_statements(database: Database) -> None:
    def check(forest: Forest) -> None:
        made = {f"Mô hình {n}" for n in range(23)}
        for name in made:
            forest.add(name, "Công ty May Sông Hồng")
        asked = forest.tree.as_person(forest.officer.person)
        entry_search.find(asked, "mo hinh")  # the roles are read
        asked.session.statements = 0

        found = [entry_search.find(asked, "mo hinh", page) for page in (1, 2, 3)]

        assert asked.session.statements == 6
        assert [len(each.entries) for each in found] == [10, 10, 3]
        assert [each.many for each in found] == [23, 23, 23]
        assert {each.name for page in found for each in page.entries} == made

    undone(database, in_a_forest(check))


def test_a_number_finds_its_entry(sqlite_database: Database) -> None:
    def check(forest: Forest) -> None:
        number = forest.add("Thư viện xanh", "Công ty May Sông Hồng")
        found = entries.find(forest.tree.as_person(forest.officer.person), number)
        assert found

        assert forest.names(found.number) == forest.names(found.number.lower()) == ["Thư viện xanh"]
        assert forest.names("MH27-99999") == []

    undone(sqlite_database, in_a_forest(check))


def test_what_was_mended_is_found_by_its_new_words(sqlite_database: Database) -> None:
    def check(forest: Forest) -> None:
        home = "Công ty May Sông Hồng"
        number = forest.add("Thư viện xanh", home, place="Kho cũ", state="returned")
        author = forest.tree.session.scalar(select(entry.c.author_id).where(entry.c.id == number))

        mending.mend(forest.tree.as_person(Person(author, "", "vi", "")), number, {"place": "Nhà văn hóa"})

        assert forest.names("nha van hoa thu vien") == ["Thư viện xanh"]
        assert forest.names("kho cu") == []

    undone(sqlite_database, in_a_forest(check))


@pytest.mark.parametrize("text", ["", "   ", "???", "“”", "năm"])
def test_nothing_to_look_for_finds_nothing(text: str) -> None:
    asked = entry_search.read(text)

    assert asked.is_empty or asked.words == ("nam",)
