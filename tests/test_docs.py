"""The documents name only what there is: files, headings, settings, commands, events of the log."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import conversations.member
import conversations.officer  # noqa: F401 - both declare what can be started
from bot.settings import Settings
from conversations import registry

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
PICTURES = ROOT / "docs" / "pictures"
SETTINGS = {name.upper() for name in Settings.model_fields}
FOREIGN = {"HTTPS_PROXY", "LISTEN"}  # of the system, of PostgreSQL
LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]*))?\)")
CODE = re.compile(r"`([^`\n]+)`")


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub makes addresses of them."""
    headings = re.findall(r"^#+ (.+)$", read(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(read(page)):
        target = (page.parent / path).resolve() if path else page

        assert target.exists(), path
        assert not anchor or anchor in anchors(target), anchor


def test_every_setting_is_in_the_table_of_the_readme() -> None:
    rows = re.findall(r"^\| (`[A-Z].*?) \|", read(ROOT / "README.md"), re.MULTILINE)

    assert {name for row in rows for name in CODE.findall(row)} == SETTINGS


def test_operations_name_only_settings_that_exist() -> None:
    text = read(ROOT / "docs" / "operations.md")
    named = set(re.findall(r"`([A-Z]+_?[A-Z_]{3,})(?:=[^`]*)?`", text)) - {"SIGTERM", "SIGKILL"}

    assert named <= SETTINGS | FOREIGN


def test_the_handbook_names_only_commands_that_exist() -> None:
    named = {code[1:].split()[0] for code in CODE.findall(read(ROOT / "docs" / "handbook.md")) if code[0] == "/"}

    assert named <= registry.entrances().keys()


def test_operations_explain_only_events_that_are_logged() -> None:
    table = read(ROOT / "docs" / "operations.md").partition("| sự kiện |")[2].partition("\n\n")[0]
    named = {code for row in table.splitlines()[2:] for code in CODE.findall(row.split("|")[1])}
    source = "\n".join(read(path) for path in (ROOT / "bot").rglob("*.py"))
    logged = set(re.findall(r'_log\.\w+\(\s*"(\w+)"', source))

    assert named == logged


def test_every_file_named_in_the_documents_is_there() -> None:
    for page in PAGES:
        for name in re.findall(r"\b(?:deploy|docs|benchmarks|tests|movement|storage)/[\w/]+\.\w+", read(page)):
            assert (ROOT / name).exists(), (page.name, name)


def test_pictures_are_small_and_all_of_them_shown() -> None:
    shown = {path for page in PAGES for path, _anchor in LINK.findall(read(page)) if path.endswith(".png")}
    sizes = {path.name: path.stat().st_size for path in PICTURES.glob("*.png")}

    assert {Path(path).name for path in shown} == sizes.keys()
    assert max(sizes.values()) <= 60_000
    assert sum(sizes.values()) <= 600_000
