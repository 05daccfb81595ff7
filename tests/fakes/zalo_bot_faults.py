"""What can go wrong between a bot and Zalo, to be ordered from the fake with `server.fail(…)`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Fault:
    """One order: which calls it hits, how many of them, and how they end."""

    code: int = 0  # the API's `error_code`
    status: int = 200  # of HTTP: errors come with 200 as well
    description: str = ""
    body: str = ""  # instead of JSON
    reset: bool = False  # the connection breaks instead of an answer
    hang: bool = False  # no answer ever comes
    carried_out: bool = False  # Zalo does what was asked for all the same
    method: str = ""  # only calls of this method
    chat: str = ""  # only calls about this chat
    times: int = 1

    def hits(self, method: str, chat: str) -> bool:
        """Whether this call is to go wrong."""
        return self.times > 0 and self.method in {"", method} and self.chat in {"", chat}


def error(code: int, description: str = "", status: int = 200) -> Fault:
    """An error by the API's own code, with HTTP 200 unless said otherwise."""
    return Fault(code, status, description or f"error {code}", method="sendMessage")


def flood(times: int = 1) -> Fault:
    """429: a burst, or the month's quota; nobody can tell."""
    return Fault(429, 200, "Quota exceeded", method="sendMessage", times=times)


def bad_gateway(status: int = 502, method: str = "sendMessage") -> Fault:
    """A page of HTML from the gateway, that names the path and so the token."""
    return Fault(status=status, body="<html><body>Bad Gateway: {path}</body></html>", method=method)


def lost_answer() -> Fault:
    """Zalo delivers the message, but its answer never arrives."""
    return Fault(hang=True, carried_out=True, method="sendMessage")


def reset(*, carried_out: bool = False) -> Fault:
    """The connection breaks before an answer; carried out or not, the bot cannot know."""
    return Fault(reset=True, carried_out=carried_out, method="sendMessage")
