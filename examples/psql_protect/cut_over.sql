-- A view has the name of the table now, and the application reads and writes through it.
select kw.protect_cut_over('people', 'email');
