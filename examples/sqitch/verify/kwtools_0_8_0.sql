-- Verify shop:kwtools_0_8_0 on pg
select 1 / count(*) from pg_extension where extname = 'kwtools' and string_to_array(extversion, '.')::int[] >= array[0, 8, 0];
