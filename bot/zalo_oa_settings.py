"""The settings of the Zalo Official Account: off without `ZALO_OA_ID`, all that it needs asked for with it."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, SecretStr, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings

from locales import N_

MESSAGES: Final = {
    "zalo_oa_needs": N_("ZALO_OA_ID is set, so this is needed as well"),
    "zalo_oa_url": N_("it must begin with http:// or https://"),
}

_Number = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9]{1,40}$")]


class ZaloOASettings(BaseSettings):
    """What `bot.settings.Settings` holds of it."""

    zalo_oa_id: _Number | None = None
    zalo_oa_app_id: _Number | None = Field(default=None, validate_default=True)
    zalo_oa_app_secret: SecretStr | None = Field(default=None, validate_default=True)
    zalo_oa_secret: SecretStr | None = Field(default=None, validate_default=True)
    zalo_oa_refresh_token: SecretStr | None = None  # used only while the database has none
    zalo_oa_api_url: str = "https://openapi.zalo.me"
    zalo_oa_oauth_url: str = "https://oauth.zaloapp.com"
    zalo_oa_paid: bool = False  # consult messages that are charged one by one may be sent
    zalo_oa_template_notice: _Number | None = None
    zalo_oa_template_reminder: _Number | None = None

    @field_validator("zalo_oa_app_id", "zalo_oa_app_secret", "zalo_oa_secret")
    @classmethod
    def _needed(cls, value: object, info: ValidationInfo) -> object:
        if value is None and info.data.get("zalo_oa_id", True):  # an id that is wrong was meant as one
            raise PydanticCustomError("zalo_oa_needs", "zalo_oa_needs")  # noqa: EM101 - a kind, not a message
        return value

    @field_validator("zalo_oa_api_url", "zalo_oa_oauth_url")
    @classmethod
    def _url(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise PydanticCustomError("zalo_oa_url", "zalo_oa_url")  # noqa: EM101
        return url.rstrip("/")
