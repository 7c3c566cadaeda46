-- The binding of people.email stays, and so does its data key: 003 finds both again.
drop table people;
