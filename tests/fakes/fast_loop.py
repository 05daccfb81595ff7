"""An event loop in which nobody waits: its clock jumps to whatever comes next. Only for what needs no network."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine


T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    """Does not wait, but says how long it would have."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if not found and timeout is not None:
            self.passed += timeout
        return found


class FastLoop(asyncio.SelectorEventLoop):
    """Its time is what all waits together would have taken."""

    def __init__(self) -> None:
        self._fast = _Selector()
        super().__init__(self._fast)

    def time(self) -> float:
        return 1000.0 + self._fast.passed


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run until done, in no time."""
    with asyncio.Runner(loop_factory=FastLoop) as runner:
        return runner.run(work)
