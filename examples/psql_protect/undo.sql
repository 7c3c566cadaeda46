-- Before contract.sql: back to the table as it was, with all that was written since.
select kw.protect_undo('people', 'email');
