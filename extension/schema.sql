-- Fails where somebody made a schema of this name before: adopting it would adopt what is in it.
create schema kw authorization kw_owner;
comment on schema kw is 'kwtools: envelope encryption with data keys wrapped under KMS keys';
