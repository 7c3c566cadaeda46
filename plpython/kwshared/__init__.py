"""What the runtime and the command both need: key files, the catalogue of algorithms,
the rules of usable keys and of modes.

Only the standard library: the command has no package of ciphers, and knows neither PostgreSQL nor
a KMS here. A first call of a session loads this, so it imports little.
"""
