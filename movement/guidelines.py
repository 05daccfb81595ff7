"""The guidelines that came with the program: reading, checking, finding them.

Which one holds for a unit is not its business. No guideline is named here: ids are data.
"""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from locales import _
from movement.errors import DomainError
from movement.guideline import Guideline
from movement.guideline_checks import Mistake
from movement.guideline_mistakes import of_data

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "guidelines"


class BrokenGuidelineError(DomainError):
    """A file that is no guideline; the message lists every mistake with its path."""

    def __init__(self, path: Path, found: list[Mistake]) -> None:
        self.mistakes = tuple(found)
        lines = "\n".join(f"- {each.path}: {each.message}" for each in found)
        super().__init__(_("{file} has mistakes:").format(file=path.name) + "\n" + lines)


def load(path: Path) -> Guideline:
    """The guideline in the file; raise `BrokenGuidelineError` with every mistake."""
    found = mistakes(path)
    if found:
        raise BrokenGuidelineError(path, found)
    return Guideline.model_validate(_read(path))


def mistakes(path: Path) -> list[Mistake]:
    """Every mistake in the file, in Vietnamese, each with its path; none for a good one."""
    try:
        data = _read(path)
    except tomllib.TOMLDecodeError as error:
        return [_not_toml(str(error))]
    except UnicodeDecodeError:
        return [Mistake("", _("The file is not UTF-8 text."))]
    except OSError:
        return [Mistake("", _("The file {file} cannot be read.").format(file=path.name))]
    found = of_data(data)
    if isinstance(data.get("id"), str) and data["id"] != path.stem:
        found.append(Mistake("id", _("It differs from the name of the file, {file}.").format(file=path.name)))
    return found


@cache
def every() -> Mapping[str, Guideline]:
    """All guidelines by id, in the order of their ids; raise `BrokenGuidelineError` for a broken file."""
    return MappingProxyType({each.id: each for each in map(load, sorted(FOLDER.glob("*.toml")))})


def get(guideline_id: str) -> Guideline:
    """The guideline with this id; raise KeyError where there is none."""
    return every()[guideline_id]


def default() -> Guideline:
    """The one marked `default`: for units to which nothing was assigned."""
    (found,) = (each for each in every().values() if each.default)
    return found


def _read(path: Path) -> dict[str, Any]:
    with path.open("rb") as source:
        data: dict[str, Any] = _tuples(tomllib.load(source, parse_float=Decimal))
    return data


def _tuples(value: Any) -> Any:
    """Lists as tuples, all the way down: guidelines are frozen."""
    if isinstance(value, dict):
        return {key: _tuples(each) for key, each in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _not_toml(reason: str) -> Mistake:
    """The place in words; Python 3.11 tells line and column only inside the message."""
    place = re.search(r"line (\d+), column (\d+)", reason)
    where = _("line {line}, column {column}").format(line=place[1], column=place[2]) if place else _("end of file")
    return Mistake(
        where, _("This is not valid TOML ({reason}).").format(reason=re.sub(r" \(at .*\)$", "", reason))
    )
