"""A guess at which columns hold personal data or secrets, by names, types and statistics."""
