"""Derive `telegram_api_facts.json`, which the fake of Telegram checks calls against.

    python tests/derive_telegram_facts.py PATH_TO_api.json

The source is `api.json` of PaulSonOfLars/telegram-bot-api-spec, scraped from Telegram's page. Kept are the
methods that a bot like ours could use and the types their parameters reach. Limits stand only in the prose.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

METHODS = [
    "answerCallbackQuery",
    "deleteMessage",
    "deleteMyCommands",
    "deleteWebhook",
    "editMessageCaption",
    "editMessageReplyMarkup",
    "editMessageText",
    "getChat",
    "getFile",
    "getMe",
    "getMyCommands",
    "getUpdates",
    "getWebhookInfo",
    "sendChatAction",
    "sendDocument",
    "sendMediaGroup",
    "sendMessage",
    "sendPhoto",
    "setMyCommands",
    "setMyDescription",
    "setMyName",
    "setMyShortDescription",
    "setWebhook",
]

LICENCE = (
    "Derived from api.json of PaulSonOfLars/telegram-bot-api-spec, MIT licence, Copyright (c) 2020 Paul Larsen. "
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated "
    'documentation files (the "Software"), to deal in the Software without restriction, including without '
    "limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of "
    "the Software, and to permit persons to whom the Software is furnished to do so, subject to the following "
    "conditions: The above copyright notice and this permission notice shall be included in all copies or "
    'substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, '
    "EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR "
    "PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, "
    "DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN "
    "CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."
)

# "1-4096 characters after entities parsing", "Values between 1-100", "2-10 items", "At most 100 commands"
_RANGE = re.compile(r"(?:between )?\b(\d+)-(\d+)\b(?: (characters|bytes|items|percent))?")
_AT_MOST = re.compile(r"[Aa]t most (\d+) (?:commands|rows|items)")
_CONSTANT = re.compile(r"must be (\w+)$")
_ALPHABETS = {
    "Only characters A-Z, a-z, 0-9, _ and - are allowed": "[A-Za-z0-9_-]*",
    "Can contain only lowercase English letters, digits and underscores": "[a-z0-9_]*",
}


def main(source: str) -> None:
    """Write the table beside this script."""
    api = json.loads(Path(source).read_text(encoding="utf-8"))
    facts = derive(api)
    Path(__file__).with_name("telegram_api_facts.json").write_text(written(facts), encoding="utf-8")


def written(facts: dict[str, Any]) -> str:
    """The table as JSON with one method or type a line, so that a newer source shows as a readable difference."""
    parts = [f'"{name}":{_json(facts[name])}' for name in ("licence", "version")]
    for name in ("methods", "types"):
        lines = ",\n".join(f'"{key}":{_json(value)}' for key, value in facts[name].items())
        parts.append(f'"{name}":{{\n{lines}\n}}')
    return "{" + ",\n".join(parts) + "}\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def derive(api: dict[str, Any]) -> dict[str, Any]:
    """The table: methods and reachable types, each field with types, whether it is required, and limits."""
    methods = {name: {"fields": _fields(api["methods"][name])} for name in METHODS}
    types: dict[str, Any] = {}
    waiting = [name for method in methods.values() for name in _named(method["fields"])]
    while waiting:
        name = waiting.pop()
        if name not in types and name in api["types"]:
            types[name] = _type(api["types"][name])
            waiting += types[name].get("subtypes", []) + _named(types[name].get("fields", {}))
    return {
        "licence": LICENCE,
        "version": api["version"],
        "methods": methods,
        "types": dict(sorted(types.items())),
    }


def _type(described: dict[str, Any]) -> dict[str, Any]:
    if "subtypes" in described:
        return {"subtypes": described["subtypes"]}
    return {"fields": _fields(described)}


def _fields(described: dict[str, Any]) -> dict[str, Any]:
    return {field["name"]: _fact(field) for field in described.get("fields", [])}


def _fact(field: dict[str, Any]) -> dict[str, Any]:
    fact: dict[str, Any] = {"types": field["types"]}
    if field["required"]:
        fact["required"] = True
    prose = field["description"].rstrip(".")
    if limit := _limit(prose):
        fact["limit"] = limit
    if constant := _CONSTANT.search(prose):
        fact["constant"] = constant[1]
    for phrase, pattern in _ALPHABETS.items():
        if phrase in prose:
            fact["pattern"] = pattern
    return fact


def _limit(prose: str) -> list[Any] | None:
    """[least, most, unit]; the unit of a number's own range is ""."""
    if found := _AT_MOST.search(prose):
        return [0, int(found[1]), "items"]
    for found in _RANGE.finditer(prose):
        least, most, unit = int(found[1]), int(found[2]), found[3] or ""
        if unit or "between" in found[0] or prose[found.end() :].startswith("."):
            return [least, most, unit]
    return None


def _named(fields: dict[str, Any]) -> list[str]:
    return [
        name.removeprefix("Array of ").removeprefix("Array of ")
        for fact in fields.values()
        for name in fact["types"]
    ]


if __name__ == "__main__":
    main(sys.argv[1])
