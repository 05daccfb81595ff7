"""PostgreSQL: the connection by which a process is known to be alive, and over which others wake it."""

from __future__ import annotations

import math
import secrets
import socket
import time
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import psycopg

from storage.locks import PROCESSES, unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

CHANNEL = "kheo_outbox"
PAUSE = 1.0  # seconds between attempts to come back
GRACE = 10.0  # seconds after coming back in which nobody is taken for dead: the others may be on their way


class Presence:
    """A thread with a connection that holds the lock of this process's number and listens.

    `heard` is called in the thread after each wake-up from another process, and after each reconnection,
    since wake-ups are lost in between.
    """

    def __init__(self, address: dict[str, Any], heard: Callable[[], None]) -> None:
        self._address = address
        self._heard = heard
        self._closing = Event()
        self._may_judge_at = 0.0
        with unavailable():
            self._connection = psycopg.connect(**address)
            self.process = _take_number(self._connection)
            self._connection.execute(f"LISTEN {CHANNEL}")
        self._thread = Thread(target=self._live, name="kheo-presence", daemon=True)
        self._thread.start()

    @property
    def may_judge(self) -> bool:
        """Whether a lock that is free says its process is dead; not while everybody reconnects."""
        return time.monotonic() >= self._may_judge_at

    def close(self) -> None:
        """Leave. The number is free as soon as the server has seen it."""
        self._closing.set()
        if not self._connection.closed:
            # Ends the wait of the thread at once, which closing from here would not.
            with socket.socket(fileno=socket.dup(self._connection.fileno())) as wire:
                wire.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._connection.close()

    def _live(self) -> None:
        while not self._closing.is_set():
            try:
                for note in self._connection.notifies():
                    if note.payload != str(self.process):
                        self._heard()
            except psycopg.OperationalError:
                self._come_back()

    def _come_back(self) -> None:
        """Connect anew. The number may have to be waited for until the server has buried the old connection."""
        self._may_judge_at = math.inf
        self._connection.close()
        while not self._closing.is_set():
            try:
                self._connection = psycopg.connect(**self._address)
                self._connection.execute("SELECT pg_advisory_lock(%s, %s)", [PROCESSES, self.process])
                self._connection.execute(f"LISTEN {CHANNEL}")
            except psycopg.OperationalError:
                self._closing.wait(PAUSE)
            else:
                self._may_judge_at = time.monotonic() + GRACE
                self._heard()
                return


def _take_number(connection: psycopg.Connection[Any]) -> int:
    """Draw a number that no living process has."""
    while True:
        number = secrets.randbelow(2**31 - 1) + 1
        taken = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", [PROCESSES, number]).fetchone()
        if taken and taken[0]:
            return number
