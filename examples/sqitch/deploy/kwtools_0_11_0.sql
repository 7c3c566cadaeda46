-- Deploy shop:kwtools_0_11_0 to pg
-- requires: kwtools
begin;
select string_to_array(extversion, '.')::int[] < array[0, 11, 0] as is_older
from pg_extension where extname = 'kwtools' \gset
\if :is_older
    alter extension kwtools update to '0.11.0';
\endif
commit;
