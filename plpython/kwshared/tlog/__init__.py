"""The formats of the transparency log: Merkle trees, checkpoints, tiles and proofs.

The runtime writes them and the command exports them. Nothing here knows a database, and a signature
is a function that the caller passes. ``kwtools.evidence`` reads these formats by its own code.
"""
