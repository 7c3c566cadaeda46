"""What the runtime and the command both need: key files, the catalogue of algorithms,
the rules of usable keys and of modes, the formats of the log.

Only the standard library: nothing here knows ciphers, PostgreSQL or a KMS. A first call of a
session loads this, so it imports little.
"""
