select pg_advisory_xact_lock(hashtext('shop migrations'));

create extension if not exists kwtools version '0.11.0' cascade;
select string_to_array(extversion, '.')::int[] < array[0, 11, 0] as is_older
from pg_extension where extname = 'kwtools' \gset
\if :is_older
    alter extension kwtools update to '0.11.0';
\endif
