"""The command line's part for the Official Account, and its settings."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

import run_bot
from bot import settings, zalo_oa_pairs
from bot.zalo_oa_parts import oauth_of
from storage.channel_tables import access_token
from storage.database import open_database
from storage.secret_key import use
from tests.fakes.zalo_oa_server import OA_ID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

KEY = "the secret key of every test, long enough"
SECRETS = {"ZALO_OA_APP_ID": "1", "ZALO_OA_APP_SECRET": "app-secret", "ZALO_OA_SECRET": "oa-secret"}


@pytest.fixture
def at_home(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A deployment with an account."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", KEY)
    for name, value in {"PUBLIC_URL": "https://kheo.example", "ZALO_OA_ID": OA_ID, **SECRETS}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    yield sqlite_url
    use(KEY)


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    return run_bot.main(["zalo-oa", "token"])


def kept(url: str) -> Any:
    database = open_database(url)
    row = database.read_now(lambda session: session.first(select(access_token)))
    asyncio.run(database.close())
    return row


def test_a_token_is_entered_and_replaced_and_never_shown(
    at_home: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [typed(monkeypatch, "first-token\n"), typed(monkeypatch, " second-token \n")] == [0, 0]

    assert (kept(at_home).refresh, kept(at_home).account) == ("second-token", OA_ID)
    assert "token-" not in capsys.readouterr().out


def test_a_refused_token_is_said_and_may_be_tried_again(
    at_home: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "first-token\n")
    database = open_database(at_home)
    database.write_now(zalo_oa_pairs.give_up, OA_ID, "first-token", 1, spent=True)
    asyncio.run(database.close())

    assert run_bot.main(["zalo-oa"]) == 0
    assert "không nhận token" in capsys.readouterr().out
    assert typed(monkeypatch, "\n") == 0
    assert kept(at_home).refreshing_by is None
    assert run_bot.main(["zalo-oa"]) == 0
    assert "Token còn hạn" in capsys.readouterr().out


def test_nothing_entered_where_nothing_is_kept_is_refused(
    at_home: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_bot.main(["zalo-oa"]) == 0
    assert "Chưa có token" in capsys.readouterr().out
    assert typed(monkeypatch, "") == 1
    assert "không có token" in capsys.readouterr().err


def test_without_an_account_it_is_said_what_is_missing(
    at_home: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ZALO_OA_ID")

    assert run_bot.main(["zalo-oa"]) == 1
    assert "ZALO_OA_ID" in capsys.readouterr().err


class TestSettings:
    def test_all_that_is_missing_is_told_at_once(self, at_home: str, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in SECRETS:
            monkeypatch.delenv(name)
        monkeypatch.setenv("ZALO_OA_API_URL", "openapi.zalo.me")
        monkeypatch.setenv("ZALO_OA_TEMPLATE_NOTICE", "mẫu 1")

        with pytest.raises(settings.WrongSettingsError) as raised:
            settings.read()

        lines = str(raised.value).splitlines()[1:]
        assert [line.split(":")[0][2:] for line in lines] == [
            *SECRETS, "ZALO_OA_API_URL", "ZALO_OA_TEMPLATE_NOTICE",
        ]  # fmt: skip
        assert all("zalo_oa" not in line.partition(":")[2] for line in lines)

    def test_without_an_account_nothing_is_missing(self, at_home: str, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("ZALO_OA_ID", *SECRETS):
            monkeypatch.delenv(name)

        assert settings.read().zalo_oa_id is None

    def test_no_secret_is_printed(self, at_home: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ZALO_OA_REFRESH_TOKEN", "refresh-secret")

        read = settings.read()

        assert "-secret" not in repr(read) + str(read)
        assert oauth_of(read).first == "refresh-secret"
