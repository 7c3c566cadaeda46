"""Packed changes by the buckets of their rows: all together where they fit, else in groups.

What does not fit is read again for each group, and has to be the same each time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256

from kwshared.changes import records

from kwruntime.batches import by_size
from kwruntime.crypto.state import Bucket, bucket_of

BYTES_AT_ONCE = 2**25
"""Of changes: some million."""


class ChangesDiffer(Exception):
    """Changes that were read again are not those of before."""


class BucketChanges:
    """The changes of events, taken one event after the other.

    ``again`` returns the same once more.
    """

    def __init__(self, again: Callable[[], Iterable[bytes]]) -> None:
        self._again = again
        self._held: dict[Bucket, bytearray] | None = {}
        self._sizes: Counter[Bucket] = Counter()
        self._total = 0
        self._digest = sha256()

    @classmethod
    def of(cls, read: Callable[[], Iterable[bytes]]) -> "BucketChanges":
        """Return all changes that a function reads."""
        made = cls(read)
        for data in read():
            made.add(data)
        return made

    def add(self, data: bytes) -> None:
        """Take the changes of one more event; raises ``BadChanges``."""
        self._digest.update(sha256(data).digest())
        self._total += len(data)
        if self._total > BYTES_AT_ONCE:
            self._held = None
        for record in records(data):
            bucket = bucket_of(record)
            self._sizes[bucket] += len(record)
            if self._held is not None:
                self._held.setdefault(bucket, bytearray()).extend(record)

    def groups(self) -> Iterator[Mapping[Bucket, bytearray]]:
        """Yield the changes of each bucket, in groups of buckets; raises ``ChangesDiffer``."""
        if self._held is not None:
            yield self._held
            return
        for buckets in by_size(sorted(self._sizes.items()), BYTES_AT_ONCE):
            yield self._read_again(buckets)

    def _read_again(self, buckets: Iterable[Bucket]) -> Mapping[Bucket, bytearray]:
        held = {bucket: bytearray() for bucket in buckets}
        digest = sha256()
        for data in self._again():
            digest.update(sha256(data).digest())
            for record in records(data):
                its = held.get(bucket_of(record))
                if its is not None:
                    its.extend(record)
        if digest.digest() != self._digest.digest():
            raise ChangesDiffer
        return held
