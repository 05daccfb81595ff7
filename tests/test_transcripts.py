"""Every chat in tests/transcripts goes as it is written there."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from storage.database import open_database
from storage.files import FileStore
from tests.chat import play, setting_of

FOLDER = Path(__file__).parent / "transcripts"
MORE_GUIDELINES = Path(__file__).parent / "files" / "guidelines"
BOTH = ("sqlite", "postgresql")


def _cases() -> list[tuple[str, str]]:
    cases = []
    for path in sorted(FOLDER.rglob("*.txt")):
        asked = setting_of(path.read_text(encoding="utf-8")).database
        name = path.relative_to(FOLDER).with_suffix("").as_posix()
        cases += [(name, kind) for kind in BOTH if asked in {kind, "both"}]
    return cases


@pytest.mark.parametrize(("name", "kind"), _cases())
async def test_a_chat_goes_as_it_is_written(
    name: str, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = FOLDER / f"{name}.txt"
    written = path.read_text(encoding="utf-8")
    if (MORE_GUIDELINES / f"{setting_of(written).world}.toml").exists():
        request.getfixturevalue("sixth_guideline")
    database = open_database(request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[kind]))

    try:
        played = await play(written, database, FileStore(tmp_path / "evidence"))
    finally:
        await database.close()

    if played != written and request.config.getoption("--update-transcripts"):
        path.write_text(played, encoding="utf-8")
    elif played != written:
        lines = difflib.unified_diff(
            written.splitlines(), played.splitlines(), f"{name}.txt", "played", lineterm=""
        )
        pytest.fail("\n".join([*lines, "", "If this is right: pytest --update-transcripts"]), pytrace=False)
