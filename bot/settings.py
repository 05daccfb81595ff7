"""Settings from the environment or `.env`. A wrong one stops the start, with all mistakes in one message."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal, LiteralString
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from locales import N_, _
from movement.controller import Controller
from storage import secret_key

_MESSAGES = {
    "database_url": N_("it must be sqlite:///path or postgresql://user@host/name"),
    "zone": N_("this time zone is not known"),
    "public_url": N_("it must begin with http:// or https://"),
    "webhook_secret": N_("webhook mode needs TELEGRAM_WEBHOOK_SECRET, 1 to 256 of A-Z a-z 0-9 _ -"),
    "webhook_https": N_("webhook mode needs a PUBLIC_URL that begins with https://"),
    "secret_key": N_("it must have at least 32 characters"),
    "token": N_("a token looks like 123456:ABC-DEF"),
}
_PYDANTIC = {
    "int_parsing": N_("it must be a whole number"),
    "bool_parsing": N_("it must be true or false"),
    "literal_error": N_("it must be one of {expected}"),
    "greater_than_equal": N_("it must be at least {ge}"),
    "less_than_equal": N_("it must be at most {le}"),
    "date_from_datetime_parsing": N_("it must be a day such as 2027-03-09"),
    "string_pattern_mismatch": N_("it is not of the right form"),
}


SHORTEST_SECRET_KEY = 32  # characters


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


def _secret_key(key: SecretStr) -> SecretStr:
    if len(key.get_secret_value()) < SHORTEST_SECRET_KEY:
        raise wrong("secret_key")
    return key


class Settings(BaseSettings):
    """Every setting; the README says what each is for. Secrets do not print."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: Annotated[str, AfterValidator(_database)] | None = None
    data_dir: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: Annotated[str, AfterValidator(_address)] | None = None
    secret_key: Annotated[SecretStr, AfterValidator(_secret_key)] | None = None
    telegram_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    telegram_api_url: Annotated[str, AfterValidator(_address)] = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr | None = None
    data_controller: str = ""  # who answers for people's data
    data_contact: str = ""
    keep_entries_years: int = Field(default=20, ge=0)  # recognised ones; 0: for ever
    locale: Literal["vi", "en"] = "vi"
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Ho_Chi_Minh"
    demo: bool | None = None  # None: on when no token is set and the database is new
    demo_today: dt.date | None = None

    @model_validator(mode="after")
    def _webhook(self) -> Settings:
        if self.telegram_token and self.telegram_mode == "webhook":
            if not self.telegram_webhook_secret or not _is_secret(self.telegram_webhook_secret.get_secret_value()):
                raise wrong("webhook_secret")
            if not self.address.startswith("https://"):
                raise wrong("webhook_https")
        return self

    @property
    def database(self) -> str:
        """Where the database is; by default inside the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'kheo.db'}"

    @property
    def address(self) -> str:
        """Where people reach the web page."""
        return self.public_url or f"http://localhost:{self.port}"

    def controller(self, abroad: tuple[str, ...]) -> Controller:
        """Who answers for the data; `abroad` names the platforms in use that are outside Viet Nam."""
        return Controller(self.data_controller, self.data_contact, abroad, self.keep_entries_years)

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


def _is_secret(text: str) -> bool:
    """Whether Telegram takes it as a secret_token."""
    return 1 <= len(text) <= 256 and all(c.isascii() and (c.isalnum() or c in "_-") for c in text)  # noqa: PLR2004


def _name(location: tuple[int | str, ...]) -> str:
    return str(location[0]).upper() if location else "TELEGRAM_MODE"


def _reason(error: object) -> str:
    assert isinstance(error, dict)  # noqa: S101 - pydantic's ErrorDetails is one
    text = _MESSAGES.get(error["type"]) or _PYDANTIC.get(error["type"])
    return _(text).format(**error.get("ctx", {})) if text else str(error["msg"])
