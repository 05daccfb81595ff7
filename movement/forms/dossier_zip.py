"""An entry's whole dossier as one zip: a list of contents, drafts of its papers, score sheets, evidence in order.

Which papers the guideline asks for is `dossiers`' business; what bodies outside write is named as still missing.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from locales import _, speaking
from movement import dossiers, entries, evidence, exports, scores
from movement.exports import Made
from movement.forms import files, makers, paper_of_entry
from movement.forms.page import Head, Line, Page
from movement.vietnamese_dates import show_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from movement.context import Context
    from movement.entries import Entry
    from movement.evidence import Attached, Shown
    from movement.exports import ReadFile
    from movement.forms.page import Cell

DOSSIER: Final = "dossier"  # {entry}
MEDIA_TYPE: Final = "application/zip"
MOST_BYTES: Final = 45 * 1024**2  # of evidence: Telegram takes files of 50 MB at most
_WORDS: Final = 40  # characters of what was said that go into a file's name


@dataclass(frozen=True, slots=True)
class _Packed:
    """A file of the zip, and what the list of contents says of it."""

    path: str
    what: str
    data: bytes | None  # None: it is not in the zip, and `path` says why


@exports.maker(DOSSIER)
def pack(ctx: Context, arguments: Any, read: ReadFile) -> Made:
    """The zip; raise DomainError where the person may not see the entry."""
    found = entries.demand(ctx, "see", entries.find(ctx, arguments["entry"]))
    with speaking("vi"):
        name = files.slug(_("Dossier"), found.number, found.name)
        packed = [*_papers(ctx, found), *_evidence(ctx, found, read)]
        contents = files.made(_contents(ctx, found, packed), "pdf", "00", _("Contents"))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as whole:  # stored: papers and pictures are compressed already
        whole.writestr(contents.name, contents.data)
        for each in packed:
            if each.data is not None:
                whole.writestr(each.path, each.data)
    return Made(f"{name}.zip", MEDIA_TYPE, target.getvalue())


def _papers(ctx: Context, found: Entry) -> Iterator[_Packed]:
    """The drafts and the sheets that were filled in."""
    made = [(makers.title(form), makers.entry_paper(ctx, found.id, form, "docx")) for form in ("report", "brief")]
    sheets = scores.both(ctx, [found.id]).get(found.id, {})
    for kind, label in (("self", _("Score sheet: self-score")), ("appraisal", _("Score sheet: appraisal"))):
        if kind in sheets:
            made.append((label, makers.sheet(ctx, found.id, "pdf", kind)))
    for number, (label, file) in enumerate(made, 1):
        ending = PurePath(file.name).suffix
        yield _Packed(f"{number:02}-{files.slug(label)}{ending}", label, file.data)


def _evidence(ctx: Context, found: Entry, read: ReadFile) -> Iterator[_Packed]:
    """Every piece of evidence in the order it came; its files bear the day and the first words said."""
    left = MOST_BYTES
    for number, piece in enumerate(evidence.of_entry(ctx, found.id), 1):
        day = piece.created_at.astimezone(ctx.zone).date()
        said = f"{show_day(day)}: {piece.text}"
        if not piece.files:
            yield _Packed("", said, None)
        for place, file in enumerate(piece.files, 1):
            path = f"minh-chung/{number:02}-{place:02}-{day:%Y%m%d}-{_named(piece, file)}"
            text = "\n".join(part for part in (said if place == 1 else "", file.caption) if part)
            data = _read(file, read) if file.size <= left else None
            if data is None:
                yield _Packed(_("not in the zip: {name}").format(name=file.name), text, None)
                continue
            left -= len(data)
            yield _Packed(path, text, data)


def _named(piece: Shown, file: Attached) -> str:
    words = files.slug(file.caption or piece.text)[:_WORDS].strip("-")
    return f"{words or 'tep'}{PurePath(file.name).suffix.lower()}"


def _read(file: Attached, read: ReadFile) -> bytes | None:
    try:
        return read(file.sha256)
    except FileNotFoundError:  # lost from the store: the rest of the dossier is still wanted
        return None


def _contents(ctx: Context, found: Entry, packed: list[_Packed]) -> Page:
    """The list of contents: what the guideline asks for, then what is in the zip."""
    heads = (
        Head("number", _("No."), "", (), (12.0,), "center"),
        Head("what", _("Paper"), "", (), (93.0,), "left"),
        Head("where", _("File, or state"), "", (), (60.0,), "left"),
    )
    return Page(
        left=paper_of_entry.name_of(ctx, found),
        right="",
        title=_("CONTENTS OF THE DOSSIER"),
        under_title=(_("Initiative: “{name}” ({number})").format(name=found.name, number=found.number),),
        is_landscape=False,
        heads=heads,
        lines=tuple(_rows(ctx, found, packed)),
        below=(),
    )


def _rows(ctx: Context, found: Entry, packed: list[_Packed]) -> Iterator[Line]:
    asked = [each for dossier in dossiers.of_entry(found, dossiers.held(ctx, found)) for each in dossier.papers]
    if asked:
        yield Line("part", ("I", _("Papers that the guideline asks for"), ""))
    for number, each in enumerate(asked, 1):
        copies = " " + _("({copies} copies)").format(copies=f"{each.paper.copies:02}") if each.paper.copies else ""
        state = _("what it is written from is here") if each.is_here else _("still to be made")
        yield Line("item", (number, each.paper.label + copies, state))
    yield Line("part", ("II" if asked else "I", _("What is in this zip"), ""))
    for number, packed_file in enumerate(packed, 1):
        cells: tuple[Cell, ...] = (number, packed_file.what, packed_file.path)
        yield Line("item", cells)
