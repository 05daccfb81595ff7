"""Settings from the environment or `.env`. A wrong one stops the start, with all mistakes in one message."""

from __future__ import annotations

import datetime as dt
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, LiteralString
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import SettingsConfigDict

from bot.zalo_oa_settings import MESSAGES as ZALO_OA_MESSAGES
from bot.zalo_oa_settings import ZaloOASettings
from locales import N_, _
from movement.controller import Controller
from movement.retention import Terms
from movement.ways_in import is_local
from storage import secret_key

_MESSAGES = {
    "database_url": N_("it must be sqlite:///path or postgresql://user@host/name"),
    "zone": N_("this time zone is not known"),
    "public_url": N_("it must begin with http:// or https://"),
    "webhook_secret": N_("webhook mode needs TELEGRAM_WEBHOOK_SECRET, 1 to 256 of A-Z a-z 0-9 _ -"),
    "public_https": N_("a webhook needs an https address that can be reached from the Internet"),
    "secret_key": N_("it must have at least 32 characters"),
    "token": N_("a token looks like 123456:ABC-DEF"),
    "zalo_token": N_("each bot's token looks like 123456:ABC-DEF; several are separated by commas"),
    "zalo_links": N_("it needs one https link for each token, in the same order, separated by commas"),
    "zalo_secret": N_("webhook mode needs ZALO_BOT_WEBHOOK_SECRET, 8 to 256 of A-Z a-z 0-9 _ -"),
    **ZALO_OA_MESSAGES,
}
_PYDANTIC = {
    "int_parsing": N_("it must be a whole number"),
    "bool_parsing": N_("it must be true or false"),
    "literal_error": N_("it must be one of {expected}"),
    "greater_than_equal": N_("it must be at least {ge}"),
    "less_than_equal": N_("it must be at most {le}"),
    "date_from_datetime_parsing": N_("it must be a day such as 2027-03-09"),
    "date_from_datetime_inexact": N_("it must be a day such as 2027-03-09"),
    "string_pattern_mismatch": N_("it is not of the right form"),
}


SHORTEST_SECRET_KEY = 32  # characters
ZALO_TOKEN = re.compile(r"[^\s:,]{1,60}:[^\s:,]+")  # "<digits>:<secret>", as far as anybody knows


class WrongSettingsError(Exception):
    """The settings cannot be used; the message lists every mistake, in Vietnamese, without any value."""


def wrong(kind: LiteralString) -> PydanticCustomError:
    """A mistake of this kind."""
    return PydanticCustomError(kind, kind)  # the sentence is looked up by the kind


def _database(url: str) -> str:
    if not url.startswith(("sqlite:///", "postgresql://")):
        raise wrong("database_url")
    return url


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise wrong("zone") from None
    return name


def _address(url: str) -> str:
    if not url.startswith(("http://", "https://")):
        raise wrong("public_url")
    return url.rstrip("/")


def _token(token: SecretStr) -> SecretStr:
    number, colon, rest = token.get_secret_value().partition(":")
    if not (number.isdecimal() and colon and rest):
        raise wrong("token")
    return token


def _zalo_tokens(tokens: SecretStr) -> SecretStr:
    """One token or several; no more is known of their form than that each has one colon."""
    found = parted(tokens.get_secret_value())
    accounts = {token.partition(":")[0] for token in found}
    if not all(ZALO_TOKEN.fullmatch(token) for token in found) or len(accounts) != len(found) or not found:
        raise wrong("zalo_token")
    return tokens


