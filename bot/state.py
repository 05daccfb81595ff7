"""All that is kept of a person's conversation between two messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conversations.engine.memory import Memory

if TYPE_CHECKING:
    from conversations.engine.screen import Json

MOST_PARKED = 20


@dataclass(slots=True)
class State:
    """All that is kept of a person's conversation. The last dialogue of the stack is the current one."""

    stack: list[Memory] = field(default_factory=list)
    is_open: bool = False  # the current dialogue's question is the last screen
    menu: dict[str, str] = field(default_factory=dict)  # taps of the last screen's options, by number
    stopped: Memory | None = None  # the dialogue last cancelled, which may be taken up again
    last_no: int = 0
    failures: int = 0  # in a row
    command: str = ""  # what the last screen can be shown again by, where it is a command's
    at: int = 0  # the address that the last screen went to
    entered: str = ""  # the command entered in this turn; not kept
    is_stale: bool = False  # the last screen is so old, or elsewhere, that its numbers do not count; not kept

    def to_json(self) -> Json:
        """The JSON form, without what is at its default."""
        data = {
            "stack": [memory.to_json() for memory in self.stack],
            "is_open": self.is_open,
            "menu": self.menu,
            "stopped": self.stopped and self.stopped.to_json(),
            "last_no": self.last_no,
            "failures": self.failures,
            "command": self.command,
            "at": self.at,
        }
        return {key: value for key, value in data.items() if value}

    @staticmethod
    def from_json(data: Json) -> State:
        """The state that `to_json` wrote."""
        stopped = data.get("stopped")
        return State(
            **{
                **data,
                "stack": [Memory(**memory) for memory in data.get("stack", ())],
                "stopped": Memory(**stopped) if stopped else None,
            },
        )

    def absorb(self, other: State) -> None:
        """Take over what the same person was in the middle of elsewhere: it is what waits first.

        Those of here take new numbers, since buttons elsewhere carry the numbers that they have there.
        """
        self.last_no = max(self.last_no, other.last_no)
        for memory in self.stack:
            self.last_no += 1
            memory.no = self.last_no
        self.stack = [*self.stack, *other.stack][-MOST_PARKED:]
        self.stopped = self.stopped or other.stopped
