"""From pydantic's errors to sentences with a path that an author of guidelines understands."""

from __future__ import annotations

import unicodedata
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from locales import N_, _
from movement import guideline_checks, guideline_point_checks
from movement.guideline import Guideline
from movement.guideline_checks import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

MESSAGES = MappingProxyType(
    {
        "missing": N_("This is missing."),
        "extra_forbidden": N_("This key is not known."),
        "string_type": N_("This should be a text in quotation marks."),
        "int_type": N_("This should be a whole number."),
        "bool_type": N_("This should be true or false."),
        "is_instance_of": N_("This should be a number."),
        "date_type": N_("This should be a date such as 2027-03-10, without quotation marks."),
        "tuple_type": N_("This should be a list."),
        "model_type": N_("This should be a table."),
        "model_attributes_type": N_("This should be a table."),
        "literal_error": N_("This should be {expected}."),
        "string_pattern_mismatch": N_(
            "A code is lower-case letters without accents, digits, - and _, kept short."
        ),
        "string_too_short": N_("This must not be empty."),
        "string_too_long": N_("This has more than {max_length} characters."),
        "too_short": N_("This list must not be empty."),
        "greater_than": N_("This must be greater than {gt}."),
        "greater_than_equal": N_("This must be at least {ge}."),
        "less_than_equal": N_("This must be at most {le}."),
        "finite_number": N_("This should be a number."),
        "union_tag_invalid": N_("This should be one of {expected_tags}."),
        "union_tag_not_found": N_("`kind` is missing here."),
        "unit_kind": N_("There is no such kind of unit."),
        "month_day": N_("This should be month-day such as 03-10 or 02-last."),
        "no_such_day": N_("There is no such day in any year."),
        "valid_end": N_("Give either the last day `to` or `open_end = true`."),
        "valid_order": N_("The last day is before the first."),
        "window_order": N_("The last day is before the first."),
        "target_figure": N_("Give either `min` or `percent`."),
        "target_known_by": N_("`known_by` belongs to `percent`, and is needed there."),
        "target_counts": N_("Say in `counts` whether new and continued ones count."),
        "target_order": N_("`max` is below `min`."),
        "once_year": N_('`year` belongs to `repeats = "once"`, and is needed there.'),
    },
)
INVISIBLE = "\u00a0\u00ad\u200b\u200c\u200d\u2060\ufeff"  # no-break space, soft hyphen, zero-widths, BOM


def of_data(data: dict[str, Any]) -> list[Mistake]:
    """Every mistake in a guideline read from TOML, its lists already tuples."""
    good: dict[str, Any] = {}
    found = list(_unclean("", data))
    try:
        Guideline.model_validate(data, context=good)
    except ValidationError as error:
        found += [Mistake(_path(each, data), _message(each)) for each in error.errors() if not _follows(each)]
    known = Guideline.model_construct(**good)
    broken = {_key(name) for name in Guideline.model_fields if _key(name) in data} - good.keys()
    broken |= {_key(name) for name, field in Guideline.model_fields.items() if field.is_required()} - good.keys()
    for check in (*guideline_checks.CHECKS, *guideline_point_checks.CHECKS):
        if not check.reads & broken:
            found += check.run(known)
    return found


def _key(name: str) -> str:
    return Guideline.model_fields[name].alias or name


def _follows(error: ErrorDetails) -> bool:
    """Whether it only follows from another: a list is called too short when none of its items was good."""
    return error["type"] == "too_short" and bool(error["input"])


def _message(error: ErrorDetails) -> str:
    text = MESSAGES.get(error["type"])
    if text is None:
        return _("This value is not accepted ({reason}).").format(reason=error["msg"])
    told = {key: str(value).replace(" or ", ", ") for key, value in error.get("ctx", {}).items()}
    return _(text).format(**told)


def _path(error: ErrorDetails, data: object) -> str:
    """The place in the file; the names pydantic puts in for the branch of a union are left out."""
    path, here, table = "", data, None
    steps = error["loc"]
    for index, step in enumerate(steps):
        if isinstance(here, dict) and here.get("kind") == step and here is not table:
            table = here  # the branch, which may be called like a key of the table: `event`
        elif isinstance(step, int):
            path += f"[{step}]"
            here = here[step] if isinstance(here, tuple) and step < len(here) else None
        elif isinstance(here, dict) and step in here:
            path, here = f"{path}.{step}", here[step]
        elif error["type"] == "missing" and index == len(steps) - 1:
            path = f"{path}.{step}"
    return path.lstrip(".")


def _unclean(path: str, value: object) -> Iterator[Mistake]:
    """Texts that are not composed (NFC) or hold invisible characters: they look right and match nothing."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _unclean(f"{path}.{key}".lstrip("."), each)
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from _unclean(f"{path}[{index}]", each)
    elif isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            yield Mistake(path, _("The accents are stored apart from their letters; save the text as NFC."))
        if any(sign in value for sign in INVISIBLE):
            yield Mistake(path, _("It holds an invisible character such as a no-break space."))
