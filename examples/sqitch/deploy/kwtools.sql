-- Deploy shop:kwtools to pg
\getenv provider SHOP_PROVIDER
\getenv kind SHOP_KIND
\getenv key SHOP_KEY
begin;
create extension if not exists kwtools version '0.11.0' cascade;
select kw.add_provider(:'provider', :'kind', if_not_exists => true);
select kw.create_policy(
    'default', 'either',
    kw.create_kms_key(:'provider', :'key' || '-1', if_not_exists => true),
    kw.create_kms_key(:'provider', :'key' || '-2', if_not_exists => true),
    if_not_exists => true
);
commit;
