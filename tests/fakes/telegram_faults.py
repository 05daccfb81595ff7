"""What can go wrong between a bot and Telegram, to be ordered from the fake with `server.fail(…)`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """One order: which calls it hits, how many of them, and how they end."""

    status: int = 0
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    body: str = ""  # instead of JSON
    reset: bool = False  # the connection breaks instead of an answer
    hang: bool = False  # no answer ever comes
    delay: float = 0  # seconds before anything is done
    carried_out: bool = False  # Telegram does what was asked for all the same
    method: str = ""  # only calls of this method
    chat: int = 0  # only calls about this chat
    times: int = 1

    def hits(self, method: str, values: dict[str, Any]) -> bool:
        """Whether this call is to go wrong."""
        return (
            self.times > 0
            and self.method in {"", method}
            and (not self.chat or str(values.get("chat_id")) == str(self.chat))
        )


def flood(retry_after: int) -> Fault:
    """429: too many messages; nothing was sent."""
    description = f"Too Many Requests: retry after {retry_after}"
    return Fault(429, description, {"retry_after": retry_after})


def forbidden(reason: str = "bot was blocked by the user") -> Fault:
    """403: this person cannot be reached."""
    return Fault(403, f"Forbidden: {reason}")


def bad_request(reason: str, **parameters: Any) -> Fault:
    """400 with Telegram's reason."""
    return Fault(400, f"Bad Request: {reason}", parameters)


def migrated(chat: int) -> Fault:
    """400: the group is a supergroup now, with another id."""
    return bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat)


def bad_gateway() -> Fault:
    """502 with a page of HTML, as proxies before Telegram answer."""
    return Fault(502, body="<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>")


def unauthorized() -> Fault:
    """401: the token was withdrawn."""
    return Fault(401, "Unauthorized")


def too_large() -> Fault:
    """413: the upload is too big."""
    return Fault(413, "Request Entity Too Large")


def lost_answer() -> Fault:
    """Telegram does it, but its answer never arrives."""
    return Fault(hang=True, carried_out=True)


def reset(*, carried_out: bool = False) -> Fault:
    """The connection breaks before an answer; carried out or not, the bot cannot know."""
    return Fault(reset=True, carried_out=carried_out)


def slow(seconds: float) -> Fault:
    """Everything goes well, but late."""
    return Fault(delay=seconds, carried_out=True)
