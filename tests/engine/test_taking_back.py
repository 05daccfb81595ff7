"""Going back, changing one answer from the review, and keeping what was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engine.talk import Pick, Pile, Talk, Word

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue


def register(d: Dialogue, _ctx: object) -> None:
    """A branching script: an individual has a name to give, a collective has members and a head."""
    kind = d.ask("kind", Pick("Kind?", ["one", "many"]), label="Kind")
    if kind == "one":
        d.ask("name", Word("Name?"), label="Name")
    else:
        d.ask("members", Word("Members?"), label="Members")
        d.ask("head", Word("Head?"), label="Head")
    place = d.ask("place", Word("Place?"), label="Place")
    d.review("check", "Please check.")
    d.say(f"Sent for {place}.")


def in_review() -> Talk:
    talk = Talk(register)
    talk.say("one", "Lan", "Hue")
    return talk


def lines(talk: Talk) -> list[str]:
    return [f"{option.number} {option.label}: {option.hint}" for option in talk.screen.options]


def test_back_asks_the_question_before_with_its_answer_to_keep() -> None:
    talk = Talk(register)
    talk.say("one", "Lan")

    screen = talk.tap("Back")

    assert screen.text == "Name?"
    assert talk.controls == ["Keep: Lan", "Back", "Cancel"]
    assert talk.tap("Keep: Lan").text == "Place?"


def test_back_twice_goes_back_two_questions() -> None:
    talk = Talk(register)
    talk.say("one", "Lan")

    screen = talk.say("back", "back")

    assert screen.text == "Kind?"
    assert talk.say("keep").text == "Name?"
    assert talk.say("keep").text == "Place?"


def test_the_first_question_has_no_back_and_the_word_is_no_answer_to_it() -> None:
    def script(d: Dialogue, _ctx: object) -> None:
        d.ask("name", Word("Name?"))

    talk = Talk(script)

    screen = talk.say("back")

    assert talk.controls == ["Cancel"]
    assert screen.text == "Not an answer here.\n\nName?"


def test_back_leads_over_the_edge_of_a_section() -> None:
    def script(d: Dialogue, _ctx: object) -> None:
        for number in ("1", "2"):
            with d.section(number):
                d.ask("points", Word(f"Points of {number}?"))
                d.ask("note", Word(f"Note on {number}?"))

    talk = Talk(script)
    talk.say("5", "fine")

    screen = talk.say("back")

    assert screen.text == "Note on 1?"
    assert talk.say("better").text == "Points of 2?"
    assert talk.memory.answers["1/note"] == "better"


def test_another_answer_may_be_given_after_going_back() -> None:
    talk = Talk(register)
    talk.say("one", "Lan", "back")

    screen = talk.say("Minh")

    assert screen.text == "Place?"
    assert talk.memory.answers["name"] == "Minh"
    assert talk.memory.replaced == {}


def test_the_review_lists_the_labelled_answers() -> None:
    talk = in_review()

    assert talk.screen.text == "Please check.\nChoose a line to change it."
    assert lines(talk) == ["1 Kind: One", "2 Name: Lan", "3 Place: Hue"]
    assert talk.controls == ["Send", "Back", "Cancel"]
    assert talk.say("send").text == "Sent for Hue."


def test_changing_a_line_asks_only_that_question_and_comes_back() -> None:
    talk = in_review()

    asked = talk.say("2").text
    talk.say("Minh")

    assert asked == "Name?"
    assert lines(talk) == ["1 Kind: One", "2 Name: Minh", "3 Place: Hue"]


def test_changing_a_branch_asks_only_the_new_questions() -> None:
    talk = in_review()

    asked = [talk.say("1").text, talk.say("many").text, talk.say("12").text]
    talk.say("Hoa")

    assert asked == ["Kind?", "Members?", "Head?"]
    assert lines(talk) == ["1 Kind: Many", "2 Members: 12", "3 Head: Hoa", "4 Place: Hue"]


def test_answers_of_a_branch_that_was_left_come_back_with_it() -> None:
    talk = in_review()
    talk.say("1", "many", "12", "Hoa")

    talk.say("1", "one")

    assert lines(talk) == ["1 Kind: One", "2 Name: Lan", "3 Place: Hue"]


def test_back_out_of_a_change_leaves_the_answer_as_it_was() -> None:
    talk = in_review()
    talk.say("1")

    talk.say("back")

    assert lines(talk) == ["1 Kind: One", "2 Name: Lan", "3 Place: Hue"]
    assert talk.memory.replaced == {}


def test_keeping_the_answer_in_a_change_leads_back_to_the_review() -> None:
    talk = in_review()
    talk.say("1")

    talk.tap("Keep: One")

    assert lines(talk) == ["1 Kind: One", "2 Name: Lan", "3 Place: Hue"]


def test_changing_the_last_line_can_be_kept_as_well() -> None:
    talk = in_review()

    talk.say("3")
    talk.say("keep")

    assert lines(talk)[-1] == "3 Place: Hue"


def test_back_from_the_review_asks_the_last_question() -> None:
    talk = in_review()

    assert talk.say("back").text == "Place?"


def test_a_number_that_is_not_a_line_of_the_review_is_a_miss() -> None:
    talk = in_review()

    texts = [talk.say("4").text, talk.say("0").text, talk.say("9" * 10_000).text]

    assert all(text.startswith("Not an answer here.") for text in texts)
    assert talk.memory.answers.keys() == {"kind", "name", "place"}


def test_what_was_confirmed_is_asked_anew_after_any_change() -> None:
    places = ["Hue", "Da Nang"]

    def script(d: Dialogue, _ctx: object) -> None:
        d.ask("place", Pick("Place?", places), label="Place")
        d.review("check", "Please check.")
        d.ask("note", Word("Note?"))

    talk = Talk(script)
    talk.say("Hue", "send")
    places.remove("Hue")

    screen = talk.say("a note")
    again = talk.say("Da Nang")

    assert screen.text.endswith("Place?")
    assert again.text == "Please check.\nChoose a line to change it."
    assert talk.say("send").text == "Note?"


def test_going_back_over_the_review_and_keeping_everything_confirms_anew() -> None:
    def script(d: Dialogue, _ctx: object) -> None:
        d.ask("place", Word("Place?"), label="Place")
        d.review("check", "Please check.")
        d.ask("note", Word("Note?"))

    talk = Talk(script)
    talk.say("Hue", "send")

    shown = [talk.say("back").text, talk.say("back").text, talk.say("keep").text, talk.say("send").text]

    assert shown == [
        "Please check.\nChoose a line to change it.",
        "Place?",
        "Please check.\nChoose a line to change it.",
        "Note?",
    ]


def test_a_new_question_in_front_of_one_being_changed_can_be_left_by_back() -> None:
    asked = ["first", "second"]

    def script(d: Dialogue, _ctx: object) -> None:
        for key in asked:
            d.ask(key, Word(f"{key}?"), label=key)
        d.review("check", "Please check.")

    talk = Talk(script)
    talk.say("a", "b", "1")
    asked.insert(0, "new")

    screen = talk.resume()

    assert screen.text == "new?"
    assert talk.say("back").text == "Not an answer here.\n\nnew?"
    assert talk.say("c").text == "first?"


def test_back_out_of_a_change_with_a_draft_forgets_the_draft() -> None:
    def script(d: Dialogue, _ctx: object) -> None:
        d.ask("pile", Pile("Words?"), label="Words")
        d.ask("name", Word("Name?"), label="Name")
        d.review("check", "Please check.")

    talk = Talk(script)
    talk.say("a", "done", "Lan", "1", "x")

    talk.say("back")

    assert lines(talk)[0] == "1 Words: a"
    assert talk.memory.drafts == {}
