"""What calls of many values have proven, for as long as it is the same moment."""

from kwruntime.fields.asking import Asked
from kwruntime.fields.key_forms import BadKey
from kwruntime.fields.spelling import Keys
from kwruntime.postgres.query import Row
from kwruntime.postgres.server import Moment
from kwruntime.session import Settings

FieldPlace = tuple[int, str, str | None]
"""Role, entity and field."""

_MOST_PLACES = 1000
_NO_VERSIONS = dict.fromkeys(
    ("ids", "binding_places", "binding_xmins", "wrapper_ids", "wrapper_places", "wrapper_xmins")
)


class Proven:
    """What was proven since a moment began. It holds until that ends."""

    def __init__(self, settings: Settings) -> None:
        self._limit = settings["cache_keys"]
        self._moment: Moment | None = None
        self._places: dict[FieldPlace, tuple[Row, Keys]] = {}
        self.headers: set[bytes] = set()
        """Of the ciphers whose rows are those that they were opened from."""

    def at(self, moment: Moment | None) -> "Proven":
        """Return it, and forget all that was proven at another moment."""
        if moment is None or self._moment != moment:
            self._moment = moment
            self._places = {}
            self.headers = set()
        return self

    def state(self, place: FieldPlace, asked: Asked) -> Row | None:
        """Return the state that was found of a field, and spell the keys by it; or null."""
        found = self._places.get(place)
        if found is None:
            return None
        state, asked.keys = found
        try:
            asked.spelled = asked.keys.spell(asked.given)
        except BadKey:  # the ordinary way says which
            return None
        return state

    def note(self, place: FieldPlace, state: Row, keys: Keys) -> None:
        """Keep what a call has proven. Where keys were shredded, each call asks for its own."""
        if self._moment is None or len(self.headers) > self._limit:
            self.headers = set()
        if len(self._places) > _MOST_PLACES:
            self._places = {}
        if self._moment is not None and not state["has_shredded"] and not keys.may_have_old:
            self._places[place] = {**state, **_NO_VERSIONS}, keys
