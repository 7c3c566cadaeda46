"""The spellings of dates and times as keys."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone

from kwruntime.fields.key_parts import WHITE, Part, Spell, never, no_others

_DATE = r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
_TIME = r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{0,6}))?)?"
_OFFSET = r"(?:([zZ])|([+-])([0-9]{1,2})(?::?([0-9]{2}))?(?::?([0-9]{2}))?)"
_STAMP = rf"{_DATE}(?:[ tT]{_TIME})?"
_ZONED = rf"{_DATE}[ tT]{_TIME} ?{_OFFSET}"
_ENDLESS = ("infinity", "-infinity")


def _or_endless(form: str, spell: Callable[[re.Match[str]], str]) -> Spell:
    """Return what spells a text of a form, or an infinity."""

    def spelled(text: str) -> str:
        text = text.strip(WHITE)
        if text.lower() in _ENDLESS:
            return text.lower()
        found = re.fullmatch(form, text)
        if found is None:
            raise ValueError
        return spell(found)

    return spelled


def _date(found: re.Match[str]) -> str:
    return _day(found).isoformat()


def _day(found: re.Match[str]) -> date:
    return date(*map(int, found.groups()[:3]))


def _clock(hour: str, minute: str, second: str | None, fraction: str | None) -> time:
    micros = int((fraction or "").ljust(6, "0"))
    return time(int(hour), int(minute), int(second or 0), micros)


def _time(text: str) -> str:
    found = re.fullmatch(_TIME, text.strip(WHITE))
    if found is None:
        raise ValueError
    return _short(_clock(*found.groups()).isoformat())


def _short(text: str) -> str:
    """Drop the zeros at the end of a fraction, as PostgreSQL does."""
    return text.rstrip("0") if "." in text else text


def _stamp(found: re.Match[str]) -> str:
    clock = _clock(*found.groups()[3:7]) if found[4] else time()
    return _short(datetime.combine(_day(found), clock).isoformat(" "))


def _zoned(found: re.Match[str]) -> str:
    """Bring a timestamptz to UTC. One without an offset would depend on the session."""
    clock = _clock(*found.groups()[3:7])
    zulu, sign, *numbers = found.groups()[7:]
    hours, minutes, seconds = (int(number or 0) for number in numbers)
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if not zulu and (minutes > 59 or seconds > 59 or hours > 15):
        raise ValueError
    zone = timezone(-offset if sign == "-" else offset)
    moment = datetime.combine(_day(found), clock, zone).astimezone(UTC)
    return _short(moment.replace(tzinfo=None).isoformat(" ")) + "+00"


_TIMES: dict[str, tuple[str, Spell]] = {
    "date": ("date", _or_endless(_DATE, _date)),
    "time": ("time without time zone", _time),
    "timestamp": ("timestamp without time zone", _or_endless(_STAMP, _stamp)),
    "timestamptz": ("timestamp with time zone", _or_endless(_ZONED, _zoned)),
}


def part(type_name: str) -> Part:
    """Return the spelling of a date, time or timestamp, with or without time zone."""
    shown, spell = _TIMES[type_name]
    return Part(type_name, shown, never, spell, no_others)
