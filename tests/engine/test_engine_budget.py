"""The engine stays small, and needs nothing but Python."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ENGINE = Path(__file__).parents[2] / "conversations" / "engine"
MOST_LINES = 400


def test_the_engine_has_at_most_four_hundred_lines() -> None:
    lines = [line for path in ENGINE.glob("*.py") for line in path.read_text().splitlines() if line.strip()]

    assert 0 < len(lines) <= MOST_LINES


def test_the_engine_imports_only_the_standard_library_and_itself() -> None:
    imported = {name for path in ENGINE.glob("*.py") for name in _imported(path)}

    foreign = {name for name in imported if name.partition(".")[0] not in sys.stdlib_module_names}

    assert "__future__" in imported
    assert {name for name in foreign if not name.startswith("conversations.engine.")} == set()


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names
