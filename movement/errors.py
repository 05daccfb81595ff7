"""Errors whose message a person may see."""

from __future__ import annotations


class DomainError(Exception):
    """A rule says no. The message is in the person's language and says what to do next."""
