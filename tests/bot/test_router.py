"""What a message is for: the open question, a command, a number of the last list, or nothing known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.state import MOST_PARKED
from conversations import registry
from conversations.engine.screen import FileRef, Reply
from tests.bot.rooms import Room, declare
from tests.engine.talk import Word

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from storage.database import Database


@pytest.fixture
def room(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Room:
    declare(monkeypatch)
    return Room(sqlite_database)


class TestCommands:
    @pytest.mark.parametrize("text", ["/register", "/REGISTER", "register", "Register", "new initiative"])
    def test_a_dialogue_begins_by_command_title_or_words(self, room: Room, text: str) -> None:
        assert room.say(text) == "Area?"

    def test_what_is_typed_after_a_command_is_given_to_the_script(self, room: Room) -> None:
        assert room.say("/note trees and more") == "Words about trees?"

    def test_a_line_break_ends_the_name_of_a_command(self, room: Room) -> None:
        assert room.say("/note\ntrees") == "Words about trees?"

    def test_a_command_shows_its_screen_and_its_numbers_count(self, room: Room) -> None:
        assert room.say("/status", "2") == "Words about all?"

    def test_a_number_is_the_one_shown_beside_the_option(self, room: Room) -> None:
        room.say("/start")

        assert room.offered == ["1. Register", "9. Status"]
        assert room.say("9") == "All is well."

    def test_numbers_count_only_for_the_last_list(self, room: Room) -> None:
        room.say("/start", "/status")

        assert room.say("9").startswith("There is no number 9 in this list.")

    def test_an_unknown_command_gives_the_three_likeliest_and_help(self, room: Room) -> None:
        text = room.say("/regster")

        assert text == "I did not understand “regster”.\nPerhaps one of these:"
        assert room.offered[0] == "1. Register"
        assert room.offered[3:] == ["4. Help"]
        assert room.say("1") == "Area?"

    def test_unknown_words_give_the_likeliest_first(self, room: Room) -> None:
        room.say("what is the statsu")

        assert room.offered[0] == "1. Status"

    @pytest.mark.parametrize("text", ["/", "🌱", "9" * 10_000, "a" * 10_000, ""])
    def test_nothing_is_a_dead_end(self, room: Room, text: str) -> None:
        room.say(text)

        assert len(room.offered) == 4
        assert len(room.screen.text) < 200

    def test_a_sticker_without_a_question_is_named(self, room: Room) -> None:
        assert room.reply(Reply(unsupported="sticker")).text.startswith(
            "This kind of message cannot be used here."
        )


class TestParking:
    def test_a_command_in_the_middle_parks_and_is_offered_again(self, room: Room) -> None:
        room.say("/register", "work", "/status")

        assert room.offered == ["1. Home", "2. A note", "3. Go on: Register"]
        assert room.say("3") == "Name?"
        assert room.say("Green") == "Registered Green under work."

    def test_a_command_in_words_counts_where_it_is_no_answer(self, room: Room) -> None:
        room.say("/register")

        assert room.say("status") == "All is well."
        assert room.offered[-1] == "3. Go on: Register"

    def test_a_command_in_words_is_an_answer_where_any_words_are(self, room: Room) -> None:
        room.say("/register", "work")

        assert room.say("status") == "Registered status under work."

    def test_a_dialogue_in_the_middle_of_another_leads_back_at_its_end(self, room: Room) -> None:
        room.say("/register", "work", "/note trees")

        assert room.say("green") == "Noted green."
        assert room.offered == ["1. Go on: Register"]
        assert room.say("1") == "Name?"

    def test_words_that_are_no_command_lead_back_and_are_not_the_answer(self, room: Room) -> None:
        room.say("/register", "work", "/status")

        text = room.say("Green trees")

        assert "“Green trees” has not been recorded" in text
        assert text.endswith("Name?")
        assert room.state.stack[-1].answers == {"area": "work"}

    def test_beginning_the_same_again_takes_up_what_was_left(self, room: Room) -> None:
        room.say("/register", "work", "/status")

        text = room.say("/register")

        assert text == "Going on from where we stopped.\n\nName?"
        assert len(room.state.stack) == 1

    def test_beginning_the_same_with_other_words_is_another(self, room: Room) -> None:
        room.say("/note trees", "/note flowers")

        assert [memory.given for memory in room.state.stack] == [{"about": "trees"}, {"about": "flowers"}]

    def test_an_unknown_command_in_the_middle_leaves_the_numbers_to_its_list(self, room: Room) -> None:
        room.say("/register")

        room.say("/statsu")

        assert room.offered[0] == "1. Status"
        assert room.offered[-1] == "5. Go on: Register"
        assert room.say("1") == "All is well."

    def test_later_puts_a_dialogue_aside(self, room: Room) -> None:
        room.say("/register", "work")

        text = room.say("later")

        assert text.startswith("Kept as it is.")
        assert room.offered == ["1. Go on: Register"]
        assert room.say("/tieptuc") == "Name?"

    def test_only_so_many_are_kept(self, room: Room) -> None:
        room.say(*[f"/note n{number}" for number in range(MOST_PARKED + 2)])

        kept = [memory.given["about"] for memory in room.state.stack]
        assert kept == [f"n{number}" for number in range(2, MOST_PARKED + 2)]


class TestCancelling:
    def test_a_stopped_dialogue_can_be_taken_up_again(self, room: Room) -> None:
        room.say("/register", "work")

        stopped = room.say("/huy")
        again = room.say("1")

        assert stopped.startswith("Stopped: Register.")
        assert again == "Name?"

    def test_the_word_stops_as_well_as_the_command(self, room: Room) -> None:
        room.say("/register")

        assert room.say("cancel").startswith("Stopped: Register.")
        assert room.state.stack == []

    def test_a_parked_dialogue_can_be_stopped(self, room: Room) -> None:
        room.say("/register", "/status")

        assert room.say("cancel").startswith("Stopped: Register.")

    @pytest.mark.parametrize("text", ["/huy", "/tieptuc", "/molai"])
    def test_with_nothing_begun_there_is_nothing_to_go_on_with(self, room: Room, text: str) -> None:
        assert room.say(text) == "Nothing is unfinished."
        assert room.offered == ["1. Home", "2. Help"]

    def test_taking_up_again_without_a_stopped_one_shows_the_open_question(self, room: Room) -> None:
        room.say("/register")

        assert room.say("/molai") == "Area?"

    def test_the_command_goes_back_too(self, room: Room) -> None:
        room.say("/register", "work")

        assert room.say("/lui") == "Area?"
        assert room.say("/lui").startswith("That could not be used as an answer here.")


class TestTaps:
    def test_a_button_of_a_parked_dialogue_answers_it(self, room: Room) -> None:
        room.say("/register")
        first = room.screen
        room.say("/note trees")

        assert room.tap("Work", first) == "Name?"
        assert [memory.name for memory in room.state.stack] == ["note", "register"]

    def test_an_old_button_shows_where_we_are(self, room: Room) -> None:
        room.say("/register")
        first = room.screen
        room.say("work")

        assert room.tap("Health", first) == "Name?"
        assert room.screen.notice.startswith("That button belongs to an earlier question.")
        assert room.state.stack[-1].answers == {"area": "work"}

    def test_a_button_of_a_dialogue_that_is_over_leads_home(self, room: Room) -> None:
        room.say("/register")
        first = room.screen
        room.say("work", "Green")

        assert room.tap("Work", first) == "Home."
        assert room.screen.notice

    @pytest.mark.parametrize("tap", ["garbage", "1.", ".", "1.00000000.work", "999999.x.y"])
    def test_a_forged_button_changes_nothing(self, room: Room, tap: str) -> None:
        room.say("/register")

        room.reply(Reply(tap=tap))

        assert room.screen.text == "Area?"
        assert room.screen.notice
        assert room.state.stack[-1].answers == {}


def test_photos_without_a_question_begin_a_report_with_them(room: Room) -> None:
    seen: list[object] = []

    @registry.dialogue(command="minhchung", title="Prove", needs="nothing")
    def prove(d: Dialogue, _ctx: Context) -> None:
        seen.append(d.given("files"))

    photo = FileRef("0" * 64, "photo.jpg", "image/jpeg", 10)

    room.reply(Reply(files=(photo,), text="At work", refused=("“x.exe” is not a photo.",)))

    kept = {"sha256": "0" * 64, "name": "photo.jpg", "media_type": "image/jpeg", "size": 10}
    assert seen == [[{"caption": "At work", "files": [kept], "album": ""}]]
    assert room.screen.text.startswith("“x.exe” is not a photo.")


def test_files_that_the_question_does_not_ask_for_are_kept_where_files_are_gathered(room: Room) -> None:
    @registry.dialogue(command="minhchung", title="Prove", needs="nothing", gathers=True)
    def prove(d: Dialogue, _ctx: Context) -> None:
        captions = [group["caption"] for group in d.given("files")]
        words = d.ask("words", Word(f"Words about {captions}?"))
        d.say(f"{words}: {sum(len(group['files']) for group in d.given('files'))} files.")

    photo = FileRef("0" * 64, "photo.jpg", "image/jpeg", 10)

    room.reply(Reply(files=(photo,), text="At work", album="7"))
    room.reply(Reply(files=(photo,), album="7"))
    assert room.screen.amends
    room.reply(Reply(files=(photo,), text="At home", refused=("“x.exe” is not a photo.",)))

    assert room.screen.text == "“x.exe” is not a photo.\n\nWords about ['At work', 'At home']?"
    assert room.say("Done") == "Done: 3 files."
