"""kw.audited_reads: the transactions that have read audited fields."""

from kwruntime.postgres.query import Query

# The id of the part of the transaction that it belongs to: it goes when that is rolled back.
ADD = Query("insert into kw.audited_reads default values returning xmin as transaction_id")
REMOVE = Query("delete from kw.audited_reads where id = $1", ("uuid",))
