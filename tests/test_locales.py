"""The catalogues: complete, in step with the code, and fit to be shown."""

from __future__ import annotations

import string
import unicodedata
from typing import TYPE_CHECKING

import pytest

from locales import LOCALES
from locales.update import extracted, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

LONGEST = 3500  # characters: with what is filled in, one message of every platform


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def texts(message: Message) -> tuple[str, ...]:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return tuple(str(text or "") for text in strings)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def messages(locale: str) -> Iterator[Message]:
    return (message for message in read(locale) if message.id)


def test_extraction_finds_the_texts() -> None:
    found = {key(message) for message in extracted() if message.id}

    assert len(found) > 300
    assert "Register an initiative" in found


@pytest.mark.parametrize("locale", LOCALES)
def test_a_catalogue_holds_just_the_texts_of_the_code(locale: str) -> None:
    found = {key(message) for message in extracted() if message.id}

    kept = {key(message) for message in messages(locale)}

    assert found - kept == set(), "run locales/update.py"
    assert kept - found == set(), "run locales/update.py"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_is_translated_and_none_is_a_guess(locale: str) -> None:
    wrong = [key(message) for message in messages(locale) if message.fuzzy or not all(texts(message))]

    assert wrong == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_has_the_places_of_its_text(locale: str) -> None:
    wrong = []
    for message in messages(locale):
        ids = (message.id,) if isinstance(message.id, str) else message.id
        wanted = set().union(*(places(text) for text in ids))
        wrong += [key(message) for text in texts(message) if places(text) != wanted]

    assert wrong == []


def test_vietnamese_texts_are_composed_and_short_enough() -> None:
    wrong = [
        key(message)
        for message in messages("vi")
        for text in texts(message)
        if not unicodedata.is_normalized("NFC", text) or len(text) > LONGEST
    ]

    assert wrong == []


def test_vietnamese_differs_from_english() -> None:
    same = [
        key(message) for message in messages("vi") if texts(message)[0] == key(message) and " " in key(message)
    ]

    assert same == []
