"""How a screen is laid out: buttons or numbers, and long texts in parts."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Capabilities, Photo
from bot.render import render, split
from bot.urls import Urls
from conversations.engine.screen import FileRef, Option, Screen
from locales import speaking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.channels.base import Message

BUTTONS = Capabilities(buttons=100, row=8, label=30, text=4096, edits=True, files_in=1, files_out=1)
PLAIN = replace(BUTTONS, buttons=0, row=0, text=2000, edits=False)
PHOTO = FileRef("0" * 64, "photo.jpg", "image/jpeg", 10)

AREAS = (Option("a", "Economy", number=1, tap="1.x.a"), Option("b", "Culture", number=2, tap="1.x.b"))
CONTROLS = (
    Option("~keep", "Keep: Culture", tap="1.x.~keep"),
    Option("~back", "Back", tap="1.x.~back"),
    Option("~skip", "Skip", tap="1.x.~skip"),
    Option("~cancel", "Cancel", tap="1.x.~cancel"),
)
QUESTION = Screen("Which area?", options=AREAS, controls=CONTROLS, expects="choice", place="1.x", progress=(2, 9))


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with speaking("en"):
        yield


def labels(message: Message) -> list[list[str]]:
    return [[button.label for button in row] for row in message.rows]


class TestWithoutButtons:
    def test_options_are_numbered_and_controls_stand_in_brackets(self) -> None:
        (message,) = render(QUESTION, PLAIN)

        assert message.text == "Which area?\n\n1. Economy\n2. Culture\n\n[keep: Culture] [back] [skip] [cancel]"
        assert message.rows == ()
        assert message.progress == "Step 2 of 9"

    def test_a_hint_stands_beside_its_option(self) -> None:
        screen = Screen("Check.", options=(Option("1", "Name", "Green trees", 1),))

        assert render(screen, PLAIN)[0].text == "Check.\n\n1. Name: Green trees"

    def test_points_are_written_and_not_listed(self) -> None:
        screen = Screen("Points?", options=(Option("4.5", "4,5"), Option("4", "4")))

        assert render(screen, PLAIN)[0].text == "Points?"

    def test_a_notice_stands_before_the_question(self) -> None:
        assert render(Screen("Name?", notice="Old button."), PLAIN)[0].text == "Old button.\n\nName?"


class TestWithButtons:
    def test_short_labels_are_buttons_in_a_column_and_controls_share_rows(self) -> None:
        (message,) = render(QUESTION, BUTTONS)

        assert message.text == "Which area?"
        assert labels(message) == [["1. Economy"], ["2. Culture"], ["Keep: Culture", "Back", "Skip"], ["Cancel"]]
        assert message.rows[1][0].tap == "1.x.b"

    @pytest.mark.parametrize("long", [Option("c", "L" * 31, number=3), Option("c", "Law", "a hint", 3)])
    def test_a_label_too_long_for_a_button_makes_a_list_with_numbered_buttons(self, long: Option) -> None:
        more = tuple(Option(f"n{number}", f"Area {number}", number=number) for number in range(4, 7))

        (message,) = render(Screen("Which?", options=(*AREAS, long, *more)), BUTTONS)

        assert message.text.startswith("Which?\n\n1. Economy\n2. Culture\n3. L")
        assert labels(message) == [["1", "2", "3", "4"], ["5", "6"]]

    def test_points_share_rows(self) -> None:
        points = tuple(Option(str(n), str(n)) for n in range(10, -1, -1))

        (message,) = render(Screen("Points?", options=points), BUTTONS)

        assert labels(message) == [["10", "9", "8", "7", "6", "5"], ["4", "3", "2", "1", "0"]]

    def test_no_row_is_longer_than_the_platform_takes(self) -> None:
        points = tuple(Option(str(n), str(n)) for n in range(5))

        (message,) = render(Screen("Points?", options=points, controls=CONTROLS), replace(BUTTONS, row=2))

        assert max(map(len, message.rows)) == 2


def test_only_the_first_part_has_the_title_and_only_the_last_the_buttons_and_files() -> None:
    screen = replace(QUESTION, text="A sentence. " * 600, title="Title", files=(PHOTO,))

    messages = render(screen, BUTTONS)

    assert len(messages) == 2
    assert [(m.title, m.progress, m.place, m.files) for m in messages] == [
        ("Title", "Step 2 of 9", "", ()),
        ("", "", "1.x", (PHOTO,)),
    ]
    assert [bool(message.rows) for message in messages] == [False, True]


class TestSplitting:
    def test_a_short_text_is_one_part(self) -> None:
        assert split("Short.", 100) == ["Short."]

    def test_nothing_is_one_empty_part(self) -> None:
        assert split("", 100) == [""]

    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("One two.\n\nThree.\nFour five", ["One two.", "Three.\nFour", "five"]),
            ("One two three four five", ["One two three", "four five"]),
            ("First one. Second one", ["First one.", "Second one"]),
            ("a" * 30, ["a" * 14, "a" * 14, "aa"]),
        ],
    )
    def test_a_cut_is_at_the_best_place_in_the_second_half(self, text: str, parts: list[str]) -> None:
        assert split(text, 14) == parts

    @pytest.mark.parametrize("whole", ["👩‍👩‍👧", "👍🏽", "🇻🇳", "❤️", "e\u0309\u0323", "🏴‍☠️"])
    def test_what_is_seen_as_one_character_is_never_halved(self, whole: str) -> None:
        parts = split(whole * 200, 50)

        assert "".join(parts) == whole * 200
        assert all(len(part) % len(whole) == 0 for part in parts)

    def test_joiners_without_end_are_cut_all_the_same(self) -> None:
        parts = split("\u200d" * 500, 100)

        assert "".join(parts) == "\u200d" * 500

    @given(text=st.text(st.sampled_from("ab .\n🌱👩\u200d🇻\u0309"), max_size=300), most=st.integers(4, 60))
    def test_no_part_is_too_long_and_nothing_that_can_be_seen_is_lost(self, text: str, most: int) -> None:
        parts = split(text, most)

        assert all(len(part.encode("utf-16-le")) <= 2 * most for part in parts)
        assert "".join("".join(parts).split()) == "".join(text.split())
        assert not any(part and unicodedata.category(part[0]) == "Cs" for part in parts)


class TestFilesThatTheChannelDoesNotSend:
    FORM = FileRef("1" * 64, "Biểu mẫu.pdf", "application/pdf", 120 * 1024)
    URLS = Urls("https://kheo.example", 7, dt.datetime(2027, 3, 1, tzinfo=dt.UTC))

    def test_they_go_as_links_with_name_and_size(self) -> None:
        (message,) = render(Screen("Here.", files=(self.FORM,)), replace(PLAIN, files_out=0), self.URLS)

        url = self.URLS.file(self.FORM)
        assert message.files == ()
        assert message.links == (("Biểu mẫu.pdf (120 KB)", url),)
        assert message.text == f"Here.\n\nFile: Biểu mẫu.pdf (120 KB): {url}"

    def test_pictures_go_by_their_address_where_the_platform_fetches_them(self) -> None:
        can = replace(PLAIN, files_out=0, photo_urls=frozenset({"image/jpeg"}))
        (message,) = render(Screen("Here.", files=(PHOTO, self.FORM)), can, self.URLS)

        assert message.photos == (Photo("photo.jpg", self.URLS.photo(PHOTO)),)
        assert [label for label, _ in message.links] == ["Biểu mẫu.pdf (120 KB)"]
        assert self.URLS.photo(PHOTO) not in message.text

    def test_only_what_is_too_large_or_of_another_kind_goes_as_a_link(self) -> None:
        can = replace(PLAIN, files_out=200 * 1024, types_out=frozenset({"application/pdf"}))
        large = replace(self.FORM, size=3 * 1024**2)
        (message,) = render(Screen("Here.", files=(PHOTO, self.FORM, large)), can, self.URLS)

        assert message.files == (self.FORM,)
        assert [label for label, _ in message.links] == ["photo.jpg (1 KB)", "Biểu mẫu.pdf (3 MB)"]

    def test_a_page_to_send_files_is_not_offered_where_no_phone_could_open_it(self) -> None:
        asks, can = Screen("Send it.", expects="files"), replace(PLAIN, upload_page=True)
        (message,) = render(asks, can, replace(self.URLS, is_local=True))

        assert message.text == "Send it."
        assert "/u/" in render(asks, can, self.URLS)[0].text

    def test_a_link_is_never_cut_in_two(self) -> None:
        screen = Screen("Word. " * 400, files=(self.FORM,) * 12)
        messages = render(screen, replace(PLAIN, files_out=0), self.URLS)

        url = self.URLS.file(self.FORM)
        assert sum(message.text.count(url) for message in messages) == 12
        assert len(messages) > 2
