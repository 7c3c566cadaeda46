"""A SoftHSM token in a folder of its own, made and changed as its security officer would.

As root, the token belongs to the server's user, whose module reads and locks its files.
"""

import os
import subprocess
from pathlib import Path

from kwtools import runtime
from kwtools.postgres import server_user

LIBRARY = Path("/usr/lib/softhsm/libsofthsm2.so")
_SO_PIN = "so-pin"


class SoftHsm:
    """``SoftHsm(folder)`` makes the token ``kwtools``; its keys stay in the folder."""

    token = "kwtools"  # noqa: S105  # its label
    pin = "user-pin"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tokens = folder / "tokens"
        self.tokens.mkdir(parents=True)
        self.config = folder / "softhsm2.conf"
        self.config.write_text(f"directories.tokendir = {self.tokens}\nlog.level = ERROR\n")
        for path in (folder, self.tokens):
            os.chown(path, server_user().uid, server_user().gid)
        self.add_token(self.token)

    def add_token(self, label: str) -> None:
        """Make a token with the same PIN."""
        self._as_server_user(
            "softhsm2-util", "--init-token", "--free", "--label", label,
            "--pin", self.pin, "--so-pin", _SO_PIN,
        )  # fmt: skip

    @property
    def environment(self) -> list[str]:
        """What the entry in the provider file says of it."""
        return [f"SOFTHSM2_CONF={self.config}"]

    def make_key(self, label: str, uses: str = "ENCRYPT DECRYPT", bits: int = 256) -> None:
        """Make an AES key with the attributes ``CKA_<use>``."""
        flags = "|".join(f"MechanismFlag.{use}" for use in uses.split())
        self._in_session(
            f"session.generate_key(KeyType.AES, {bits}, label={label!r}, id=os.urandom(8),"
            f" store=True, capabilities={flags}, template={{Attribute.MODIFIABLE: True}})"
        )

    def make_key_again(self, label: str) -> None:
        """Destroy a key and make another one with its label and its id."""
        find = f"session.get_key(object_class=ObjectClass.SECRET_KEY, label={label!r})"
        self._in_session(
            f"key = {find}; key_id = key.id; key.destroy(); session.generate_key(KeyType.AES, 256,"
            f" label={label!r}, id=key_id, store=True,"
            " capabilities=MechanismFlag.ENCRYPT|MechanismFlag.DECRYPT)"
        )

    def make_pair_again(self, label: str, *, is_edwards: bool) -> None:
        """Destroy a pair of keys that sign, and make another one with its label and its id."""
        curve, kind = ("06032b6570", "EC_EDWARDS") if is_edwards else ("06082a8648ce3d030107", "EC")
        mechanism = f"Mechanism.{kind}_KEY_PAIR_GEN"
        self._in_session(
            f"keys = [session.get_key(object_class=one, label={label!r})"
            " for one in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY)]; key_id = keys[0].id;"
            " [key.destroy() for key in keys];"
            f" session.create_domain_parameters(KeyType.{kind},"
            f" {{Attribute.EC_PARAMS: bytes.fromhex({curve!r})}}, local=True).generate_keypair("
            f"mechanism={mechanism}, label={label!r}, id=key_id, store=True,"
            " capabilities=MechanismFlag.SIGN|MechanismFlag.VERIFY)"
        )

    def import_key(self, *labels: str) -> None:
        """Import the bytes of one key once for each label, each with an id of its own."""
        value = os.urandom(32)
        for label in labels:
            self._in_session(
                "session.create_object({Attribute.CLASS: ObjectClass.SECRET_KEY,"
                " Attribute.KEY_TYPE: KeyType.AES, Attribute.TOKEN: True,"
                f" Attribute.VALUE: bytes.fromhex({value.hex()!r}), Attribute.LABEL: {label!r},"
                f" Attribute.ID: bytes.fromhex({os.urandom(8).hex()!r}),"
                " Attribute.ENCRYPT: True, Attribute.DECRYPT: True})"
            )

    def set_attributes(
        self, label: str, object_class: str = "SECRET_KEY", **attributes: bool
    ) -> None:
        """Set attributes ``CKA_<name>`` of a key."""
        for name, value in attributes.items():
            self._in_session(
                f"session.get_key(object_class=ObjectClass.{object_class}, label={label!r})"
                f"[Attribute.{name}] = {value}"
            )

    def destroy_key(self, label: str) -> None:
        """Destroy a key."""
        self._in_session(
            f"session.get_key(object_class=ObjectClass.SECRET_KEY, label={label!r}).destroy()"
        )

    def set_pin(self, new: str, old: str | None = None) -> None:
        """Change the user's PIN."""
        self._in_session(f"session.set_pin({old or self.pin!r}, {new!r})", old or self.pin)

    def _in_session(self, code: str, pin: str | None = None) -> None:
        program = (
            "import os, pkcs11\n"
            "from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass\n"
            f"token = pkcs11.lib({str(LIBRARY)!r}).get_token(token_label={self.token!r})\n"
            f"with token.open(user_pin={pin or self.pin!r}, rw=True) as session:\n    {code}\n"
        )
        packages = runtime.prepare(["pkcs11"])
        self._as_server_user(runtime.server_python(), "-c", program, PYTHONPATH=str(packages))

    def _as_server_user(self, *command: str, **environment: str) -> None:
        user = server_user()
        become: list[str] = []
        if os.geteuid() != user.uid:
            become = ["setpriv", f"--reuid={user.uid}", f"--regid={user.gid}", "--clear-groups"]
        done = subprocess.run(
            [*become, *command],
            cwd="/",
            env={
                "PATH": "/usr/bin:/bin",
                "SOFTHSM2_CONF": str(self.config),
                **environment,
            },
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")
