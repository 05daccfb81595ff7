"""Several questions in one message: what is kept, what is asked again, and going on where each is asked alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conversations.questions import Optionally, Text
from conversations.together import AtOnce, Part
from locales import speaking
from tests.engine.talk import WORDS, Talk, Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conversations.engine.dialogue import Dialogue

FRUGAL = {"frugal": True}


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with speaking("en"):
        yield


def script(d: Dialogue, context: Any) -> None:
    """Three things, then a review."""
    usual = "usual"
    parts = (
        Part("name", "1.", "Name", "1. Name", Word("Name?")),
        Part("place", "2.", "Place", "2. Place", Word("Place?"), usual),
        Part("day", "3.", "Day", "3. Day", Optionally(Text("Day?", 5))),
    )
    is_frugal = context["frugal"]
    asked = AtOnce(d, parts, lambda _still, some: "And:" if some else "All:", WORDS.control if is_frugal else None)
    said = [asked.ask(key) for key in ("name", "place", "day")]
    d.review("check", "Right?")
    d.say(" / ".join(str(each) for each in said))


class TestInOneMessage:
    def test_all_are_answered_at_once_and_reviewed_one_by_one(self) -> None:
        talk = Talk(script, FRUGAL)
        assert talk.screen.text == "All:\n\n1. Name\n2. Place\n3. Day"

        talk.say("Anna\nHall\nMay")

        assert [(line.label, line.hint) for line in talk.screen.options] == [
            ("Name", "Anna"),
            ("Place", "Hall"),
            ("Day", "May"),
        ]
        assert talk.memory.answers == {"name": "Anna", "place": "Hall", "day": "May"}

    def test_only_what_is_wrong_or_missing_is_asked_again(self) -> None:
        talk = Talk(script, FRUGAL)

        talk.say("Anna\nwrong")

        assert talk.screen.text == "2. “wrong” is no answer.\n\nNoted: 1. Anna\n\nAnd:\n\n2. Place\n3. Day"
        talk.say("Hall\nmuch too long")
        assert "3. That is 8 characters too long" in talk.screen.text
        talk.say("May")
        assert talk.memory.answers == {"name": "Anna", "place": "Hall", "day": "May"}

    def test_a_dash_is_what_is_usual_or_nothing(self) -> None:
        talk = Talk(script, FRUGAL)

        talk.say("Anna\n-\n-")

        assert talk.memory.answers == {"name": "Anna", "place": "usual", "day": None}

    def test_a_word_for_skipping_skips_its_own_line(self) -> None:
        talk = Talk(script, FRUGAL)

        talk.say("Anna\nHall\nskip")

        assert talk.memory.answers["day"] is None

    def test_what_was_noted_can_be_named_and_changed(self) -> None:
        talk = Talk(script, FRUGAL)

        talk.say("Anna")
        talk.say("1. Berta\nHall\nMay")

        assert talk.memory.answers == {"name": "Berta", "place": "Hall", "day": "May"}

    def test_a_change_from_the_review_asks_that_one_alone(self) -> None:
        talk = Talk(script, FRUGAL)
        talk.say("Anna\nHall\nMay")

        talk.say("2")
        assert talk.screen.text == "Place?"
        talk.say("Garden")

        assert talk.memory.answers == {"name": "Anna", "place": "Garden", "day": "May", **_check(talk)}

    def test_back_from_the_review_asks_the_last_one_alone(self) -> None:
        talk = Talk(script, FRUGAL)
        talk.say("Anna\nHall\nMay")

        talk.say("back")
        assert talk.screen.text.endswith("Day?")
        talk.say("back")
        assert talk.screen.text == "All:\n\n2. Place\n3. Day"
        talk.say("Yard\nJune")

        assert talk.memory.answers == {"name": "Anna", "place": "Yard", "day": "June"}

    def test_parts_understood_are_no_misses(self) -> None:
        talk = Talk(script, FRUGAL)

        for line in ("Anna", "Hall"):
            talk.say(line)

        assert talk.memory.misses == 0


class TestElsewhere:
    def test_what_was_answered_together_holds_where_questions_come_one_by_one(self) -> None:
        talk = Talk(script, FRUGAL)
        talk.say("Anna\nHall\nMay")
        talk.say("back")

        talk.context = {"frugal": False}
        talk.say("June")

        assert talk.memory.answers["name"] == "Anna"
        assert talk.memory.answers["day"] == "June"

    def test_half_of_it_is_asked_one_by_one_there(self) -> None:
        talk = Talk(script, {"frugal": False})
        talk.say("Anna")

        talk.context = FRUGAL
        talk.resume()

        assert talk.screen.text == "All:\n\n2. Place\n3. Day"
        talk.say("Hall\nMay")
        assert talk.memory.answers == {"name": "Anna", "place": "Hall", "day": "May"}


def _check(talk: Talk) -> dict[str, object]:
    return {key: value for key, value in talk.memory.answers.items() if key == "check"}
