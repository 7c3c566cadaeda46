-- Of the catalogue in kwshared.algorithms. Ids stay what they are, so that a restored dump finds them.
insert into kw.crypto_algorithms (id, class, name, nist_level, params)
values
@ALGORITHMS@;

select setval('kw.crypto_algorithms_id_seq', 1000);
