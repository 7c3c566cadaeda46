select pg_advisory_xact_lock(hashtext('shop migrations'));

\getenv provider SHOP_PROVIDER
\getenv kind SHOP_KIND
\getenv key SHOP_KEY
select kw.add_provider(:'provider', :'kind', if_not_exists => true);
select kw.create_policy(
    'default', 'either',
    kw.create_kms_key(:'provider', :'key' || '-1', if_not_exists => true),
    kw.create_kms_key(:'provider', :'key' || '-2', if_not_exists => true),
    if_not_exists => true
);
