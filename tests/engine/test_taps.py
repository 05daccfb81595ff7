"""A button belongs to one question of one dialogue; everything else shows the open question once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.engine.memory import place
from conversations.engine.question import Again, Answered, Prompt, Question
from conversations.engine.screen import Option, Reply
from tests.engine.talk import Pick, Talk, Word

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from conversations.engine.screen import Json

PLATFORM_LIMIT = 64  # bytes of a Telegram button's callback_data


def script(d: Dialogue, _ctx: object) -> None:
    area = d.ask("area", Pick("Area?", ["work", "4.5", "health"]), label="Area")
    name = d.ask("name", Word("Name?"), label="Name")
    d.say(f"{area}: {name}")


def test_a_tap_answers_the_question_it_belongs_to() -> None:
    talk = Talk(script)

    screen = talk.tap("Health")

    assert talk.memory.answers == {"area": "health"}
    assert screen.settled == "Health"
    assert screen.settled_place == place(talk.memory, "area")
    assert screen.notice == ""


def test_a_key_with_a_point_can_be_tapped() -> None:
    talk = Talk(script)

    talk.tap("4.5")

    assert talk.memory.answers == {"area": "4.5"}


def test_a_tap_on_an_earlier_question_shows_the_open_one_with_a_notice() -> None:
    talk = Talk(script)
    first = talk.screen
    talk.tap("Work")

    screen = talk.tap("Health", first)

    assert screen.text == "Name?"
    assert screen.notice == "That button is old."
    assert talk.memory.answers == {"area": "work"}


def test_the_same_tap_twice_answers_once() -> None:
    talk = Talk(script)
    first = talk.screen

    talk.tap("Work", first)
    talk.tap("Work", first)

    assert talk.memory.answers == {"area": "work"}
    assert talk.screen.text == "Name?"


def test_a_tap_of_another_dialogue_is_old() -> None:
    talk = Talk(script)
    tap = talk.screen.options[0].tap

    screen = talk.reply(Reply(tap="2" + tap.removeprefix("1")))

    assert screen.notice == "That button is old."
    assert talk.memory.answers == {}


def test_an_old_cancel_button_cancels_nothing() -> None:
    talk = Talk(script)
    first = talk.screen
    talk.tap("Work")

    talk.tap("Cancel", first)

    assert talk.turn.state == "open"


def test_a_forged_control_is_a_miss() -> None:
    talk = Talk(script)
    where = place(talk.memory, "area")

    texts = [talk.reply(Reply(tap=f"{where}.{key}")).text for key in ("~back", "~keep", "~confirm", "~nothing")]

    assert all(text.startswith("Not an answer here.") for text in texts)
    assert talk.memory.answers == {}


def test_a_forged_option_is_a_miss() -> None:
    talk = Talk(script)

    screen = talk.reply(Reply(tap=place(talk.memory, "area") + ".<script>"))

    assert screen.text == "“<script>” is not offered.\n\nArea?"


def test_typing_is_possible_where_buttons_are_shown() -> None:
    talk = Talk(script)

    talk.say("3", "Lan")

    assert talk.screen.text == "health: Lan"


def test_a_tap_that_only_turns_a_page_changes_the_message_in_place() -> None:
    class Pages(Question[str]):
        def prompt(self, draft: Json) -> Prompt:
            return Prompt(f"Page {draft or 1}?", controls=(Option("~more", "More"),))

        def receive(self, draft: Json, reply: Reply) -> Answered[str] | Again:
            if reply.choice == "~more":
                return Again("", (draft or 1) + 1, amends=True)
            return (
                Answered(reply.text, reply.text, reply.text) if reply.text != "wrong" else Again("Wrong.", draft)
            )

        def recall(self, stored: Json) -> Answered[str] | Again:
            return Answered(stored, stored, stored)

    def pages(d: Dialogue, _ctx: object) -> None:
        d.say(d.ask("page", Pages()))

    talk = Talk(pages)

    amended = [talk.screen.amends, talk.tap("More").amends, talk.say("wrong").amends, talk.say("more").amends]

    assert amended == [False, True, False, True]
    assert talk.screen.text == "Page 3?"
    assert talk.say("x").amends is False


def test_a_tap_fits_into_what_platforms_allow() -> None:
    talk = Talk(script)
    talk.memory.no = 999_999_999
    longest_key = "k" * 32

    tap = f"{place(talk.memory, 'a/very/long/key/' * 20)}.{longest_key}"

    assert len(tap.encode()) <= PLATFORM_LIMIT
