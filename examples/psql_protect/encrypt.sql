-- The application goes on with plaintext. If this stops, run it again. A procedure that commits cannot run in a
-- transaction block, and neither can the index, which is made beside writers.
call kw.protect(
    'people', 'email',
    until => 'backfilled', shown_by => 'view', search => 'equality', normaliser => 'email'
);
select unnest(index_statements) from kw.protection_status('people') where field_name = 'email' \gexec
call kw.protect('people', 'email', until => 'verified');
