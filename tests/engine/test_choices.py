"""Questions answered by choosing: pages, searching, ticking, files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conversations.attachments import MOST_FILES, Files
from conversations.choices import PAGE, Choice, Search, Several, YesNo
from conversations.engine.question import Again, Answered
from conversations.engine.screen import FileRef, Option, Reply
from conversations.questions import Optionally
from locales import speaking
from movement.matching import best
from tests.engine.asking import Asking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AREAS = (
    Option("a", "Kinh tế"),
    Option("b", "Văn hoá – xã hội"),
    Option("c", "Quốc phòng – an ninh"),
    Option("d", "Xây dựng hệ thống chính trị"),
)
UNITS = tuple(Option(str(n), f"Công đoàn cơ sở {n}") for n in range(1, 21))


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with speaking("en"):
        yield


class TestChoice:
    @pytest.mark.parametrize(
        "text", ["2", "2.", " 02 ", "Văn hoá – xã hội", "văn hóa xã hội", "van hoa xa hoi", "văn hoá", "van hoa"]
    )
    def test_a_number_or_a_name_chooses(self, text: str) -> None:
        assert Asking(Choice("Area?", AREAS)).value(text) == "b"

    def test_a_tap_chooses(self) -> None:
        assert Asking(Choice("Area?", AREAS)).choose("c") == Answered("c", "c", "Quốc phòng – an ninh")

    @pytest.mark.parametrize("text", ["5", "0", "9" * 10_000])
    def test_a_number_that_is_not_there_is_named_beside_those_that_are(self, text: str) -> None:
        reason = Asking(Choice("Area?", AREAS)).reason(text)

        assert reason == f"There is no number {text[:20]} here. Please choose a number from 1 to 4."

    @pytest.mark.parametrize("text", ["-1", "giáo dục", "🌱", "²"])
    def test_what_matches_nothing_is_quoted_back_shortened(self, text: str) -> None:
        reason = Asking(Choice("Area?", AREAS)).reason(text)

        assert reason.startswith("Nothing here matches “")
        assert len(reason) < 200

    def test_an_empty_message_is_asked_for_a_number(self) -> None:
        assert Asking(Choice("Area?", AREAS)).reason(" ") == "Please choose one of these by its number."

    def test_numbers_run_on_across_pages(self) -> None:
        asking = Asking(Choice("Unit?", UNITS))
        first = asking.listed

        asking.choose("~more")
        second = asking.listed
        asking.choose("~more")

        assert [first[0], first[-1], len(first)] == ["1. Công đoàn cơ sở 1", "8. Công đoàn cơ sở 8", PAGE]
        assert second[0] == "9. Công đoàn cơ sở 9"
        assert asking.listed[-1] == "20. Công đoàn cơ sở 20"
        assert asking.controls == ["~previous"]
        assert "(17–20 of 20;" in asking.text

    def test_a_number_of_any_page_may_be_typed_on_every_page(self) -> None:
        asking = Asking(Choice("Unit?", UNITS))
        asking.choose("~more")

        assert asking.value("20") == "20"
        assert asking.value("1") == "1"

    def test_turning_pages_leads_there_and_back(self) -> None:
        asking = Asking(Choice("Unit?", UNITS))

        controls = [asking.controls]
        for step in ("~more", "~more", "~previous", "~previous"):
            asking.choose(step)
            controls.append(asking.controls)

        assert controls == [["~more"], ["~previous", "~more"], ["~previous"], ["~previous", "~more"], ["~more"]]

    def test_words_that_fit_several_narrow_the_list_and_number_it_anew(self) -> None:
        asking = Asking(Choice("Area?", (*AREAS, Option("e", "Văn nghệ"))))

        narrowed = asking.say("văn")

        assert narrowed == Again("", {"found": ["b", "e"]})
        assert asking.listed == ["1. Văn hoá – xã hội", "2. Văn nghệ"]
        assert asking.value("2") == "e"

    def test_a_narrowed_list_can_be_widened_again(self) -> None:
        asking = Asking(Choice("Area?", (*AREAS, Option("e", "Văn nghệ"))))
        asking.say("văn")

        assert asking.controls == ["~all"]
        asking.choose("~all")

        assert len(asking.listed) == 5
        assert asking.controls == []

    def test_an_option_that_was_withdrawn_no_longer_holds(self) -> None:
        assert Choice("Area?", AREAS[1:]).recall("a") == Again(
            "That choice is no longer offered. Please choose again."
        )


class TestYesNo:
    @pytest.mark.parametrize(("text", "answer"), [("yes", "yes"), ("2", "no"), ("No", "no"), ("1", "yes")])
    def test_yes_and_no_are_taken_by_word_and_by_number(self, text: str, answer: str) -> None:
        assert Asking(YesNo("Agreed?")).value(text) == answer

    def test_its_words_may_be_the_question_s_own(self) -> None:
        asking = Asking(YesNo("Mới hay tiếp tục?", "Mới", "Tiếp tục từ năm trước"))

        assert asking.value("tiep tuc") == "no"

    @pytest.mark.parametrize(("text", "answer"), [("Có ạ", "yes"), ("dung", "yes"), ("chua", "no")])
    def test_a_plain_yes_or_no_is_understood_however_the_options_are_worded(self, text: str, answer: str) -> None:
        with speaking("vi"):
            assert Asking(YesNo("Mô hình khác?", "Đúng, mô hình khác", "Không, sửa tên")).value(text) == answer


def find(text: str) -> Sequence[Option]:
    return [UNITS[index] for index in best(text, [unit.label for unit in UNITS])] if text else UNITS[:10]


def get(key: str) -> Option | None:
    return next((unit for unit in UNITS if unit.key == key), None)


class TestSearch:
    def test_typing_is_searching_and_one_match_is_shown_to_be_chosen(self) -> None:
        asking = Asking(Search("Unit?", find, get))

        asking.say("cơ sở 17")

        assert asking.listed == ["1. Công đoàn cơ sở 17"]
        assert asking.value("1") == "17"

    def test_what_is_named_is_taken_at_once(self) -> None:
        named = Search("Unit?", find, get, lambda words: UNITS[4] if words == "CODE" else None)

        assert Asking(named).value("CODE") == "5"

    def test_several_matches_become_the_list(self) -> None:
        asking = Asking(Search("Unit?", find, get))

        asking.say("cong doan")

        assert len(asking.listed) == PAGE
        assert asking.controls == ["~more", "~all"]
        assert asking.value("20") == "20"

    def test_a_number_counts_in_the_list_that_is_shown(self) -> None:
        assert Asking(Search("Unit?", find, get)).value("10") == "10"

    @pytest.mark.parametrize("text", ["bệnh viện", "🌱"])
    def test_what_is_not_found_is_said(self, text: str) -> None:
        assert Asking(Search("Unit?", find, get)).reason(text).startswith("Nothing here matches")

    def test_what_is_not_found_is_said_in_the_words_of_the_question(self) -> None:
        search = Search("Unit?", find, get, nothing="No unit “{text}”.")

        assert Asking(search).reason("b" * 10_000) == f"No unit “{'b' * 60}”."
        assert Asking(search).reason("99").startswith("There is no number 99 here.")

    def test_what_is_gone_no_longer_holds(self) -> None:
        assert isinstance(Search("Unit?", find, get).recall("99"), Again)


class TestSeveral:
    @pytest.mark.parametrize("text", ["1, 3, 4", "1 3 4", "1,3 và 4", "1, 3 va 4", "1;3;4", "4, 1, 3, 3"])
    def test_numbers_choose_at_once(self, text: str) -> None:
        assert Asking(Several("Areas?", AREAS)).value(text) == ("a", "c", "d")

    def test_taps_tick_and_untick_until_done(self) -> None:
        asking = Asking(Several("Areas?", AREAS))

        for key in ("b", "a", "b", "d"):
            asking.choose(key)

        assert asking.listed == [
            "1. ✓ Kinh tế",
            "2. Văn hoá – xã hội",
            "3. Quốc phòng – an ninh",
            "4. ✓ Xây dựng hệ thống chính trị",
        ]
        assert asking.choose("~done") == Answered(("a", "d"), ["a", "d"], "Kinh tế; Xây dựng hệ thống chính trị")

    def test_a_long_list_does_not_promise_a_search(self) -> None:
        assert Asking(Several("Units?", UNITS)).text == "Units?\n(1–8 of 20)"

    def test_a_tick_changes_the_message_in_place(self) -> None:
        ticked = Asking(Several("Areas?", AREAS)).choose("a")

        assert isinstance(ticked, Again)
        assert ticked.amends

    def test_done_is_offered_only_when_enough_is_ticked(self) -> None:
        asking = Asking(Several("Areas?", AREAS, least=2))

        offered = [asking.controls]
        for key in ("a", "b"):
            asking.choose(key)
            offered.append(asking.controls)

        assert offered == [[], [], ["~done"]]

    def test_too_few_numbers_are_a_miss(self) -> None:
        assert Asking(Several("Areas?", AREAS, least=2)).reason("3") == "Please choose at least 2."

    @pytest.mark.parametrize("text", ["", "kinh tế", "1-3", "🌱"])
    def test_what_is_no_list_of_numbers_gets_an_example(self, text: str) -> None:
        assert Asking(Several("Areas?", AREAS)).reason(text).endswith("for example 1, 3.")

    @pytest.mark.parametrize("text", ["1, 9", "9, kinh tế"])
    def test_a_number_that_is_not_there_is_named(self, text: str) -> None:
        assert Asking(Several("Areas?", AREAS)).reason(text).startswith("There is no number 9 here.")

    def test_an_option_that_was_withdrawn_is_left_out(self) -> None:
        kept = Several("Areas?", AREAS[1:]).recall(["a", "b"])

        assert kept == Answered(("b",), ["b"], "Văn hoá – xã hội")


def photo(number: int = 1) -> FileRef:
    return FileRef(f"{number:064}", f"anh{number}.jpg", "image/jpeg", 1000)


class TestFiles:
    def test_files_are_kept_group_by_group_each_with_its_caption(self) -> None:
        asking = Asking(Files("Photos?"))
        asking.reply(Reply(files=(photo(1), photo(2)), text="Ngày khởi công"))
        asking.reply(Reply(files=(photo(3),)))

        answer = asking.choose("~done")

        assert isinstance(answer, Answered)
        assert [(group.caption, [file.name for file in group.files]) for group in answer.value] == [
            ("Ngày khởi công", ["anh1.jpg", "anh2.jpg"]),
            ("", ["anh3.jpg"]),
        ]
        assert answer.shown == "3 files"

    def test_files_of_one_album_are_one_group_with_every_caption(self) -> None:
        asking = Asking(Files("Photos?"))
        asking.reply(Reply(files=(photo(1),), text="Một", album="7"))
        asking.reply(Reply(files=(photo(2),), text="Hai", album="7"))

        answer = asking.choose("~done")

        assert isinstance(answer, Answered)
        assert [(group.caption, len(group.files)) for group in answer.value] == [("Một\nHai", 2)]

    def test_words_alone_are_the_caption_of_what_was_just_sent(self) -> None:
        asking = Asking(Files("Photos?"))
        asking.reply(Reply(files=(photo(),)))

        assert asking.say("Ngày khởi công") == Again("", asking.draft)
        assert asking.draft[0]["caption"] == "Ngày khởi công"

    def test_words_before_any_file_are_a_miss(self) -> None:
        assert Asking(Files("Photos?")).reason("Ngày khởi công").startswith("Please send a photo or a file here")

    def test_a_refused_file_is_named_and_the_others_are_kept(self) -> None:
        asking = Asking(Files("Photos?"))

        result = asking.reply(Reply(files=(photo(),), refused=("“virus.exe” is not a photo or document.",)))

        assert isinstance(result, Again)
        assert result.reason == "“virus.exe” is not a photo or document."
        assert "1 file received" in asking.text
        assert "• anh1.jpg" in asking.text

    def test_done_is_offered_only_when_there_is_enough(self) -> None:
        asking = Asking(Files("Photos?", least=1))
        before = asking.controls

        asking.reply(Reply(files=(photo(),)))

        assert (before, asking.controls) == ([], ["~done"])

    def test_files_over_the_most_are_left_out_and_said(self) -> None:
        asking = Asking(Files("Photos?"))

        result = asking.reply(Reply(files=tuple(photo(n) for n in range(MOST_FILES + 1))))

        assert isinstance(result, Again)
        assert result.reason == "At most 30 files at a time: the rest was not kept."
        assert "30 files received" in asking.text

    def test_what_was_sent_cannot_be_thrown_away_by_skipping(self) -> None:
        asking = Asking(Optionally(Files("Photos?")))
        before = asking.controls

        asking.reply(Reply(files=(photo(),)))

        assert (before, asking.controls) == (["~skip"], ["~done"])


def test_a_choice_can_be_skipped_on_every_page() -> None:
    asking = Asking(Optionally(Choice("Unit?", UNITS)))
    before = asking.controls

    asking.choose("~more")

    assert (before, asking.controls) == (["~more", "~skip"], ["~previous", "~more", "~skip"])
