"""Key management systems: one private module for each kind, and what they share."""
