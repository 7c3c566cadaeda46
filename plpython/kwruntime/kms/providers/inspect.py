"""What an entry of the provider file lacks, for ``kw.doctor`` and for ``kwtools providers``.

The command runs it with the server's Python and as the server's user:

``python -m kwruntime.kms.providers.inspect example KIND`` prints an entry; ``… check FILE`` prints
a JSON list of the entries of a provider file and what is wrong with each, with ``--reach``
also what their KMSs say.
"""

import json
import sys
from typing import Any

from kwruntime.errors import KwError, ProviderRefused
from kwruntime.kms.provider_file import Configuration, check_public, read_private
from kwruntime.kms.providers import KINDS, _tls_files, made_of, webhook
from kwruntime.kms.providers._channel import TlsFiles
from kwruntime.kms.providers._options import (
    FOLDER,
    OPTIONS,
    PRIVATE,
    PUBLIC,
    WEBHOOK,
    Option,
    read_options,
)
from kwruntime.kms.providers.webhook import Webhook

_BUGS = (
    ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, OSError,
    RuntimeError, TypeError, ValueError,
)  # fmt: skip


def main(arguments: list[str]) -> None:
    """Do what the arguments say."""
    if arguments[0] == "example":
        print(example(arguments[1]), end="")
    else:
        print(json.dumps(check(arguments[1], reach="--reach" in arguments)))


def example(kind: str) -> str:
    """Return an entry with every option; those that may be left out are commented."""
    lines = [f"[providers.{kind}-a]", f"kind = {json.dumps(kind)}"]
    for option in OPTIONS[kind]:
        given = option.example if option.example is not None else option.default
        value = json.dumps("…" if given is None else given, ensure_ascii=False)
        mark = "" if option.example is not None else "# "
        notes = [option.about]
        if option.default is not None and option.default != ():
            notes.append("this is the default")
        if option.path == PRIVATE:
            notes.append("of root or the server's user, 0640")
        lines.append(f"{mark}{option.name} = {value}  # {'; '.join(notes)}")
    return "\n".join(lines) + "\n"


def check(file: str, *, reach: bool) -> list[dict[str, Any]]:
    """Return a row for each entry: name, kind, location, and the problem with it, if any."""
    entries = Configuration().load(file).get("providers", {})
    if not isinstance(entries, dict):
        raise ProviderRefused(f"{file}: providers is not a table")
    rows = [checked(name, entry, reach=reach) for name, entry in entries.items()]
    return rows + [_checked_webhook(*one) for one in webhook.entries_of(file).items()]


def _checked_webhook(name: str, entry: Any) -> dict[str, Any]:
    """Return the row of ``check`` for a webhook. It is never reached: it would get a note."""
    row = {"provider": name, "kind": "webhook", "location": None, "problem": None, "hint": None}
    try:
        found = Webhook.of(name, entry)
        row["location"] = found.address.geturl()
        for option in WEBHOOK:
            _check_file(option, entry.get(option.name))
        if "ca_file" in entry:
            _tls_files.check(name, TlsFiles(ca=entry["ca_file"]))
    except KwError as error:
        row |= webhook.said(name, error)
    return row


def checked(name: str, entry: Any, *, reach: bool) -> dict[str, Any]:
    """Return the row of ``check`` for one entry."""
    row = {"provider": name, "kind": None, "location": None, "problem": None, "hint": None}
    try:
        if not isinstance(entry, dict) or entry.get("kind") not in OPTIONS:
            known = ", ".join(kind for kind in KINDS if kind in OPTIONS)
            raise ProviderRefused(f"[providers.{name}] requires kind: one of {known}")
        kind = row["kind"] = entry["kind"]
        values = read_options(name, entry, kind)
        for option in OPTIONS[kind]:
            _check_file(option, values[option.name])
        ca = values.get("ca_file")
        if ca is not None:
            _tls_files.check(name, TlsFiles(ca=ca))
        provider = made_of(name, kind, entry)
        row["location"] = provider.location
        provider.check_files()
        if reach or kind == "local":  # its folder is of this machine
            provider.probe()
    except KwError as error:
        row["problem"], row["hint"] = error.message, error.hint
    except _BUGS as error:  # of one entry: the others are looked at none the less
        row["problem"] = f"{type(error).__name__} at this entry"
        row["hint"] = "Report this bug of kwtools, with the entry and without its secrets."
    return row


def _check_file(option: Option, value: Any) -> None:
    if value is None or option.path in (None, FOLDER):
        return
    if option.path == PUBLIC:
        check_public(value)
    else:
        read_private(value)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KwError as error:
        print(json.dumps({"problem": error.message, "hint": error.hint}))
