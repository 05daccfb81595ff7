"""A phone number is encrypted where it is kept, with a key that is not in the database."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, text

from movement import people_data
from movement.errors import DomainError
from storage import secret_key
from storage.people_tables import person
from tests.movement.trees import Tree, undone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storage.database import Database
    from storage.session import Session

TODAY = dt.date(2027, 3, 1)


@pytest.fixture
def another_key() -> Iterator[str]:
    before = secret_key._master[0].decode()
    yield "another secret key, as long as it must be"
    secret_key.use(before)


def kept(session: Session) -> str | None:
    found: str | None = session.scalar(select(person.c.phone).order_by(person.c.id.desc()).limit(1))
    return found


def test_the_database_holds_no_digit_of_a_number_in_clear(database: Database) -> None:
    def work(session: Session) -> None:
        grown = Tree(session, TODAY)
        grown.unit("may", "grassroots_union")
        people_data.keep_phone(grown.person("member", "may"), "+84 912.345.678")

        [raw] = session.connection.execute(text("SELECT phone FROM person WHERE phone IS NOT NULL")).scalars()

        assert kept(session) == "0912345678"
        assert "912345678" not in raw
        assert "912345678" not in str(session.connection.execute(text("SELECT details FROM audit")).all())

    undone(database, work)


def test_with_another_key_the_number_is_not_read_but_refused(database: Database, another_key: str) -> None:
    def work(session: Session) -> None:
        grown = Tree(session, TODAY)
        grown.unit("may", "grassroots_union")
        people_data.keep_phone(grown.person("member", "may"), "0912345678")
        secret_key.use(another_key)

        with pytest.raises(InvalidTag):
            kept(session)

    undone(database, work)


def test_a_number_is_taken_away_again_and_a_wrong_one_is_refused(database: Database) -> None:
    def work(session: Session) -> None:
        grown = Tree(session, TODAY)
        grown.unit("may", "grassroots_union")
        lan = grown.person("member", "may")
        people_data.keep_phone(lan, "0912345678")

        with pytest.raises(DomainError):
            people_data.keep_phone(lan, "01234567890")
        assert kept(session) == "0912345678"

        people_data.keep_phone(lan, "")
        assert kept(session) is None

    undone(database, work)
