"""Throw-away servers of others, real and faulty ones: for tests, demo and bench."""
