"""Settings of the Zalo Bot: every mistake is told at the start, by its name, without its value."""

from __future__ import annotations

import pytest

from bot import settings
from bot.settings import Settings, WrongSettingsError
from bot.zalo_bots import ZaloBots
from locales import speaking

GOOD = {
    "PUBLIC_URL": "https://kheo.example",
    "ZALO_BOT_TOKEN": "1234567:geheim",
    "ZALO_BOT_MODE": "webhook",
    "ZALO_BOT_WEBHOOK_SECRET": "a-long-secret",
    "ZALO_BOT_LINK": "https://bot.zaloplatforms.com/bots/1",
}


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


def read(monkeypatch: pytest.MonkeyPatch, **given: str) -> Settings:
    for name, value in (GOOD | given).items():
        monkeypatch.setenv(name, value)
    with speaking("vi"):
        return settings.read()


def wrong(monkeypatch: pytest.MonkeyPatch, **given: str) -> set[str]:
    with pytest.raises(WrongSettingsError) as raised:
        read(monkeypatch, **given)
    assert "geheim" not in str(raised.value)
    return {line.split(":")[0].removeprefix("- ") for line in str(raised.value).splitlines() if line[0] == "-"}


def test_what_is_right_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    read(monkeypatch)
    several = read(
        monkeypatch,
        ZALO_BOT_TOKEN="1234567:geheim , 77:ge-heim_2",
        ZALO_BOT_LINK="https://a.example,https://b.example",
    )
    assert list(ZaloBots(several).bots) == ["1234567", "77"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"ZALO_BOT_TOKEN": "geheim"}, {"ZALO_BOT_TOKEN"}),
        ({"ZALO_BOT_TOKEN": "123:geheim 456:geheim"}, {"ZALO_BOT_TOKEN"}),
        ({"ZALO_BOT_TOKEN": "123:geheim,123:other"}, {"ZALO_BOT_TOKEN"}),
        ({"ZALO_BOT_TOKEN": ","}, {"ZALO_BOT_TOKEN"}),
        ({"ZALO_BOT_WEBHOOK_SECRET": ""}, {"ZALO_BOT_WEBHOOK_SECRET"}),
        ({"ZALO_BOT_WEBHOOK_SECRET": "geheim7"}, {"ZALO_BOT_WEBHOOK_SECRET"}),
        ({"ZALO_BOT_WEBHOOK_SECRET": "geheim, bí mật"}, {"ZALO_BOT_WEBHOOK_SECRET"}),
        ({"PUBLIC_URL": "http://kheo.example"}, {"PUBLIC_URL"}),
        ({"PUBLIC_URL": ""}, {"PUBLIC_URL"}),
        ({"PUBLIC_URL": "https://localhost:8443"}, {"PUBLIC_URL"}),
        ({"PUBLIC_URL": "https://192.168.1.20"}, {"PUBLIC_URL"}),
        (
            {"ZALO_BOT_TOKEN": "geheim", "ZALO_BOT_WEBHOOK_SECRET": ""},
            {"ZALO_BOT_TOKEN", "ZALO_BOT_WEBHOOK_SECRET"},
        ),
        (
            {
                "TELEGRAM_TOKEN": "1:geheim",
                "TELEGRAM_MODE": "webhook",
                "ZALO_BOT_WEBHOOK_SECRET": "",
                "PUBLIC_URL": "",
            },
            {"TELEGRAM_WEBHOOK_SECRET", "ZALO_BOT_WEBHOOK_SECRET", "PUBLIC_URL"},
        ),
        (
            {"ZALO_OA_ID": "geheim", "ZALO_BOT_MODE": "polling", "PUBLIC_URL": ""},
            {"ZALO_OA_ID", "ZALO_OA_APP_ID", "ZALO_OA_APP_SECRET", "ZALO_OA_SECRET", "PUBLIC_URL"},
        ),
        ({"ZALO_BOT_LINK": "https://a.example,https://b.example"}, {"ZALO_BOT_LINK"}),
        ({"ZALO_BOT_LINK": "bot.zaloplatforms.com/bots/1"}, {"ZALO_BOT_LINK"}),
        ({"ZALO_BOT_API_URL": "bot-api.zaloplatforms.com"}, {"ZALO_BOT_API_URL"}),
        ({"ZALO_BOT_MODE": "fax", "ZALO_BOT_MONTHLY_LIMIT": "0"}, {"ZALO_BOT_MODE", "ZALO_BOT_MONTHLY_LIMIT"}),
        (
            {"ZALO_BOT_WEBHOOK_SECRET": "", "ZALO_BOT_LINK": "x", "ZALO_BOT_USER_LIMIT": "many"},
            {"ZALO_BOT_WEBHOOK_SECRET", "ZALO_BOT_LINK", "ZALO_BOT_USER_LIMIT"},
        ),
    ],
)
def test_what_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], told: set[str]) -> None:
    assert wrong(monkeypatch, **given) == told


def test_polling_needs_neither_secret_nor_https(monkeypatch: pytest.MonkeyPatch) -> None:
    more = {"ZALO_BOT_MODE": "polling", "ZALO_BOT_WEBHOOK_SECRET": "", "PUBLIC_URL": "http://localhost:8080"}
    assert read(monkeypatch, **more).zalo_bot_mode == "polling"


@pytest.mark.parametrize(
    ("url", "is_local"),
    [
        ("", True),
        ("http://localhost:8080", True),
        ("http://127.0.0.1", True),
        ("http://[::1]:80", True),
        ("http://192.168.1.20:8080", False),
        ("https://kheo.example", False),
    ],
)
def test_what_opens_on_this_machine_only_is_known(
    monkeypatch: pytest.MonkeyPatch, url: str, *, is_local: bool
) -> None:
    assert read(monkeypatch, ZALO_BOT_MODE="polling", PUBLIC_URL=url).is_local is is_local
