"""What a trigger calls at commit: the audit of reads."""

from kwruntime.call import Call, entry
from kwruntime.fields import reads


@entry
def keep_reads(call: Call, row_id: str) -> None:
    reads.write(call, row_id)
