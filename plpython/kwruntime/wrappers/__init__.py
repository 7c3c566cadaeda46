"""Wrappers: made, wrapped again, put behind layers."""
