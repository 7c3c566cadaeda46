"""Throw-away servers of others, the real ones: for tests, demo and bench."""
