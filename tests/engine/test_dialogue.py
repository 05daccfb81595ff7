"""A script is replayed from answers kept by key."""

from __future__ import annotations

import pytest

from conversations.engine.dialogue import Dialogue, DuplicateKey
from conversations.engine.screen import FileRef, Option, Reply
from tests.engine.talk import Pick, Pile, Talk, Word

PHOTO = FileRef("0" * 64, "photo.jpg", "image/jpeg", 10)


def greet(d: Dialogue, _ctx: object) -> None:
    name = d.ask("name", Word("Your name?"))
    d.say(f"Hello, {name}.")
    place = d.ask("place", Word("Your place?"))
    d.say(f"{name} of {place}.", offers=(Option("home", "Home", number=1, tap="/start"),))


def test_a_script_asks_one_question_after_the_other_and_ends() -> None:
    talk = Talk(greet)

    first = talk.screen.text
    second = talk.say("Lan").text
    last = talk.say("Hue").text

    assert (first, second, last) == ("Your name?", "Hello, Lan.\n\nYour place?", "Lan of Hue.")
    assert talk.turn.state == "finished"
    assert [option.tap for option in talk.screen.options] == ["/start"]


def test_answers_are_kept_by_key() -> None:
    talk = Talk(greet)

    talk.say("Lan")

    assert talk.memory.answers == {"name": "Lan"}
    assert talk.memory.pending == "place"


def test_what_was_said_before_an_answered_question_is_not_said_again() -> None:
    talk = Talk(greet)

    talk.say("Lan", "Hue")

    assert "Hello" not in talk.screen.text


def test_resuming_shows_the_same_question_with_what_was_said_before_it() -> None:
    talk = Talk(greet)
    before = talk.say("Lan")

    after = talk.resume()

    assert after.text == before.text
    assert after.place == before.place


def test_what_the_dialogue_was_started_with_is_given() -> None:
    def script(d: Dialogue, _ctx: object) -> None:
        d.say(f"{d.given('entry')} {d.given('other', 'none')}")

    assert Talk(script, entry=12).screen.text == "12 none"


def test_two_questions_with_one_key_are_a_mistake() -> None:
    def script(d: Dialogue, _ctx: object) -> None:
        d.ask("name", Word("First?"))
        d.ask("name", Word("Second?"))

    talk = Talk(script)

    with pytest.raises(DuplicateKey, match="name"):
        talk.say("Lan")


def test_rounds_of_a_loop_keep_apart_by_their_section() -> None:
    def script(d: Dialogue, _ctx: object) -> None:
        for number in ("7", "8"):
            with d.section(number), d.section("inner"):
                d.ask("points", Word(f"Points of {number}?"))

    talk = Talk(script)

    talk.say("a", "b")

    assert talk.memory.answers == {"7/inner/points": "a", "8/inner/points": "b"}
    assert talk.turn.state == "finished"


def test_progress_counts_the_questions_that_were_announced() -> None:
    def script(d: Dialogue, _ctx: object) -> None:
        d.ask("who", Word("Who?"))
        d.expect(2)
        d.ask("name", Word("Name?"))
        d.ask("place", Word("Place?"))

    talk = Talk(script)

    steps = [talk.screen.progress, talk.say("Lan").progress, talk.say("An").progress]

    assert steps == [None, (2, 3), (3, 3)]


def test_a_miss_says_why_and_asks_the_same_question() -> None:
    talk = Talk(greet)

    screen = talk.say("wrong")

    assert screen.text == "“wrong” is no answer.\n\nYour name?"
    assert talk.turn.taken is False
    assert talk.memory.answers == {}


def test_after_three_misses_there_is_a_way_out_until_an_answer_comes() -> None:
    talk = Talk(greet)

    shown = [("Send “cancel” to stop." in talk.say("wrong").text) for _ in range(4)]
    after = talk.say("Lan", "wrong").text

    assert shown == [False, False, True, True]
    assert "Send “cancel”" not in after


def test_a_miss_does_not_send_the_files_once_more() -> None:
    def script(d: Dialogue, _ctx: object) -> None:
        d.say("Here it is.", files=(PHOTO,))
        d.ask("name", Word("Name?"))

    talk = Talk(script)
    first = talk.screen.files

    assert first == (PHOTO,)
    assert talk.say("wrong").files == ()


@pytest.mark.parametrize("kind", ["sticker", "voice", "location"])
def test_what_cannot_be_an_answer_is_named(kind: str) -> None:
    talk = Talk(greet)

    screen = talk.reply(Reply(unsupported=kind))

    assert screen.text == f"No {kind} here.\n\nYour name?"
    assert talk.turn.taken is False


