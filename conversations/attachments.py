"""The question answered by photos and files, group by group, each group with its caption."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from conversations.engine.question import Again, Answered, Prompt, Question
from conversations.engine.screen import FileRef, Option
from locales import _, ngettext
from movement.evidence import Attached
from movement.evidence_files import LIST
from movement.vietnamese_text import clean

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from conversations.engine.screen import Json, Reply

MOST_FILES = 30
MOST_NAMED = 6


@dataclass(frozen=True, slots=True)
class Group:
    """Files sent together, and what was written with them."""

    caption: str
    files: tuple[FileRef, ...]


@dataclass(frozen=True, slots=True)
class Files(Question[tuple[Group, ...]]):
    """Photos and files, until "done". What comes in is kept at once; a refused file leaves the others."""

    text: str
    least: int = 0
    takes_one: bool = False  # the first file is the answer
    takes_lists: bool = False  # CSV, which is no evidence

    def prompt(self, draft: Json) -> Prompt:
        """Show what has come so far, and the control that ends."""
        groups = tuple(_group(group) for group in draft or ())
        many = sum(len(group.files) for group in groups)
        text = f"{received(groups)}\n\n{_('Send more, or choose “Done”.')}" if many else self.text
        done = (Option("~done", _("Done")),) if many >= self.least else ()
        return Prompt(text, (), done, expects="files")

    def receive(self, draft: Json, reply: Reply) -> Answered[tuple[Group, ...]] | Again:
        """Keep the files; words alone are a caption for those just sent."""
        groups = list(draft or ())
        if reply.choice == "~done":
            return self.recall(groups)
        if not self.takes_lists:
            reply = without_lists(reply)
        caption = clean(reply.text)
        if not reply.files and not reply.refused:
            return _captioned(groups, caption)
        room = MOST_FILES - sum(len(group["files"]) for group in groups)
        kept, left_out = reply.files[:room], reply.files[room:]
        reasons = list(reply.refused)
        if left_out:
            reasons.append(_("At most {most} files at a time: the rest was not kept.").format(most=MOST_FILES))
        same_album = bool(groups and reply.album and groups[-1]["album"] == reply.album)
        if kept:
            _add(groups, reply.album if same_album else "", caption, kept, reply.album)
        if kept and self.takes_one:
            return self.recall([{**groups[-1], "files": groups[-1]["files"][:1]}])
        if reply.is_complete and not reasons:
            return self.recall(groups)
        return Again("\n".join(reasons), groups, amends=same_album)

    def recall(self, stored: Json) -> Answered[tuple[Group, ...]] | Again:
        """Give the groups back."""
        groups = tuple(_group(group) for group in stored)
        many = sum(len(group.files) for group in groups)
        if many < self.least:
            return Again(_("Please send at least one photo or file."), stored)
        shown = ngettext("{many} file", "{many} files", many).format(many=many)
        return Answered(groups, stored, shown if many else _("(none)"))


def without_lists(reply: Reply) -> Reply:
    """The reply without lists as text, each refused with what to do with it."""
    lists = [file for file in reply.files if file.media_type == LIST]
    if not lists:
        return reply
    text = _("“{name}” is a list (CSV), which is no evidence. Lists of units are sent at /napdonvi.")
    refused = (*reply.refused, *(text.format(name=file.name) for file in lists))
    return replace(reply, files=tuple(file for file in reply.files if file not in lists), refused=refused)


def gathered(groups: list[Json], reply: Reply) -> list[Json]:
    """These groups and what came now: photos of one album are one group."""
    groups, caption = list(groups), clean(reply.text)
    if reply.files:
        same = bool(groups and reply.album and groups[-1]["album"] == reply.album)
        _add(groups, reply.album if same else "", caption, reply.files, reply.album)
    return groups


def brought(d: Dialogue) -> tuple[Group, ...]:
    """Files that came with the beginning of the dialogue, or to a question of it that asks for words."""
    return tuple(_group(group) for group in d.given("files", ()))


def received(groups: tuple[Group, ...]) -> str:
    """How many files there are, by their names; nothing where there are none."""
    names = [file.name for group in groups for file in group.files]
    if not names:
        return ""
    got = ngettext("{many} file received", "{many} files received", len(names)).format(many=len(names))
    return "\n".join([f"✅ {got}:", *(f"• {name}" for name in names[-MOST_NAMED:])])


def with_received(text: str, groups: tuple[Group, ...]) -> str:
    """The text of a question under the receipt of these files."""
    return f"{received(groups)}\n\n{text}" if groups else text


def no_faces() -> str:
    """What is asked before photos are sent. Source: Law 91/2025/QH15, health data and children's."""
    return _("Please no faces of patients or children without their consent.")


def with_warning(text: str, groups: tuple[Group, ...]) -> str:
    """The text under a word about the photos that came unasked, where there are photos among the files."""
    if not any(file.media_type.startswith("image/") for group in groups for file in group.files):
        return text
    warning = _("Are there faces of patients or children in it who have not consented? Then send “cancel”.")
    return f"{warning}\n\n{text}"


def captions(groups: tuple[Group, ...]) -> tuple[str, ...]:
    """What was written with the files, each once."""
    return tuple(dict.fromkeys(group.caption for group in groups if group.caption))


def _group(stored: Json) -> Group:
    return Group(stored["caption"], tuple(FileRef(**file) for file in stored["files"]))


def _add(groups: list[Json], same: str, caption: str, files: tuple[FileRef, ...], album: str) -> None:
    if same:
        last = groups[-1]
        caption = "\n".join(part for part in (last["caption"], caption) if part)
        groups[-1] = {**last, "caption": caption, "files": [*last["files"], *map(asdict, files)]}
    else:
        groups.append({"caption": caption, "files": [asdict(file) for file in files], "album": album})


def _captioned(groups: list[Json], caption: str) -> Again:
    if not groups:
        return Again(_("Please send a photo or a file here; words can go with it as its caption."), groups)
    if not caption:
        return Again(_("Send more, or choose “Done”."), groups)
    last = groups[-1]
    joined = "\n".join(part for part in (last["caption"], caption) if part)
    return Again("", [*groups[:-1], {**last, "caption": joined}])


def attached(groups: tuple[Group, ...]) -> list[Attached]:
    """The files as evidence; each carries the caption of its group."""
    return [
        Attached(file.sha256, file.name, file.media_type, file.size, group.caption)
        for group in groups
        for file in group.files
    ]
