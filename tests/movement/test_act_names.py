"""Every act that is written down has a name that people understand."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

from movement import act_names, audit_search, rulings, unit_history

HOME = Path(__file__).parents[2]
PUT_TOGETHER = {
    "rulings.py": set(rulings.RIGHTS),
    "scores.py": {"score", "appraise"},
    "people.py": {"consent_given", "consent_withdrawn"},
    "unit_changes.py": {f"{change}_unit" for change in get_args(unit_history.Change)},
    "unit_endings.py": {f"{how}_unit" for how in ("merge", "close", "dissolve")},
    "demo_decisions.py": set(rulings.RIGHTS),
    "views.py": {"view"},
}


def written() -> set[str]:
    """The acts that the source writes."""
    found = {"make_code", "open"}  # at the command line, where rows are written without a context
    for file in (*HOME.glob("movement/**/*.py"), *HOME.glob("bot/**/*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"audit.write", "audit.row"}:
                act = node.args[1]
                found |= {str(act.value)} if isinstance(act, ast.Constant) else PUT_TOGETHER[file.name]
    return found


def test_every_act_has_a_name() -> None:
    assert written() - set(act_names.ACTS) == set()
    assert "rename_unit" in written()


def test_what_has_only_a_number_is_named_by_its_kind() -> None:
    assert audit_search._called("request:2") == "yêu cầu 2"
    assert audit_search._called("units") == "danh sách đơn vị"
    assert audit_search._called("dialogue:moi") == "dialogue:moi"
