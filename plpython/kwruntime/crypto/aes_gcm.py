"""AES-GCM of ``cryptography``, from where its own module takes it.

``cryptography.hazmat.primitives.ciphers`` loads every cipher that it has: 4 ms in each session.
"""

from cryptography.hazmat.bindings._rust import openssl

AESGCM = openssl.aead.AESGCM

__all__ = ["AESGCM"]