def test_files_where_words_are_asked_are_refused_even_with_a_caption() -> None:
    talk = Talk(greet)

    screen = talk.send(PHOTO, text="Lan")

    assert screen.text == "No files here.\n\nYour name?"
    assert talk.memory.answers == {}


def test_a_caption_is_never_a_control_word() -> None:
    def script(d: Dialogue, _ctx: object) -> None:
        d.say(" ".join(d.ask("pile", Pile("Files?"))))

    talk = Talk(script)

    talk.send(PHOTO, text="cancel")

    assert talk.turn.state == "open"
    assert talk.say("done").text == "photo.jpg cancel"


def test_a_draft_grows_message_by_message_and_is_gone_once_answered() -> None:
    def script(d: Dialogue, _ctx: object) -> None:
        d.ask("pile", Pile("Words?"))
        d.ask("name", Word("Name?"))

    talk = Talk(script)

    shown = [talk.say("a").text, talk.say("b").text]
    talk.say("done")

    assert shown == ["Words? a", "Words? a, b"]
    assert talk.memory.answers == {"pile": ["a", "b"]}
    assert talk.memory.drafts == {}


def test_a_draft_outlives_going_back_and_coming_again() -> None:
    def script(d: Dialogue, _ctx: object) -> None:
        d.ask("name", Word("Name?"))
        d.ask("pile", Pile("Files?"))

    talk = Talk(script)
    talk.say("Lan")
    talk.send(PHOTO)

    talk.say("back")
    screen = talk.say("Minh")

    assert screen.text == "Files? photo.jpg"


def test_cancelling_ends_the_dialogue_and_keeps_what_was_answered() -> None:
    talk = Talk(greet)
    talk.say("Lan")

    talk.tap("Cancel")

    assert talk.turn.state == "cancelled"
    assert talk.memory.answers == {"name": "Lan"}


def test_a_script_cannot_swallow_waiting_going_back_or_cancelling() -> None:
    def script(d: Dialogue, _ctx: object) -> None:
        for key in ("name", "place"):
            try:
                d.ask(key, Word(f"{key}?"))
            except Exception:  # noqa: BLE001 - what a careless author would write
                d.say("swallowed")

    talk = Talk(script)

    texts = [talk.screen.text, talk.say("Lan").text, talk.say("back").text]
    talk.say("cancel")

    assert texts == ["name?", "place?", "name?"]
    assert talk.turn.state == "cancelled"


def test_four_messages_at_once_are_four_answers() -> None:
    def script(d: Dialogue, _ctx: object) -> None:
        d.say(" ".join(d.ask(str(number), Word(f"Word {number}?")) for number in range(1, 6)))

    talk = Talk(script)

    asked = [talk.say(word).text for word in ("a", "b", "c", "d")]

    assert asked == ["Word 2?", "Word 3?", "Word 4?", "Word 5?"]
    assert talk.say("e").text == "a b c d e"


def test_an_answer_that_is_no_longer_offered_is_asked_again_with_its_reason() -> None:
    areas = ["work", "health"]

    def script(d: Dialogue, _ctx: object) -> None:
        area = d.ask("area", Pick("Area?", areas))
        d.say(f"{area}: {d.ask('name', Word('Name?'))}")

    talk = Talk(script)
    talk.say("work")
    areas.remove("work")

    screen = talk.say("health")  # meant as the name

    assert screen.text == "Not an answer here.\n\n“work” is not offered.\n\nArea?"
    assert talk.memory.answers == {}
    assert "Keep: Work" not in talk.controls
    assert talk.say("health", "Lan").text == "health: Lan"


def test_a_question_added_before_the_open_one_does_not_take_the_reply_meant_for_it() -> None:
    asked = ["name"]

    def script(d: Dialogue, _ctx: object) -> None:
        d.say(" ".join(d.ask(key, Word(f"{key}?")) for key in asked))

    talk = Talk(script)
    asked.insert(0, "unit")

    screen = talk.say("Lan")

    assert screen.text == "Not an answer here.\n\nunit?"
    assert talk.say("A", "Lan").text == "A Lan"


def test_a_question_taken_out_of_a_script_leaves_the_other_answers() -> None:
    asked = ["name", "age", "place"]

    def script(d: Dialogue, _ctx: object) -> None:
        d.say(" ".join(d.ask(key, Word(f"{key}?")) for key in asked))

    talk = Talk(script)
    talk.say("Lan")
    asked.remove("age")

    screen = talk.resume()

    assert screen.text == "place?"
    assert talk.say("Hue").text == "Lan Hue"
