"""Why the operating system refused, in the operator's language."""

from __future__ import annotations

import errno

from locales import N_, _

_REASONS = {
    errno.ENOENT: N_("there is no such file or folder"),
    errno.EACCES: N_("it may not be opened by this user"),
    errno.EPERM: N_("it may not be opened by this user"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOTDIR: N_("there is no such file or folder"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EROFS: N_("the disk cannot be written to"),
    errno.EADDRINUSE: N_("another program uses it"),
    errno.EADDRNOTAVAIL: N_("this machine does not have that address"),
}


def reason(error: OSError) -> str:
    """The sentence part for what stands in “… could not be read: {reason}.”; the system's own where it is rare."""
    known = _REASONS.get(error.errno or 0)
    return _(known) if known else error.strerror or str(error)
