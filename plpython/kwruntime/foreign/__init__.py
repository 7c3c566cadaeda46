"""Values that other tools encrypted: their formats read, and opened with the old key.

Bytes in, bytes out. Ciphers and KDFs are those of ``cryptography``. The formats that it cannot open
(OpenPGP, libsodium) are opened by the extensions that wrote them; ``openpgp`` here reads only what
a message shows without a key.
"""
