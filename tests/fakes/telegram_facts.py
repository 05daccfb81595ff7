"""Checks a call of the Bot API against `telegram_api_facts.json`.

Stricter than Telegram, which passes over unknown parameters and takes the first of several actions of a
button: what it would pass over in silence is a mistake of ours.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from tests.fakes.telegram_html import CannotParse, plain

_SIMPLE: dict[str, Any] = {"Integer": int, "Float": (int, float), "Boolean": bool, "True": bool, "String": str}
_MOST_BUTTONS = 100  # not documented: what servers were seen to take
_MOST_IN_ROW = 8
_RAW_TEXT = 32_768  # bytes of a text before its entities are parsed, in the server's source


@cache
def facts() -> dict[str, Any]:
    """The table; see `tests/derive_telegram_facts.py`."""
    path = Path(__file__).parents[1] / "telegram_api_facts.json"
    table: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return table


def read(method: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """The values of a call: a form gives all of them as text, and JSON may give some so."""
    fields = facts()["methods"][method]["fields"]
    unknown: dict[str, Any] = {"types": ["String"]}
    return {name: _value(value, fields.get(name, unknown)["types"]) for name, value in parameters.items()}


def mistakes(method: str, values: dict[str, Any], uploads: frozenset[str] = frozenset()) -> list[str]:
    """What is wrong with a call, one sentence each; `uploads` are the names of its files."""
    fields = facts()["methods"][method]["fields"]
    found = _fields(method, {**values, **dict.fromkeys(uploads & fields.keys(), _Upload())}, fields)
    attached = set(re.findall(r'"attach://([^"]+)"', json.dumps(values)))
    found += [f"{method}: no file {name} came along" for name in attached - uploads]
    found += [f"{method}: nothing refers to the file {name}" for name in uploads - attached - fields.keys()]
    return found


class _Upload:
    """Stands where a file was uploaded under a parameter's own name."""


def _value(value: Any, types: list[str]) -> Any:
    if not isinstance(value, str) or "String" in types:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _fields(path: str, values: dict[str, Any], fields: dict[str, Any]) -> list[str]:
    found = [f"{path}: unknown {name}" for name in values.keys() - fields.keys()]
    required = {name for name, fact in fields.items() if fact.get("required")}
    found += [f"{path}: {name} is missing" for name in required - values.keys()]
    for name in values.keys() & fields.keys():
        found += _field(f"{path}.{name}", values[name], fields[name], values.get("parse_mode"))
    return found


def _field(path: str, value: Any, fact: dict[str, Any], parse_mode: str | None) -> list[str]:
    tried = [_typed(path, value, name) for name in fact["types"]]
    best = min(tried, key=len)
    if best:
        return best
    if "constant" in fact and value != fact["constant"]:
        return [f"{path}: is not {fact['constant']}"]
    if "pattern" in fact and not re.fullmatch(fact["pattern"], value):
        return [f"{path}: has other characters than {fact['pattern']}"]
    return _limited(path, value, fact["limit"], parse_mode) if "limit" in fact else []


def _typed(path: str, value: Any, name: str) -> list[str]:
    if name.startswith("Array of "):
        if not isinstance(value, list):
            return [f"{path}: is not a list"]
        inner = name.removeprefix("Array of ")
        return [each for i, item in enumerate(value) for each in _typed(f"{path}[{i}]", item, inner)]
    if name == "InputFile":
        return [] if isinstance(value, _Upload) else [f"{path}: is not a file"]
    if name in _SIMPLE:
        fits = isinstance(value, _SIMPLE[name]) and (name in {"Boolean", "True"} or not isinstance(value, bool))
        return [] if fits else [f"{path}: is not of type {name}"]
    return _object(path, value, name)


def _object(path: str, value: Any, name: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: is not a {name}"]
    kind = facts()["types"][name]
    if "subtypes" in kind:
        return min((_object(path, value, each) for each in kind["subtypes"]), key=len)
    extra = {"InlineKeyboardButton": _button, "InlineKeyboardMarkup": _keyboard}.get(name)
    return _fields(path, value, kind["fields"]) or (extra(path, value) if extra else [])


def _button(path: str, button: dict[str, Any]) -> list[str]:
    actions = button.keys() - {"text", "icon_custom_emoji_id", "style"}
    found = [] if len(actions) == 1 else [f"{path}: has {len(actions)} actions"]
    return found if button["text"].strip() else [*found, f"{path}: says nothing"]


def _keyboard(path: str, markup: dict[str, Any]) -> list[str]:
    rows = markup["inline_keyboard"]
    found = [f"{path}: a row of {len(row)} buttons" for row in rows if not 0 < len(row) <= _MOST_IN_ROW]
    return found if sum(map(len, rows)) <= _MOST_BUTTONS else [*found, f"{path}: too many buttons"]


def _limited(path: str, value: Any, limit: list[Any], parse_mode: str | None) -> list[str]:
    least, most, unit = limit
    if unit == "characters" and path.endswith(("text", "caption")) and parse_mode:
        if parse_mode != "HTML" or len(value.encode()) > _RAW_TEXT:
            return [f"{path}: is not HTML, or too long before parsing"]
        try:
            value = plain(value)
        except CannotParse as error:
            return [f"{path}: can't parse entities: {error}"]
    size = _size(value, unit)
    return [] if least <= size <= most else [f"{path}: {size} {unit}, not {least}-{most}"]


def _size(value: Any, unit: str) -> int:
    match unit:
        case "characters":  # the stricter way to count: UTF-16 units
            return len(value.encode("utf-16-le")) // 2
        case "bytes":
            return len(value.encode())
        case "items":
            return len(value)
        case _:
            return int(value)
