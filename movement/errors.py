"""Errors whose message a person may see."""

from __future__ import annotations


class DomainError(Exception):
    """A rule says no. The message is in the person's language and says what to do next."""


class NotYours(DomainError):  # noqa: N818 - it says what the person is told
    """Something was asked for that is not there for this person: a guessed number, or another person's button.

    `act` and `subject`, such as "see" and "entry:12", are for the audit; the message names neither.
    """

    def __init__(self, message: str, act: str, subject: str) -> None:
        super().__init__(message)
        self.act, self.subject = act, subject
