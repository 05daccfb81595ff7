"""One message with several answers, told apart: by labels, by lines, or one number after the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from locales import _
from movement.matching import command_words, fold, tone_normal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conversations.together import Part

_NUMBER = r"\d+(?:[.,]\d+)?(?:\s*(?:rưỡi|ruoi))?"
_ONLY_NUMBERS = re.compile(rf"(?:{_NUMBER}|điểm|diem|đ\b|d\b|và|va|[\s,;/+.-])+", re.IGNORECASE)
_NUMBERS = re.compile(_NUMBER, re.IGNORECASE)
_BETWEEN = re.compile(r"[\s,;+-]+")
_OUT_OF = re.compile(r"(?<=\d)\s*/\s*\d+")  # "9/10": the maximum is known


def by_lines(text: str, parts: Sequence[Part], every: Sequence[Part]) -> Mapping[str, str] | str:
    """A line for each part, in their order or with a part's number or name before it; one alone is the first's."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(lines) == 1 and text.count(";") == len(parts) - 1:
        lines = [part.strip() for part in text.split(";")]
    if not lines:
        return _("Please write the answer in words.")
    labelled = [_labelled(line, every) for line in lines]
    told = {key: rest for key, rest in labelled if key}
    free = [part.key for part in parts if part.key not in told]
    others = [rest for key, rest in labelled if not key]
    if len(others) > len(free):
        reason = _("There are {lines} lines for {parts} answers. Please send one line for each.")
        return reason.format(lines=len(others), parts=len(free))
    return told | dict(zip(free, others, strict=False))


def by_numbers(text: str, parts: Sequence[Part], every: Sequence[Part]) -> Mapping[str, str] | str:
    """Points such as "5 9 8,5 10", "1: 5, 2: 9", or a line for each, each with a note after a semicolon."""
    if labelled := _with_marks(text, every):
        return labelled
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if len(parts) == 1 or (len(lines) == 1 and ";" in text and not _ONLY_NUMBERS.fullmatch(text)):
        return {parts[0].key: text.strip()}
    if _ONLY_NUMBERS.fullmatch(text) and len(found := _NUMBERS.findall(_OUT_OF.sub("", text))) == len(parts):
        return {part.key: number for part, number in zip(parts, found, strict=True)}
    if 1 < len(lines) <= len(parts):
        return {part.key: line for part, line in zip(parts, lines, strict=False)}
    text = _OUT_OF.sub("", text)
    found = _NUMBERS.findall(text) if _ONLY_NUMBERS.fullmatch(text) else text.split()
    between = [each for each in text.split(",") if each]
    if len(found) != len(parts) and len(between) == len(parts) and not re.search(r"\s", text.strip()):
        found = between  # "5,9,8": without any blank the commas stand between points
    if not found or (len(found) != len(parts) and not _ONLY_NUMBERS.fullmatch(text)):
        return _how(parts)
    if len(found) > len(parts):
        reason = _("There are {many} numbers for {parts} criteria.")
        return "\n".join((reason.format(many=len(found), parts=len(parts)), _how(parts)))
    return {part.key: number for part, number in zip(parts, found, strict=False)}


def by_ticks(text: str, parts: Sequence[Part], every: Sequence[Part]) -> Mapping[str, str] | str:  # noqa: ARG001 - as `Together` calls it
    """Those that are met, such as "a, c" or "1 3"; or a word for all or none. All others are not met."""
    said = set(command_words(text))
    yes, no = _("Met"), _("Not met")
    for words, answer in ((_("all;all met;every one"), yes), (_("none;none met"), no)):
        if said & {form(word) for word in words.split(";") for form in (tone_normal, fold)}:
            return {part.key: answer for part in parts}
    if len(parts) == 1:
        return {parts[0].key: text}
    marks = {part.mark.rstrip(".").lower(): part.key for part in parts}
    if not any(mark.isdecimal() for mark in marks):
        marks |= {str(number): part.key for number, part in enumerate(parts, 1)}
    named = [each for each in _BETWEEN.split(text.lower().strip(" .")) if each]
    if not named or not set(named) <= marks.keys():
        reason = _("Please write which criteria are met, such as: {first}, {last}; or “all”, or “none”.")
        return reason.format(first=parts[0].name, last=parts[-1].name)
    met = {marks[each] for each in named}
    return {part.key: yes if part.key in met else no for part in parts}


def _how(parts: Sequence[Part]) -> str:
    names = ", ".join(part.mark.rstrip(".") for part in parts)
    return _("Please write the points of criteria {names} in a row, for example: 5 9 8,5.").format(names=names)


def _with_marks(text: str, parts: Sequence[Part]) -> dict[str, str]:
    """What stands after each mark, as in "1: 5, 2: 9; a note" or "1) 5 2) 9"; nothing where there are none."""
    by_mark = {part.mark.rstrip(".").lower(): part.key for part in parts}
    marks = "|".join(re.escape(mark) for mark in sorted(by_mark, key=len, reverse=True))
    before = rf"(?:^|(?<=[\s,;.]))(?:tiêu chí|tieu chi|tc)?\s*({marks})"
    found = list(re.finditer(rf"{before}\s*[:=]\s*", text, re.IGNORECASE))
    if not found and re.fullmatch(rf"(?:\s*(?:{marks})(?:[.)]\s+|-){_NUMBER}[,;]?(?:\s|$))+", text):
        found = list(re.finditer(rf"{before}(?:[.)]\s+|-)", text))
    if not found or text[: found[0].start()].strip(" ,;.\n"):
        return {}
    ends = [*(each.start() for each in found[1:]), len(text)]
    return {
        by_mark[each[1].lower()]: text[each.end() : end].strip(" ,.;\n")
        for each, end in zip(found, ends, strict=True)
    }


def _labelled(line: str, parts: Sequence[Part]) -> tuple[str, str]:
    """The key of the part that a line names, and the rest of the line."""
    if numbered := re.match(r"(\d+)\s*[.):]\s+(.*)|(\d+)\s*[.):]\s*(\D.*)", line):
        mark, rest = numbered[1] or numbered[3], numbered[2] or numbered[4]
        if key := next((part.key for part in parts if part.mark.rstrip(".") == mark), ""):
            return key, rest.strip()
    head, colon, rest = line.partition(":")
    key = next((part.key for part in parts if colon and fold(part.name) == fold(head)), "")
    return (key, rest.strip()) if key else ("", line)
