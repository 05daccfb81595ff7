"""Vietnamese letters that an old font or a wrong encoding made unreadable: seen, never guessed back."""

from __future__ import annotations

import re

_SIGNS = (
    "\ufffd",  # what no decoder knew
    "Ã[\x80-\xbf]|á[º»]|Æ°|Ä[\x80-\x9f‘]",  # UTF-8 read as a Western encoding: CÃ´ng Ä‘oÃ n
    "®[a-zA-Z]|[a-z][«µ¸¶¬][a-z]|[a-z][µ¸¶¬](?![a-z])",  # TCVN3: C«ng ®oµn c¬ së
    r"(?<!\w)[ñÑ]|[oeaOEA][âÂ](?=[a-zA-Z])|[oeuaâå][øùûõïØÙÛÕÏ]",  # VNI: Coâng ñoaøn cô sôû
    r"[a-zA-Z]\?[a-z]|(?<!\w)\?[a-z]+\?",  # a code page without them: C?ng ?o?n
)
_BROKEN = re.compile("|".join(_SIGNS))


def looks_broken(text: str) -> bool:
    """Whether letters of the text were lost to an old font (TCVN3, VNI) or a wrong encoding."""
    return _BROKEN.search(text) is not None
