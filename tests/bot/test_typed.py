"""Numbers typed alone: they count for the last screen only, for a while only, and 0 leads back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from bot import typed
from bot.state import State
from conversations import registry
from conversations.engine.screen import Option, Screen
from conversations.menu import menu
from conversations.questions import Number
from movement.errors import DomainError
from tests.bot import rooms
from tests.bot.rooms import NOW, Room

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from storage.database import Database

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def room(database: Database, monkeypatch: pytest.MonkeyPatch) -> Room:
    rooms.declare(monkeypatch)
    registry.command(command="shelf", title="Shelf", needs="nothing")(shelf)
    return Room(database)


def shelf(_ctx: Context, _words: str) -> Screen:
    return Screen("A shelf.", options=menu(("Thủy hỏa", "/status"), ("Thủy thổ", "/note")))


def old(room: Room, *texts: str) -> str:
    """Say these when the last screen is an hour old."""
    for text in texts:
        room.state.is_stale = True
        room.say(text)
    return room.screen.text


class TestMenus:
    def test_an_old_number_shows_its_menu_again_and_does_nothing(self, room: Room) -> None:
        room.say("/status")

        assert old(room, "2").endswith("All is well.")
        assert room.offered == ["1. Home", "2. A note"]
        assert room.say("2") == "Words about all?"

    def test_a_number_that_the_menu_does_not_have_shows_it_again(self, room: Room) -> None:
        assert room.say("/status", "7").startswith("There is no number 7 in this list.")
        assert room.say("2") == "Words about all?"

    @pytest.mark.parametrize("text", ["0", "0.", " 0 "])
    def test_nought_leads_home(self, room: Room, text: str) -> None:
        assert room.say("/status", text) == "Home."

    def test_the_words_of_an_option_count_without_its_number(self, room: Room) -> None:
        assert room.say("/shelf", "thuy hoa") == "All is well."

    def test_words_that_fit_two_options_or_are_too_short_do_not(self, room: Room) -> None:
        for text in ("thuy", "th", "t"):
            assert room.say("/shelf", text) == f"I did not understand “{text}”.\nPerhaps one of these:"

    def test_words_that_are_old_count_all_the_same(self, room: Room) -> None:
        room.say("/shelf")
        assert old(room, "Thuỷ hoả") == "All is well."

    def test_a_menu_that_is_gone_is_no_failure(self, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
        shown = []

        def gone(_ctx: Context, _words: str) -> Screen:
            shown.append(1)
            if len(shown) > 1:
                reason = "not found"
                raise DomainError(reason)
            return Screen("Here.", options=menu(("A thing", "/status")))

        registry.command(command="gone", title="Gone", needs="nothing")(gone)
        assert room.say("/gone", "whatever else").startswith("I did not understand")


class TestQuestions:
    def test_nought_is_back(self, room: Room) -> None:
        assert room.say("/register", "work", "0") == "Area?"

    def test_at_the_first_question_nought_is_home_and_keeps_it(self, room: Room) -> None:
        assert room.say("/register", "0") == "Home."
        assert room.offered[-1].endswith("Go on: Register")

    def test_where_numbers_are_counted_nought_is_an_answer(self, room: Room) -> None:
        def count(d: Dialogue, _ctx: Context) -> None:
            many = d.ask("many", Number("How many?"))
            d.say(f"{many} counted.")

        registry.dialogue(command="count", title="Count", needs="nothing")(count)
        assert room.say("/count", "0") == "0 counted."

    def test_an_old_count_is_still_an_answer(self, room: Room) -> None:
        def count(d: Dialogue, _ctx: Context) -> None:
            d.say(f"{d.ask('many', Number('How many?'))} counted.")

        registry.dialogue(command="count", title="Count", needs="nothing")(count)
        room.say("/count")
        assert old(room, "12") == "12 counted."

    def test_an_old_number_asks_its_question_again(self, room: Room) -> None:
        room.say("/register")

        assert old(room, "1").endswith("Area?")
        assert room.say("1") == "Name?"

    def test_an_old_word_is_an_answer(self, room: Room) -> None:
        room.say("/register")
        assert old(room, "work") == "Name?"


@pytest.mark.parametrize("text", ["1", "12", "1.", "3)", "1, 3, 4", "1 3 4", "1;3", "1 + 2 & 3"])
def test_numbers_alone_are_seen(text: str) -> None:
    state = State(is_open=True, is_stale=True)
    assert typed.meaning(state, text, lambda: Screen("", options=(Option("a", "A", number=1),))) == "old"


@pytest.mark.parametrize("text", ["123 456", "1, 3"])
def test_several_numbers_at_a_menu_are_perhaps_a_code(text: str) -> None:
    state = State(menu={"1": "/a"}, command="/x", is_stale=True)
    assert typed.meaning(state, text, lambda: Screen("")) == "answer"


@pytest.mark.parametrize("text", ["", "a", "1 a", "01/10/2027", "1234", "4,5 điểm", "1" * 999, "²", "१"])
def test_all_else_is_left_to_be_an_answer(text: str) -> None:
    state = State(menu={"1": "/a"}, command="/x", is_stale=True)
    assert typed.meaning(state, text, lambda: Screen("", options=(Option("a", "A", number=1),))) == "answer"


@pytest.mark.parametrize(
    ("at", "minutes", "stale"), [(0, 0, False), (5, 30, False), (5, 31, True), (6, 1, True), (0, 31, True)]
)
def test_numbers_count_for_half_an_hour_where_the_list_was_shown(at: int, minutes: int, *, stale: bool) -> None:
    assert typed.is_stale(State(at=at), 5, NOW - minutes * MINUTE, NOW) is stale
