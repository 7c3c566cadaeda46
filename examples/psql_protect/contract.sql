-- When you are sure: the plaintext goes, and cannot come back. The table is now people_protected.
select kw.protect_contract('people', 'email');
vacuum full people_protected;
