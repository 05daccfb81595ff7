"""How long a replay takes: a dialogue of 60 questions, all answered but the last, beside JSON of the same memory.

Run: uv run python benchmarks/replay.py
"""

from __future__ import annotations

import json
import sys
import timeit
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from conversations.choices import Choice, YesNo
from conversations.engine.dialogue import run
from conversations.engine.memory import Memory
from conversations.engine.screen import Option, Reply
from conversations.questions import Number, Score, Text
from conversations.words import words
from locales import _, speaking

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue

QUESTIONS = 60
AIM_MS = 0.3
AREAS = tuple(Option(str(number), f"Lĩnh vực {number}") for number in range(1, 13))


def script(d: Dialogue, _ctx: object) -> None:
    """Every kind in turn, with translated texts, sections and labels, as real dialogues have them."""
    for number in range(QUESTIONS // 5):
        with d.section(str(number)):
            d.ask("area", Choice(_("Which unit registers it?"), AREAS), _("Area"))
            d.ask("name", Text(_("What is it called?"), 200), _("Name"))
            d.ask("many", Number(_("How large is it (people, households, area …)?")), _("Scale"))
            d.ask("points", Score(_("Points?"), Decimal(10)), _("Points"))
            d.ask("more", YesNo(_("Is it another one?")), _("More"))


def bare(d: Dialogue, _ctx: object) -> None:
    """The engine alone: one kind of question, made once."""
    for number in range(QUESTIONS):
        d.ask(f"q{number}", NAME)


NAME = Text("Name?")


def answered(script_: object, *replies: str) -> Memory:
    """The memory with all answered but the last question."""
    memory = Memory("benchmark", 1)
    spoken = words("vi")
    run(script_, None, memory, None, spoken)  # type: ignore[arg-type]  # a script
    for number in range(QUESTIONS - 1):
        run(script_, None, memory, Reply(text=replies[number % len(replies)]), spoken)  # type: ignore[arg-type]
    assert len(memory.answers) == QUESTIONS - 1
    return memory


def milliseconds(work: object) -> float:
    """The best of several rounds, per call."""
    rounds = timeit.repeat(work, number=200, repeat=7)  # type: ignore[arg-type]  # a callable
    return min(rounds) / 200 * 1000


def main() -> None:
    """Measure and print."""
    spoken = words("vi")
    with speaking("vi"):
        real = answered(script, "3", "Tổ tự quản", "120", "9 rưỡi", "1")
        alone = answered(bare, "Tổ tự quản")
        text = json.dumps(real.to_json())
        figures = {
            "replay, every kind of question": milliseconds(lambda: run(script, None, real, None, spoken)),
            "replay, the engine alone": milliseconds(lambda: run(bare, None, alone, None, spoken)),
            "memory to JSON form": milliseconds(real.to_json),
            "reference: json.loads + json.dumps of the memory": milliseconds(lambda: json.dumps(json.loads(text))),
        }
    print(f"{QUESTIONS} questions, {len(text)} bytes of memory (aim: {AIM_MS} ms)\n")
    for name, value in figures.items():
        print(f"{name:<52}{value:8.3f} ms")


if __name__ == "__main__":
    main()
