"""Keystrokes of a Vietnamese keyboard that was switched off: "ddawng kys" and "d9ang8 ky1" were meant as đăng ký.

Only for a message that meant nothing else, and only where the result is a known word: free text is never decoded.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300\u0301\u0309\u0303\u0323"
_TELEX_TONES = {"f": _GRAVE, "s": _ACUTE, "r": _HOOK, "x": _TILDE, "j": _DOT}
_VNI_TONES = {"1": _ACUTE, "2": _GRAVE, "3": _HOOK, "4": _TILDE, "5": _DOT}
_HATS = {"a": "â", "e": "ê", "o": "ô"}
_HORNS = {"o": "ơ", "u": "ư"}
_BREVES = {"a": "ă"}
_BARS = {"d": "đ"}
_VNI_SHAPES = {"6": _HATS, "7": _HORNS, "8": _BREVES, "9": _BARS}
_VOWELS = "aăâeêioôơuưy"
_WORD = re.compile(r"[a-zA-Z][a-zA-Z0-9]*")


def decode_telex(text: str) -> str:
    """The text with every word's Telex keystrokes applied; a word without any stays as it is."""
    return _WORD.sub(lambda word: _typed(word[0], _telex), text)


def decode_vni(text: str) -> str:
    """The text with every word's VNI keystrokes applied; figures that stand alone stay as they are."""
    return _WORD.sub(lambda word: _typed(word[0], _vni), text)


def _typed(word: str, stroke: Callable[[str, str, str], tuple[str, str]]) -> str:
    """The word after all its keystrokes; `stroke` takes letters, tone and key, and gives letters and tone."""
    letters, tone = "", ""
    for key in word.lower():
        letters, tone = stroke(letters, tone, key)
    decoded = _toned(letters, tone)
    if decoded == word.lower():
        return word
    return decoded.capitalize() if word[0].isupper() else decoded


def _telex(letters: str, tone: str, key: str) -> tuple[str, str]:
    """One Telex key: a second letter or w shapes; after a vowel f s r x j are tones, and z takes the tone off."""
    if any(letter in _VOWELS for letter in letters):
        if key in _TELEX_TONES:
            return letters, _TELEX_TONES[key]
        if key == "z":
            return letters, ""
    if key == "w":
        shaped = _shaped(letters, _BREVES | _HORNS) or f"{letters}ư"
    elif key in _HATS:
        shaped = _shaped(letters, {key: _HATS[key]})
    elif key == "d" and letters[:1] == "d":
        shaped = f"đ{letters[1:]}"
    else:
        shaped = ""
    return shaped or letters + key, tone


def _vni(letters: str, tone: str, key: str) -> tuple[str, str]:
    """One VNI key: 1 to 5 are tones, 6 to 9 shapes, 0 takes the tone off."""
    if key in _VNI_TONES:
        return letters, _VNI_TONES[key]
    if key == "0":
        return letters, ""
    return _shaped(letters, _VNI_SHAPES.get(key, {})) or letters + key, tone


def _shaped(letters: str, shapes: dict[str, str]) -> str:
    """The letters with the last one that can be given one of the shapes; nothing where none can."""
    if "ơ" in shapes.values() and "uo" in letters:
        return letters.replace("uo", "ươ")
    for at in range(len(letters) - 1, -1, -1):
        if letters[at] in shapes:
            return letters[:at] + shapes[letters[at]] + letters[at + 1 :]
    return ""


def _toned(letters: str, tone: str) -> str:
    """The letters with the tone where it is written: on the shaped vowel, else by what follows the vowels."""
    onset = 2 if re.match("qu|gi[aăâeêoôơuưy]", letters) else 0
    vowels = [at for at, letter in enumerate(letters) if letter in _VOWELS and at >= onset]
    if not tone or not vowels:
        return letters
    shaped = [at for at in vowels if letters[at] in "ăâêôơư"]
    closed = vowels[-1] < len(letters) - 1
    at = shaped[-1] if shaped else vowels[1 if len(vowels) > 2 or (closed and len(vowels) > 1) else 0]  # noqa: PLR2004 - oai, uya
    return unicodedata.normalize("NFC", letters[: at + 1] + tone + letters[at + 1 :])
