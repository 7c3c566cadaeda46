"""What the operating system says of our files, as errors of ours with a way out."""

import errno
import os

from kwruntime.errors import ProviderError, ProviderRefused, ProviderUnreachable

# What passes by itself, and is of the whole place: what was asked for may well be there.
_FOR_NOW = (
    errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.EINTR, errno.ESTALE,
    errno.ETIMEDOUT, errno.ENOTCONN, errno.EHOSTDOWN, errno.EHOSTUNREACH,
)  # fmt: skip
_HINTS = {
    errno.ENOSPC: "Free space in the file system of {}.",
    errno.EDQUOT: "Free space in the file system of {}, or raise the quota.",
    errno.EFBIG: "Raise the server's limit of file sizes (ulimit -f, LimitFSIZE).",
    errno.EROFS: "Mount the file system of {} read-write.",
    errno.EIO: "Check the disk of {}: the kernel's log names it.",
    errno.EMFILE: "Raise the server's limit of open files (ulimit -n, LimitNOFILE), or lower "
    "max_files_per_process.",
    errno.ENFILE: "Raise the machine's limit of open files (fs.file-max).",
    errno.ENOMEM: "Free memory on the server.",
    errno.EACCES: "Let the server's user into {} and every folder above it.",
    errno.EPERM: "Let the server's user into {} and every folder above it.",
}


def failure(
    message: str, folder: str | os.PathLike[str], error: OSError, hint: str | None = None
) -> ProviderError:
    """Return the error for what failed in a folder; ``hint`` is for what has none of its own."""
    kind = ProviderUnreachable if error.errno in _FOR_NOW else ProviderRefused
    found = _HINTS.get(error.errno or 0)
    return kind(f"{message}: {error.strerror}", hint=found.format(folder) if found else hint)
