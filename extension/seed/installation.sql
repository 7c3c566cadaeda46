insert into kw.installation default values;
