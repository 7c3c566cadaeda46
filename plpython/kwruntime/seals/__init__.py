"""Seals of the rows of kw: the deployment key, rows sealed after each change, and checked."""
