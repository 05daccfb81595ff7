"""What a reply is for: the open question, a command, a number of the last list, or nothing known.

Pure of transport: context, state and reply in, one screen out.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot import typed, typed_codes, typed_search, written_for
from bot.fallbacks import cancelled, nothing_to_resume, resumed, unknown, with_parked, with_way_home
from bot.merged import as_merged
from bot.metrics import REFUSED
from bot.needs import can_go_to, is_new, is_the_same, lacks, needs_consent, taken_back
from bot.state import MOST_PARKED
from conversations import registry
from conversations.attachments import gathered, without_lists
from conversations.engine.memory import Memory
from conversations.engine.screen import Reply, Screen
from conversations.words import words
from movement import refusals

if TYPE_CHECKING:
    from bot.state import State
    from conversations.engine.dialogue import Turn
    from conversations.engine.screen import Json
    from conversations.registry import Entrance
    from movement.context import Context


def answer(ctx: Context, state: State, reply: Reply) -> Screen:
    """Take one reply and give the screen that answers it, changing the state in place."""
    state.entered = ""
    screen = _route(ctx, state, reply)
    state.command = "" if state.is_open else state.entered
    if not state.is_open:
        offer(state, screen)
    return screen


def offer(state: State, screen: Screen) -> None:
    """Let the numbers of this screen's options count, and no others."""
    state.menu = {str(option.number): option.tap for option in screen.options if option.number}


def resume(ctx: Context, state: State) -> Screen:
    """The current dialogue's question once more."""
    return _run(ctx, state, None)


def park(state: State) -> None:
    """Leave the current dialogue for later."""
    state.is_open = False


def _route(ctx: Context, state: State, reply: Reply) -> Screen:
    text = reply.tap if reply.tap.startswith("/") else reply.text.strip()
    if text.startswith("/"):
        return _command(ctx, state, text)
    if reply.tap:
        return _tap(ctx, state, reply)
    if (screen := _by_number(ctx, state, text)) is not None:
        return screen
    control = words(ctx.person.locale).control(text)
    if state.is_open:
        return _command(ctx, state, "/desau") if control == "~later" else _open_question(ctx, state, reply)
    return _of_no_question(ctx, state, reply, text)


def _of_no_question(ctx: Context, state: State, reply: Reply, text: str) -> Screen:
    """A reply while no question is open: of the last menu, the words of an entrance, or not known."""
    if tap := typed.numbered(state, text):
        return _command(ctx, state, tap)
    if entrance := registry.by_words(text, ctx.person.locale):
        return _enter(ctx, state, entrance, "")
    if reply.is_complete and state.stack and (screen := _brought(ctx, state, reply)):
        return screen
    if reply.files or reply.refused:
        return _unasked_files(ctx, state, reply)
    if command := typed_codes.command(text) or typed_search.command(text):
        return _command(ctx, state, command)
    if state.stack and words(ctx.person.locale).control(text) == "~cancel":
        return _cancel(ctx, state)
    if tap := typed.labelled(ctx, state, text):
        return _command(ctx, state, tap)
    if command := typed_search.further(state, text):
        return _command(ctx, state, command)
    if state.stack:
        return resumed(_run(ctx, state, None), said=reply.text)
    return unknown(ctx, reply)


def _by_number(ctx: Context, state: State, text: str) -> Screen | None:
    """What a number alone does but answer: 0 leads back, one that does not count shows its list again."""
    again = partial(_run, ctx, state, None)
    match typed.meaning(state, text, again):
        case "answer":
            return None
        case "back":
            return _run(ctx, state, Reply(choice="~back"))
        case "home":
            is_joining = state.is_open and lacks(ctx, registry.entrances()["start"])
            return again() if is_joining else _command(ctx, state, "/start")
        case why:
            screen = again() if state.is_open else _command(ctx, state, state.command or "/start")
            return typed.explained(screen, why, text)


def _open_question(ctx: Context, state: State, reply: Reply) -> Screen:
    """Give the reply to the question, unless the whole message is a command of several words.

    A single word may well be an answer: it is a command only where the question cannot use it.
    """
    entrance = registry.by_words(reply.text, ctx.person.locale) if reply.text and not reply.files else None
    if needs_consent(ctx, state):
        return _run(ctx, state, reply)
    if entrance is not None and len(reply.text.split()) > 1:
        return _enter(ctx, state, entrance, "")
    if (reply.files or reply.refused) and registry.entrances()[state.stack[-1].name].gathers:
        screen = _run(ctx, state, None)
        if screen.expects != "files":
            return _gathered(ctx, state, reply)
    turn = _turn(ctx, state, reply)
    if not turn.taken and entrance is not None:
        state.stack[-1].misses = 0
        return _enter(ctx, state, entrance, "")
    if not turn.taken and is_new(ctx, state) and (command := typed_codes.command(reply.text)):
        return typed_codes.noted(_command(ctx, state, command), command)
    return _after(ctx, state, turn)


def _tap(ctx: Context, state: State, reply: Reply) -> Screen:
    """Find the dialogue the button belongs to, be it parked; an old button shows where we are."""
    no = reply.tap.partition(".")[0]
    for memory in state.stack:
        if str(memory.no) == no:
            state.stack.remove(memory)
            state.stack.append(memory)
            turn = _turn(ctx, state, reply)
            if not turn.taken and not turn.screen.notice:
                _refused(ctx, f"dialogue:{memory.name}")  # of this very question, but never among its options
            return _after(ctx, state, turn)
    if not no.isdecimal() or int(no) > state.last_no:
        _refused(ctx, "dialogue:")  # a button of somebody else's conversation, or of none
    outdated = words(ctx.person.locale).outdated
    if state.stack:
        return replace(_run(ctx, state, None), notice=outdated)
    return replace(_command(ctx, state, "/start"), notice=outdated)


