create view kw.probe_buckets as
select b.upper_ms
from (values (1), (5), (10), (25), (50), (100), (250), (500), (1000), (2500), (5000), (10000)) b (upper_ms);

comment on view kw.probe_buckets is 'The buckets of the histogram of probes.';
comment on column kw.probe_buckets.upper_ms is 'Probes of the bucket took at most so many milliseconds.';
