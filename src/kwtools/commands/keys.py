"""``kwtools keys``: the local keystore, and whether a KMS key can be destroyed."""

import argparse
import os
import pwd
from pathlib import Path

from kwshared.algorithms import KEMS, kem_name
from kwshared.keyfile import new_key
from kwshared.keystore import SUFFIX
from rich.console import Console
from rich.progress import track

from kwtools.commands import _safe_to_destroy
from kwtools.commands._parser import Subparsers, absolute
from kwtools.errors import BadUsage, CheckFailed, KwtoolsError
from kwtools.install import Layout
from kwtools.key_import import imported_key
from kwtools.keystore import Keystore, make_keystore, open_keystore, sync_folder
from kwtools.output import print_rows, say, tell
from kwtools.providers import local_provider
from kwtools.runtime import new_kem_key


def register(subparsers: Subparsers) -> None:
    """Add the subcommand and its own."""
    parser = subparsers.add_parser(
        "keys",
        help="make, list, import and back up the keys of a local keystore",
        description="Manages the key files of a provider of kind local. Run it as root or as"
        " the server's user. Losing a key file loses what it protects: keep backups, apart"
        " from those of the database. safe-to-destroy asks a database about a key of any KMS.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    for add in (_add_create, _add_list, _add_import, _add_backup, _add_convert, _add_clean):
        action = add(actions)
        _add_keystore(action)
        if add is not _add_backup:
            action.add_argument("--json", action="store_true", help="print JSON, for programs")
    _safe_to_destroy.register(actions)


def _add_create(actions: Subparsers) -> argparse.ArgumentParser:
    create = actions.add_parser("create", help="make new random keys")
    create.add_argument("references", nargs="+", metavar="REFERENCE", help="names of the new keys")
    create.add_argument(
        "--algorithm", metavar="KEM",
        help=f"make KEM keys, which seal layers: {', '.join(KEMS)}",
    )  # fmt: skip
    create.set_defaults(run=_create)
    return create


def _add_list(actions: Subparsers) -> argparse.ArgumentParser:
    listing = actions.add_parser("list", help="list the keys and their problems")
    listing.set_defaults(run=_list)
    return listing


def _add_import(actions: Subparsers) -> argparse.ArgumentParser:
    importing = actions.add_parser("import", help="import a key")
    importing.add_argument("reference", metavar="REFERENCE", help="name of the key")
    importing.add_argument("file", type=Path, metavar="FILE", help="a JSON Web Key of kty oct")
    importing.add_argument(
        "--raw", action="store_true", help="FILE is the 32 bytes of the key, nothing else"
    )
    importing.set_defaults(run=_import)
    return importing


def _add_backup(actions: Subparsers) -> argparse.ArgumentParser:
    backup = actions.add_parser(
        "backup",
        help="copy every key file to a folder, and verify the copies",
        description="Copies every key file to an empty or new folder and reads it back. An"
        " interrupted backup goes on where it stopped when run again. Nothing is overwritten.",
    )
    backup.add_argument("destination", type=absolute, metavar="FOLDER", help="where to copy to")
    backup.set_defaults(run=_backup)
    return backup


def _add_convert(actions: Subparsers) -> argparse.ArgumentParser:
    converting = actions.add_parser(
        "convert",
        help="add check values to key files of earlier releases",
        description="Adds a check value to key files of releases before 0.4.0, by which a key"
        " that was changed under its name is noticed. Names and kids stay, so every database"
        " goes on with them. Sessions and servers of earlier releases cannot read a converted"
        " file: upgrade them first. Check with kw.verify() that the keys are right.",
    )
    converting.add_argument(
        "references", nargs="*", metavar="REFERENCE", help="names of the keys (all)"
    )
    converting.set_defaults(run=_convert)
    return converting


def _add_clean(actions: Subparsers) -> argparse.ArgumentParser:
    cleaning = actions.add_parser(
        "clean",
        help="remove temporary files of killed writers",
        description="Removes the temporary files that a killed writer of an earlier release"
        " left. One whose key is in no key file stays, since it may be the last copy.",
    )
    cleaning.add_argument(
        "--all", action="store_true", help="remove those whose key is in no key file, too"
    )
    cleaning.set_defaults(run=_clean)
    return cleaning


def _add_keystore(action: argparse.ArgumentParser) -> None:
    where = action.add_mutually_exclusive_group()
    where.add_argument(
        "--provider", default="local", metavar="NAME",
        help="a provider of kind local in the provider file (%(default)s)",
    )  # fmt: skip
    where.add_argument(
        "--directory", type=absolute, metavar="DIR", help="the keystore's folder itself"
    )
    action.add_argument(
        "--providers-file", type=absolute, default=Layout.providers_file, metavar="FILE",
        help="the server's provider file (%(default)s)",
    )  # fmt: skip


def _keystore(options: argparse.Namespace, *, make: bool = False) -> Keystore:
    """Open the keystore that the options name; with ``make``, make a missing one first."""
    if options.directory:
        directory, sql_may_create = options.directory, None
    else:
        directory, sql_may_create = local_provider(options.providers_file, options.provider)
    if make and not directory.exists():
        make_keystore(directory, sql_may_create=sql_may_create is not False)
    return open_keystore(directory, sql_may_create=sql_may_create)


def _create(options: argparse.Namespace) -> int:
    algorithm = kem_name(options.algorithm)
    if options.algorithm is not None and algorithm is None:
        raise BadUsage(f'"{options.algorithm}" is not a KEM', f"Use one of {', '.join(KEMS)}.")
    keystore = _keystore(options, make=True)
    if taken := [name for name in options.references if keystore.path(name).exists()]:
        raise CheckFailed(
            f"key file already exists: {', '.join(taken)}",
            "Choose another name. A key file is never overwritten.",
        )
    rows = []
    for reference in dict.fromkeys(options.references):
        if algorithm is None:
            keystore.add(reference, new_key())
        else:
            keystore.copy_in(reference, new_kem_key(algorithm))
        rows.append((reference, keystore.read(reference)[0].kid, str(keystore.path(reference))))
    print_rows(("reference", "kid", "file"), rows, as_json=options.json)
    return 0


def _list(options: argparse.Namespace) -> int:
    listed = _keystore(options).list()
    rows = [(*row[:3], _user_name(row.owner), row.problem) for row in listed]
    print_rows(("reference", "kid", "mode", "owner", "problem"), rows, as_json=options.json)
    if unchecked := [row.reference for row in listed if not row.is_checked]:
        tell(
            f"{len(unchecked)} key files of an earlier release have no check value, so a change"
            " would not be noticed. Run kwtools keys convert"
        )
    return 1 if any(row.problem for row in listed) else 0


def _convert(options: argparse.Namespace) -> int:
    keystore = _keystore(options)
    converted: list[tuple[str, str, str]] = []
    damaged: list[str] = []
    for reference in dict.fromkeys(options.references or keystore.references()):
        try:
            if keystore.convert(reference):
                kid = keystore.read(reference)[0].kid
                converted.append((reference, kid, str(keystore.path(reference))))
        except CheckFailed as error:
            damaged.append(error.message)
    print_rows(("reference", "kid", "file"), converted, as_json=options.json)
    if damaged:
        raise CheckFailed(
            f"not converted: {'; '.join(damaged)}", "Restore the right files from a backup."
        )
    return 0


def _clean(options: argparse.Namespace) -> int:
    cleaned = _keystore(options).clean(everything=options.all)
    rows = [
        (one.name, one.key, "removed" if one.is_removed else "kept", one.problem) for one in cleaned
    ]
    print_rows(("file", "same key as", "result", "problem"), rows, as_json=options.json)
    return 1 if any(one.problem for one in cleaned) else 0


def _import(options: argparse.Namespace) -> int:
    keystore = _keystore(options, make=True)
    key = imported_key(options.file, raw=options.raw)
    path = keystore.add(options.reference, key)
    print_rows(
        ("reference", "kid", "file"), [(options.reference, key.kid, str(path))],
        as_json=options.json,
    )  # fmt: skip
    return 0


def _backup(options: argparse.Namespace) -> int:
    source = _keystore(options)
    references = source.references()
    target = _backup_folder(options.destination, source, references)
    damaged: list[str] = []
    copied = done = 0
    # On a terminal only: a log wants the result, not the way to it.
    console = Console(stderr=True)
    try:
        for reference in track(
            references, "Copying keys", console=console, disable=not console.is_terminal
        ):
            try:
                _, data = source.read(reference)
            except KwtoolsError as error:
                damaged.append(error.message)
                continue
            copied += target.copy_in(reference, data)
            done += 1
    except KeyboardInterrupt:
        raise CheckFailed(
            f"interrupted: {done} of {len(references)} keys are in {target.directory}",
            "Run it again to continue.",
        ) from None
    say(f"{done} of {len(references)} keys are in {target.directory}, {copied} of them new")
    if damaged:
        raise CheckFailed(f"not backed up: {'; '.join(damaged)}", "Repair them and run it again.")
    return 0


def _backup_folder(folder: Path, source: Keystore, references: list[str]) -> Keystore:
    """Return the folder of a backup, made if missing; raises ``BadUsage`` where it holds more."""
    if folder.resolve() == source.directory.resolve():
        raise BadUsage(f"folder {folder} is the keystore itself", "Name another folder.")
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
        sync_folder(folder.parent)
    target = Keystore(folder, os.geteuid(), os.getegid(), 0o600)
    target.remove_leftovers()
    foreign = {path.name for path in folder.iterdir()} - {name + SUFFIX for name in references}
    if foreign:
        raise BadUsage(
            f"folder {folder} has files of other origin: {', '.join(sorted(foreign)[:5])}",
            "Name an empty or new folder.",
        )
    folder.chmod(0o700)
    return target


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
