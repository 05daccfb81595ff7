"""Whatever a person does, in whatever order: nothing accepted is lost, no effect runs twice, replay agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from conversations.engine.screen import Reply
from tests.engine.talk import Pick, Pile, Talk, Word

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue


def script(d: Dialogue, sent: object) -> None:
    """Branches, a loop of sections, a draft, two reviews and an effect between them."""
    assert isinstance(sent, list)
    kind = d.ask("kind", Pick("Kind?", ["one", "two", "none"]), label="Kind")
    for number in range(["none", "one", "two"].index(kind)):
        with d.section(str(number)):
            if d.ask("member", Pick(f"Member {number}?", ["old", "new"]), label="Member") == "new":
                d.ask("name", Word(f"Name of {number}?"), label="Name")
    pile = d.ask("pile", Pile("Pile?"), label="Pile")
    d.review("check", "Check.")
    d.once("send", _send, sent, [kind, *pile])
    d.ask("after", Word("After?"), label="After")
    d.review("check_after", "Check after.")
    d.once("close", _send, sent, ["closed"])


def _send(sent: list[list[str]], what: list[str]) -> int:
    sent.append(what)
    return len(sent)


class RandomTalk(RuleBasedStateMachine):
    """Answers, wrong answers, controls, edits, old buttons and pauses. `Talk` compares each replay."""

    @initialize()
    def begin(self) -> None:
        self.sent: list[list[str]] = []
        self.talk = Talk(script, self.sent)
        self.taps: list[str] = []

    @precondition(lambda self: self.talk.turn.state == "open")
    @rule(
        text=st.sampled_from(
            ["1", "2", "3", "old", "new", "Lan", "done", "send", "wrong", "", "back", "keep", "9"]
        )
    )
    def say(self, text: str) -> None:
        self._act(Reply(text=text))

    @precondition(lambda self: self.talk.turn.state == "open")
    @rule(choice=st.integers(0, 11), is_old=st.booleans())
    def tap(self, choice: int, *, is_old: bool) -> None:
        screen = self.talk.screen
        shown = [o.tap for o in (*screen.options, *screen.controls) if not o.key.startswith("~cancel")]
        taps = self.taps if is_old and self.taps else shown
        self.taps.extend(shown)
        if taps:
            self._act(Reply(tap=taps[choice % len(taps)]))

    @precondition(lambda self: self.talk.turn.state == "open")
    @rule()
    def pause(self) -> None:
        before = self.talk.screen.place

        self.talk.resume()

        assert self.talk.screen.place == before

    @precondition(lambda self: self.talk.turn.state == "open")
    @rule()
    def cancel_and_reopen(self) -> None:
        before = dict(self.talk.memory.answers)

        self.talk.say("cancel")

        assert self.talk.turn.state == "cancelled"
        assert self.talk.memory.answers == before
        self.talk.resume()

    @precondition(lambda self: self.talk.turn.state == "finished")
    @rule()
    def begin_another(self) -> None:
        self.begin()

    def _act(self, reply: Reply) -> None:
        memory = self.talk.memory
        before, open_key = {**memory.replaced, **memory.answers}, memory.pending

        self.talk.reply(reply)

        memory = self.talk.memory
        after = {**memory.replaced, **memory.answers}
        changed = {key for key in before if after.get(key) != before[key]}
        assert changed <= {open_key}, "an answer was lost that was not the one being given"

    @invariant()
    def no_effect_ran_twice(self) -> None:
        assert len(self.sent) == len(self.talk.memory.effects) <= 2

    @invariant()
    def the_end_is_reached_only_with_all_effects(self) -> None:
        if self.talk.turn.state == "finished":
            assert [what[-1] == "closed" for what in self.sent] == [False, True]

    @invariant()
    def there_is_always_a_way_on(self) -> None:
        if self.talk.turn.state == "open":
            assert self.talk.screen.text
            assert "Cancel" in self.talk.controls


TestRandomTalk = RandomTalk.TestCase
TestRandomTalk.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
