"""Bring the catalogues in step with the code: `uv run locales/update.py`.

New texts come in untranslated (Vietnamese) or as they are (English); texts that left the code leave it too.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from babel.messages.catalog import Message

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("bot", "conversations", "movement", "storage")
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
_HEADER = """\
# Texts of Khéo. The ids are English; run locales/update.py after changing them.
msgid ""
msgstr ""
"Language: {locale}\\n"
"Plural-Forms: {plural}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def path_of(locale: str) -> Path:
    """Where the catalogue of a language is."""
    return ROOT / "locales" / locale / "LC_MESSAGES" / "kheo.po"


def extracted() -> Catalog:
    """Every text that the code marks, with the files it stands in."""
    found = Catalog()
    for folder in FOLDERS:
        for name, _line, ids, _comments, _context in extract_from_dir(ROOT / folder, keywords=KEYWORDS):
            found.add(ids, locations=[(f"{folder}/{name}", 0)])
    return found


def read(locale: str) -> Catalog:
    """The catalogue of a language as it is."""
    with path_of(locale).open("rb") as source:
        return read_po(source, locale=locale, domain="kheo")


def update(locale: str, found: Catalog) -> list[str]:
    """Write the catalogue anew with just the texts that were found; give the ids without a translation."""
    old, new, missing = read(locale), Catalog(locale=locale, fuzzy=False), []
    for message in found:
        if not message.id:
            continue
        before = old.get(message.id)
        text = before.string if before and before.string else _untranslated(locale, message)
        if not all(text if isinstance(text, tuple) else (text,)):
            missing.append(str(message.id))
        places = sorted({name for name, _line in message.locations})
        new.add(message.id, text, locations=[(name, 0) for name in places])
    body = io.BytesIO()
    write_po(body, new, width=0, sort_output=True, include_lineno=False, omit_header=True)
    path_of(locale).write_text(_HEADER.format(locale=locale, plural=new.plural_forms) + body.getvalue().decode())
    return missing


def _untranslated(locale: str, message: Message) -> str | tuple[str, ...]:
    if locale == "en":
        return message.id if isinstance(message.id, str) else tuple(message.id)
    return "" if isinstance(message.id, str) else ("",)


if __name__ == "__main__":
    catalogue = extracted()
    for language in ("vi", "en"):
        for text in update(language, catalogue):
            sys.stdout.write(f"{language}: {text}\n")
