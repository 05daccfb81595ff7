"""Why a file sent as evidence is not taken, in words for the sender."""

from __future__ import annotations

from locales import _


class Unfit(Exception):  # noqa: N818 - an ending, not an error
    """A file is refused. The message is in the sender's language, with `{name}` where the file's name goes."""


class TooManyPixels(Unfit):
    """A picture that would take more memory than any photo needs."""


def empty() -> Unfit:
    """There is nothing in it: an upload that broke off, mostly."""
    return Unfit(_("“{name}” is empty. Please send it again."))


def unknown_kind() -> Unfit:
    """It is none of the kinds that are kept, whatever its name says."""
    return Unfit(
        _(
            "“{name}” is not of a kind that can be kept here. "
            "Please send a photo (JPEG, PNG, WebP, HEIC), a PDF, a Word or an Excel file.",
        ),
    )


def damaged() -> Unfit:
    """Its content contradicts its kind, or breaks off."""
    return Unfit(_("“{name}” is damaged or incomplete. Please open it, save it once more and send it again."))


def too_many_pixels() -> TooManyPixels:
    """Decoding it would take more memory than any photo needs."""
    return TooManyPixels(_("“{name}” has too many pixels. Please send a smaller picture."))


def unpacks_too_large() -> Unfit:
    """Unpacking it would take more than any report needs."""
    return Unfit(_("“{name}” unpacks to far too much. Please save it as PDF and send that."))


def locked() -> Unfit:
    """A password is needed to read it: an appraiser could not."""
    return Unfit(_("“{name}” is protected by a password. Please save it without one and send it again."))


def has_macros() -> Unfit:
    """An office file that holds programs."""
    return Unfit(_("“{name}” holds macros. Please save it without them (.docx, .xlsx) or as PDF, and send that."))


def runs_something() -> Unfit:
    """A PDF that runs scripts or starts programs."""
    return Unfit(_("“{name}” holds scripts or starts programs. Please print it to a new PDF and send that."))
