"""How a screen is laid out where a channel has five buttons: what gets one, and what is to be typed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Capabilities
from bot.render import render
from conversations.engine.screen import Option, Screen
from locales import speaking

if TYPE_CHECKING:
    from collections.abc import Iterator

FIVE = Capabilities(buttons=5, row=1, label=35, text=1900, edits=False, files_in=1, files_out=1)
BACK, CANCEL = Option("~back", "Back", tap="1.x.~back"), Option("~cancel", "Cancel", tap="1.x.~cancel")
MORE, DONE = Option("~more", "Next page", tap="1.x.~more"), Option("~done", "Done", tap="1.x.~done")
SKIP, NOTE = Option("~skip", "Skip", tap="1.x.~skip"), Option("~note", "Add a note", tap="1.x.~note")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with speaking("en"):
        yield


def areas(many: int) -> tuple[Option, ...]:
    return tuple(Option(f"a{n}", f"Area {n}", number=n, tap=f"1.x.a{n}") for n in range(1, many + 1))


def points(*values: str) -> tuple[Option, ...]:
    return tuple(Option(value, value, tap=f"1.x.{value}") for value in values)


def laid_out(screen: Screen) -> tuple[str, list[str]]:
    (message,) = render(screen, FIVE)
    assert all(len(row) == 1 for row in message.rows)
    return message.text, [row[0].label for row in message.rows]


def test_what_fits_is_all_buttons() -> None:
    assert laid_out(Screen("Which?", options=areas(3), controls=(BACK, CANCEL))) == (
        "Which?",
        ["1. Area 1", "2. Area 2", "3. Area 3", "Back", "Cancel"],
    )


def test_what_leads_away_is_typed_before_an_option_is() -> None:
    assert laid_out(Screen("Which?", options=areas(5), controls=(BACK, CANCEL))) == (
        "Which?\n\n[back] [cancel]",
        ["1. Area 1", "2. Area 2", "3. Area 3", "4. Area 4", "5. Area 5"],
    )


def test_of_a_long_list_the_first_are_buttons_and_all_stand_in_the_text() -> None:
    text, labels = laid_out(Screen("Which?", options=areas(8), controls=(MORE, BACK, CANCEL)))

    assert labels == ["1. Area 1", "2. Area 2", "3. Area 3", "4. Area 4", "Next page"]
    assert text == (
        "Which?\n\n1. Area 1\n2. Area 2\n3. Area 3\n4. Area 4\n5. Area 5\n6. Area 6\n7. Area 7\n8. Area 8\n"
        "For the others, reply with the number.\n\n[back] [cancel]"
    )


def test_ticking_keeps_done_in_reach() -> None:
    _, labels = laid_out(Screen("Which?", options=areas(9), controls=(DONE, BACK, CANCEL)))

    assert labels[-1] == "Done"


def test_points_are_all_buttons_or_none() -> None:
    few, many = points("2", "1", "0"), points(*map(str, range(10, -1, -1)))

    assert laid_out(Screen("Points?", options=few, controls=(NOTE, BACK, CANCEL))) == (
        "Points?\n\n[cancel]",
        ["2", "1", "0", "Add a note", "Back"],
    )
    assert laid_out(Screen("Points?", options=many, controls=(NOTE, BACK, CANCEL))) == (
        "Points?",
        ["Add a note", "Back", "Cancel"],
    )


def test_a_review_is_confirmed_by_a_button_and_changed_by_a_number() -> None:
    lines = tuple(Option(str(n), f"Line {n}", "so", n, f"1.c.{n}") for n in range(1, 7))
    confirm = Option("~confirm", "Send", tap="1.c.~confirm")

    text, labels = laid_out(Screen("Check:", options=lines, controls=(confirm, BACK, CANCEL), expects="review"))

    assert labels == ["Send", "Back", "Cancel"]
    assert "6. Line 6: so" in text
    assert "reply with the number" not in text


def test_a_long_label_is_cut_on_its_button_and_whole_in_the_text() -> None:
    long = Option("l", "Xây dựng mô hình dân vận khéo trong công nhân lao động", number=1, tap="1.x.l")

    text, labels = laid_out(Screen("Which?", options=(long,), controls=(CANCEL,)))

    assert labels[0] == "1. Xây dựng mô hình dân vận khéo t…"
    assert text == "Which?\n\n1. Xây dựng mô hình dân vận khéo trong công nhân lao động"


def test_a_hint_stands_in_the_text() -> None:
    text, labels = laid_out(Screen("Which?", options=(replace(areas(1)[0], hint="of last year"),)))

    assert (text, labels) == ("Which?\n\n1. Area 1: of last year", ["1. Area 1"])


def test_the_button_of_a_notice_stays() -> None:
    assert laid_out(Screen("Confirmed.", options=(Option("see", "See", tap="/x"),)))[1] == ["See"]


@given(
    many=st.integers(0, 12),
    few=st.integers(0, 12),
    controls=st.lists(st.sampled_from([MORE, DONE, SKIP, NOTE, BACK, CANCEL]), unique=True),
    expects=st.sampled_from(["", "choice", "review"]),
)
def test_whatever_may_be_chosen_can_be_tapped_or_is_said(
    many: int, few: int, controls: list[Option], expects: str
) -> None:
    screen = Screen(
        "Which?", options=(*areas(many), *points(*map(str, range(few)))), controls=tuple(controls), expects=expects
    )

    text, labels = laid_out(screen)

    assert len(labels) <= 5
    for option in areas(many):
        assert f"{option.number}. {option.label}" in {*labels, *text.splitlines()}
    for control in controls:
        assert control.label in labels or f"[{control.label[0].lower()}{control.label[1:]}]" in text
    assert len({label for label in labels if label.isdigit()}) in {0, few}
