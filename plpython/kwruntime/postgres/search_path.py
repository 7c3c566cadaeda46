"""The search_path of a call, which the setting of the function that was called hides.

PostgreSQL keeps it on the stack of the setting's values and shows it to nobody, so it is read
from there, on the major versions whose structures were tested; on others nothing is told.
"""

import ctypes
import re
from functools import cache

# Where struct config_string of guc_tables.h has its pointer to the variable (64 bits). What stands
# before it, and struct guc_stack, did not change.
_VARIABLES = {15: 112, 16: 144, 17: 144, 18: 144}
_VARTYPE, _STACK = 36, 72
_PRIOR_VALUE = 40
_STRING = 3

_server = ctypes.PyDLL(None)


@cache
def _setting(major: int) -> int | None:
    """Return the address of the setting, where its structure is the one that is known."""
    if major not in _VARIABLES or ctypes.sizeof(ctypes.c_void_p) != 8:
        return None
    address = _found(major)
    if not address or ctypes.c_char_p.from_address(address).value != b"search_path":
        return None
    variable = ctypes.addressof(ctypes.c_char_p.in_dll(_server, "namespace_search_path"))
    is_string = ctypes.c_int.from_address(address + _VARTYPE).value == _STRING
    points = ctypes.c_void_p.from_address(address + _VARIABLES[major]).value
    return address if is_string and points == variable else None


def _found(major: int) -> int | None:
    """Return the address of the setting, as PostgreSQL finds it."""
    if major >= 16:
        find = _server.find_option
        find.restype = ctypes.c_void_p
        find.argtypes = (ctypes.c_char_p, ctypes.c_bool, ctypes.c_bool, ctypes.c_int)
        found: int | None = find(b"search_path", False, True, 0)
        return found
    _server.get_guc_variables.restype = ctypes.POINTER(ctypes.c_void_p)
    settings = _server.get_guc_variables()
    for number in range(_server.GetNumConfigOptions()):
        address = settings[number]
        if address and ctypes.c_char_p.from_address(address).value == b"search_path":
            return int(address)
    return None


def of_caller(major: int, codec: str) -> str | None:
    """Return the search_path in force where the function was called; null where it is not known.

    ``codec`` is Python's for the encoding of the database.
    """
    setting = _setting(major)
    if setting is None:
        return None
    stack = ctypes.c_void_p.from_address(setting + _STACK).value
    value = stack and ctypes.c_char_p.from_address(stack + _PRIOR_VALUE).value
    try:
        return value.decode(codec) if value else None
    except UnicodeDecodeError:
        return None


_SCHEMA = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^",]+?))\s*(?:,|$)')


@cache
def schemas(path: str) -> tuple[str, ...]:
    """Return the schemas of a search_path in order, ``$user`` as it is."""
    return tuple(
        quoted.replace('""', '"') or bare.lower() for quoted, bare in _SCHEMA.findall(path)
    )