def _refused(ctx: Context, subject: str) -> None:
    """Write down a button that this person was not shown; what they are told is the same as of an old one."""
    REFUSED.labels(ctx.channel, "tap").inc()
    refusals.attempted(ctx, "tap", subject)


def _command(ctx: Context, state: State, text: str) -> Screen:
    name, arguments = (*text[1:].split(None, 1), "", "")[:2]
    match name.lower():
        case "huy" | "cancel" if state.stack:
            return _cancel(ctx, state)
        case "tieptuc" if state.stack:
            return _run(ctx, state, None)
        case "molai" if state.stopped or state.stack:
            return _reopen(ctx, state)
        case "huy" | "cancel" | "tieptuc" | "molai":
            return nothing_to_resume()
        case "start" if arguments:
            return _join(ctx, state, arguments)
        case "ho" if arguments:
            return _begin(ctx, state, *written_for.asked(ctx, arguments))
        case "lui" | "back" if state.is_open:
            return _run(ctx, state, Reply(choice="~back"))
    entrance = registry.entrances().get(name.lower()) or registry.by_words(name, ctx.person.locale)
    if entrance is None:
        state.is_open = False
        return with_parked(unknown(ctx, Reply(text=text[1:])), state.stack)
    return _enter(ctx, state, entrance, arguments.strip())


def _join(ctx: Context, state: State, code: str) -> Screen:
    """Begin joining with a code."""
    return _begin(ctx, state, registry.entrances()["batdau"], {"code": code.strip(), "then": taken_back(state)})


def _enter(ctx: Context, state: State, entrance: Entrance, arguments: str) -> Screen:
    """Show a command's screen, or begin a dialogue; first see to what must be known of the person."""
    if lacks(ctx, entrance):
        then = f"/{entrance.name} {arguments}".strip()
        return _begin(ctx, state, registry.entrances()["batdau"], {"then": then})
    if entrance.show is not None:
        state.is_open, state.entered = False, f"/{entrance.name} {arguments}".strip()
        with ctx.session.reading_only():  # writing is what dialogues are for
            screen = entrance.show(ctx, arguments)
        return with_parked(screen, state.stack)
    given = dict(zip(entrance.arguments, arguments.split(), strict=False))
    return _begin(ctx, state, entrance, given)


def _begin(ctx: Context, state: State, entrance: Entrance, given: dict[str, Json]) -> Screen:
    """Begin a dialogue, or take up the same one where it was left."""
    for memory in state.stack:
        if is_the_same(memory, entrance, given):
            was_open = state.is_open and memory is state.stack[-1]
            state.stack.remove(memory)
            state.stack.append(memory)
            screen = _run(ctx, state, None)
            return screen if was_open else resumed(screen)
    state.last_no += 1
    state.stack.append(Memory(entrance.name, state.last_no, given))
    del state.stack[:-MOST_PARKED]
    return _run(ctx, state, None)


def _brought(ctx: Context, state: State, reply: Reply) -> Screen | None:
    """Give files that came by a link to the question left for asking for that link, if they are for it."""
    screen = _run(ctx, state, None)
    if screen.expects == "files" or registry.entrances()[state.stack[-1].name].gathers:
        return _open_question(ctx, state, reply)
    park(state)
    return None


def _unasked_files(ctx: Context, state: State, reply: Reply) -> Screen:
    """Photos sent without being asked for begin a progress report with them."""
    entrance = registry.entrances()["minhchung"]
    if lacks(ctx, entrance):
        return _enter(ctx, state, entrance, "")
    reply = without_lists(reply)
    given = {"files": gathered([], reply)} if reply.files else {}
    return _begin(ctx, state, entrance, given).with_lines_before(*reply.refused)


def _gathered(ctx: Context, state: State, reply: Reply) -> Screen:
    """Keep files that the open question does not ask for, and ask it once more."""
    memory, reply = state.stack[-1], without_lists(reply)
    memory.given = {**memory.given, "files": gathered(memory.given.get("files", []), reply)}
    screen = _run(ctx, state, None)
    return replace(screen, amends=bool(reply.album)).with_lines_before(*reply.refused)


def _turn(ctx: Context, state: State, reply: Reply | None) -> Turn:
    return written_for.played(ctx, state.stack[-1], reply)


def _run(ctx: Context, state: State, reply: Reply | None) -> Screen:
    if needs_consent(ctx, state):
        return _begin(ctx, state, registry.entrances()["batdau"], {"then": "/tieptuc"})
    return _after(ctx, state, _turn(ctx, state, reply))


def _after(ctx: Context, state: State, turn: Turn) -> Screen:
    match turn.state:
        case "open":
            state.is_open = True
            state.menu = {}
            return with_way_home(turn.screen) if ctx.frugal and state.stack[-1].name != "batdau" else turn.screen
        case "cancelled":
            return _cancel(ctx, state)
        case "finished":
            memory = state.stack.pop()
            state.is_open = False
            if ctx.memo.get("forgets"):  # the consent under which drafts were kept was withdrawn
                state.stack, state.stopped = [], None
            ctx = as_merged(ctx, state)
            then = memory.given.get("then")
            if then and can_go_to(ctx, then):
                return _command(ctx, state, then).with_lines_before(turn.screen.text)
            return with_parked(turn.screen, state.stack)


def _cancel(ctx: Context, state: State) -> Screen:
    state.stopped = state.stack.pop()
    state.is_open = False
    return with_parked(cancelled(ctx, state.stopped), state.stack)


def _reopen(ctx: Context, state: State) -> Screen:
    if state.stopped is not None:
        state.stack.append(state.stopped)
        state.stopped = None
    return _run(ctx, state, None)
