"""Answers that are recorded as events."""

import json
from typing import Any

from kwruntime.admin import recording
from kwruntime.admin.verifying import Sample
from kwruntime.api.arguments import flat, no_null
from kwruntime.call import Call, entry


@entry
def record_safe_to_destroy(
    call: Call, kms_key_id: int, timeout_seconds: float
) -> list[dict[str, Any]]:
    return recording.safe_to_destroy(call, kms_key_id, timeout_seconds)


@entry
def record_destroyed_key(call: Call, kms_key_id: int) -> int:
    return call.as_owner(lambda: recording.destroyed_key(call, kms_key_id))


@entry
def record_verify(
    call: Call,
    continues: int | None,
    most: int,
    sample: float,
    seed: int,
    without_providers: list[str | None] | None,
) -> dict[str, Any]:
    absent = [
        no_null(one, "an element of without_providers")
        for one in flat(without_providers or [], "without_providers")
    ]
    page = recording.verify(call, continues, most, Sample(sample, seed), absent)
    return {**page, "problems": json.dumps(page["problems"], ensure_ascii=False)}
