"""What policies, modes and levels promise, and whether keys keep it."""
