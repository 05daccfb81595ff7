"""The engine's texts in the languages people speak, and the words that stand for its controls."""

from __future__ import annotations

import pytest

from conversations.words import words


@pytest.mark.parametrize(
    ("text", "control"),
    [
        ("lùi", "~back"),
        ("Lui", "~back"),
        ("quay lại ạ", "~back"),
        ("huỷ", "~cancel"),
        ("hủy", "~cancel"),
        ("huy", "~cancel"),
        ("Dừng nhé", "~cancel"),
        ("để sau", "~later"),
        ("xong", "~done"),
        ("xong rồi", "~done"),
        ("bỏ qua", "~skip"),
        ("gửi", "~confirm"),
        ("giữ nguyên", "~keep"),
        ("tất cả", "~all"),
        ("lùi xe", ""),
        ("huỷ hoại môi trường", ""),
        ("", ""),
        ("x" * 10_000, ""),
    ],
)
def test_a_control_is_the_whole_message_with_or_without_accents_and_courtesies(text: str, control: str) -> None:
    assert words("vi").control(text) == control


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_the_label_of_every_control_can_be_typed(locale: str) -> None:
    spoken = words(locale)

    assert spoken.control(spoken.back) == "~back"
    assert spoken.control(spoken.cancel) == "~cancel"
    assert spoken.control(spoken.confirm) == "~confirm"


def test_a_long_answer_is_shortened_on_the_button_that_keeps_it() -> None:
    label = words("en").keep("A name that is a good deal longer than a button")

    assert label == "Keep: A name that is a good d…"


def test_what_cannot_be_used_is_named_and_unknown_kinds_have_a_sentence_too() -> None:
    spoken = words("en")

    assert "stickers" in spoken.unsupported("sticker")
    assert spoken.unsupported("hologram") == spoken.unsupported("other")
