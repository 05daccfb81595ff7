"""What `run_bot.py zalo-oa` does with the database. Gives texts to print."""

from __future__ import annotations

import datetime as dt
import getpass
import sys
from typing import TYPE_CHECKING

from bot import zalo_oa_pairs
from bot.commands import database_of
from bot.zalo_oa_pairs import Pair
from locales import _
from movement.errors import DomainError

if TYPE_CHECKING:
    from bot.settings import Settings


def show(settings: Settings) -> str:
    """How the token stands; raise DomainError where the account is not set up."""
    account = _account(settings)
    with database_of(settings) as database:
        standing = database.read_now(zalo_oa_pairs.stands, account)
    if standing is None:
        return _("There is no token yet. The one in ZALO_OA_REFRESH_TOKEN is taken when Khéo starts.")
    if standing.is_spent:
        return _("Zalo has refused the token. Enter a new one: run_bot.py zalo-oa token")
    until = standing.expires_at.astimezone(settings.zone).strftime("%H:%M %d/%m/%Y")
    return _("The token is good until {until} and is renewed before that.").format(until=until)


def enter(settings: Settings) -> str:
    """Keep a refresh token in place of the one there is; nothing given tries that one again."""
    account, refresh = _account(settings), _typed()
    with database_of(settings) as database:
        if refresh:
            database.write_now(zalo_oa_pairs.enter, account, Pair("", refresh, dt.datetime.now(dt.UTC)))
        elif not database.write_now(zalo_oa_pairs.try_again, account):
            raise DomainError(_("Nothing was entered, and there is no token to try again."))
    return _("✅ Taken down. Khéo, if it is running, uses it within a minute.")


def _account(settings: Settings) -> str:
    if not settings.zalo_oa_id:
        raise DomainError(_("The Official Account is not set up: ZALO_OA_ID is missing, see docs/zalo.md."))
    return settings.zalo_oa_id


def _typed() -> str:
    """The token, typed unseen or from a pipe: as an argument it would stand in the shell's history."""
    if sys.stdin.isatty():
        return getpass.getpass(_("Refresh token (nothing: try the one that is kept again): ")).strip()
    return sys.stdin.readline().strip()
