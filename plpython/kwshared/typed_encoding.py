"""The settings that the text form of a value has in the typed encoding (docs/format.md)."""

SETTINGS = {
    "datestyle": "ISO, YMD",
    "intervalstyle": "iso_8601",
    "timezone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "array_nulls": "on",
}


def pinned() -> str:
    """Return the lines that pin them in the definition of a function."""
    return "\n".join(f"set {name} = '{value}'" for name, value in SETTINGS.items())
