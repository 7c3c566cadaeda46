-- Verify shop:kwtools_0_11_0 on pg
select 1 / count(*) from pg_extension where extname = 'kwtools' and string_to_array(extversion, '.')::int[] >= array[0, 11, 0];