def _secret_key(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < SHORTEST_SECRET_KEY:
        raise wrong("secret_key")
    return key


class Settings(ZaloOASettings):
    """Every setting; the README says what each is for. Secrets do not print."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: Annotated[str, AfterValidator(_database)] | None = None
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    secret_key: Annotated[SecretStr, AfterValidator(_secret_key)] | None = None
    telegram_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    telegram_api_url: Annotated[str, AfterValidator(_address)] = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = Field(default=None, validate_default=True)
    data_controller: str = ""  # who answers for people's data
    data_contact: str = ""
    keep_entries_years: int = Field(default=20, ge=0)  # recognised ones; 0: for ever
    keep_rejected_years: int = Field(default=5, ge=0)  # the others
    keep_idle_days: int = Field(default=400, ge=30)  # what was begun and not sent
    keep_messages_days: int = Field(default=400, ge=30)
    keep_exports_days: int = Field(default=30, ge=1)
    zalo_bot_token: Annotated[SecretStr, AfterValidator(_zalo_tokens)] | None = None  # several: split by commas
    zalo_bot_api_url: Annotated[str, AfterValidator(_address)] = "https://bot-api.zaloplatforms.com"
    zalo_bot_mode: Literal["polling", "webhook"] = "polling"
    zalo_bot_webhook_secret: SecretStr | None = Field(default=None, validate_default=True)
    zalo_bot_link: str = ""  # where people find each bot, as Bot Creator shows it
    zalo_bot_monthly_limit: int = Field(default=3000, ge=1)  # messages of each bot, both ways together
    zalo_bot_user_limit: int = Field(default=50, ge=1)
    public_url: Annotated[str, AfterValidator(_address)] | None = Field(default=None, validate_default=True)
    locale: Literal["vi", "en"] = "vi"
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Ho_Chi_Minh"
    demo: bool | None = None  # None: on when no token is set and the database is new
    demo_today: dt.date | None = Field(default=None, ge=dt.date(2000, 1, 1), le=dt.date(2099, 12, 31))

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _telegram_webhook(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if _is_posted_to("telegram", info) and not (secret and _is_secret(secret.get_secret_value())):
            raise wrong("webhook_secret")
        return secret

    @field_validator("zalo_bot_webhook_secret")
    @classmethod
    def _zalo_webhook(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if _is_posted_to("zalo_bot", info) and not (secret and _is_secret(secret.get_secret_value(), 8)):
            raise wrong("zalo_secret")
        return secret

    @field_validator("public_url")
    @classmethod
    def _reached(cls, url: str | None, info: ValidationInfo) -> str | None:
        """Whoever posts to us comes from the Internet; an Official Account knows no other way."""
        is_posted_to = any(_is_posted_to(name, info) for name in ("telegram", "zalo_bot"))
        if (is_posted_to or info.data.get("zalo_oa_id", True)) and not _is_public(url or ""):
            raise wrong("public_https")
        return url

    @field_validator("zalo_bot_link")
    @classmethod
    def _zalo_links(cls, links: str, info: ValidationInfo) -> str:
        tokens, found = info.data.get("zalo_bot_token"), parted(links)
        many = len(parted(tokens.get_secret_value())) if tokens else len(found)
        if found and (len(found) != many or not all(each.startswith("https://") for each in found)):
            raise wrong("zalo_links")
        return links

    @property
    def database(self) -> str:
        """Where the database is; by default inside the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'kheo.db'}"

    @property
    def address(self) -> str:
        """Where people reach the web page."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def is_local(self) -> bool:
        """Whether what people are linked to opens on this machine only."""
        return is_local(self.address)

    def controller(self, abroad: tuple[str, ...]) -> Controller:
        """Who answers for the data; `abroad` names the platforms in use that are outside Viet Nam."""
        return Controller(self.data_controller, self.data_contact, abroad, self.keep_entries_years)

    @property
    def terms(self) -> Terms:
        """How long things are kept; uploads as long as the drafts that may name them."""
        return Terms(
            message_days=self.keep_messages_days,
            upload_days=self.keep_idle_days,
            export_days=self.keep_exports_days,
            idle_days=self.keep_idle_days,
            rejected_years=self.keep_rejected_years,
            archive_years=self.keep_entries_years,
        )

    def use_secret_key(self) -> None:
        """Take the secret key of the deployment, or the one kept in the data folder since the first start."""
        given = self.secret_key.get_secret_value() if self.secret_key else ""
        secret_key.use(given or secret_key.kept_in(self.data_dir / "secret.key"))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone days are counted in."""
        return ZoneInfo(self.timezone)


def read() -> Settings:
    """The settings; raise `WrongSettingsError` with every mistake."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"- {_name(each['loc'])}: {_reason(each)}" for each in error.errors(include_input=False)]
        raise WrongSettingsError(_("These settings are wrong:") + "\n" + "\n".join(lines)) from None


def parted(text: str) -> list[str]:
    """The values of a setting that may have several, separated by commas."""
    return [each.strip() for each in text.split(",") if each.strip()]


def _is_posted_to(channel: str, info: ValidationInfo) -> bool:
    """Whether a channel is to have a webhook; a token that was set, but wrongly, counts: all mistakes are told."""
    return bool(info.data.get(f"{channel}_token", True)) and info.data.get(f"{channel}_mode") == "webhook"


def _is_public(url: str) -> bool:
    """Whether a platform can post there: over TLS, to a name or an address of the Internet."""
    host = urlsplit(url).hostname or ""
    try:
        is_reached = ip_address(host).is_global
    except ValueError:
        is_reached = "." in host and not is_local(url)
    return url.startswith("https://") and is_reached


def _is_secret(text: str, least: int = 1) -> bool:
    """Whether Telegram, or with `least` 8 Zalo, takes it as a secret_token."""
    return least <= len(text) <= 256 and all(c.isascii() and (c.isalnum() or c in "_-") for c in text)  # noqa: PLR2004


def _name(location: tuple[int | str, ...]) -> str:
    return str(location[0]).upper()


def _reason(error: object) -> str:
    assert isinstance(error, dict)  # noqa: S101 - pydantic's ErrorDetails is one
    text = _MESSAGES.get(error["type"]) or _PYDANTIC.get(error["type"])
    return _(text).format(**error.get("ctx", {})) if text else str(error["msg"])
