-- Verify shop:kwtools on pg
select 1 / count(*) from kw.encryption_policies where policy_name = 'default';
