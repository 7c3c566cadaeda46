-- Seals what make.sql made, and its events. Run by make_data where the names are final: seals cover them.
select kw.reclaim_entity(entity_table) from kw.entities where relation <> to_regclass(quoted_name)::oid;
select kw.create_signing_key('app', 'Ed25519', 'application:orders', 1);
select kw.create_deployment();
select kw.seal_rows();
select kw.seal_deployment();
select kw.create_signing_key('log', 'Ed25519', 'log', 1);
select kw.create_log('db.example.com', array['log']);
call kw.seal_audit();
select kw.set_read_audit('moved', 'f', 'statements');
call kw.seal_audit();
