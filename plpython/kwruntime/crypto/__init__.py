"""Ciphers, wraps and ciphertexts: bytes in, bytes out."""
