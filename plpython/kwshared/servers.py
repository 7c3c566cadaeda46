"""The servers that kwtools works with."""

POSTGRESQL = (15, 16, 17, 18)
"""Major versions of PostgreSQL. On others the runtime stops before it reads the server's memory."""

PYTHON = 11
"""The first minor version of Python 3 that the runtime can be read by."""
