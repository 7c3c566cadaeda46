-- Once for each database, by a superuser. The roles exist: see README.md.
\set ON_ERROR_STOP on
\getenv owner SHOP_OWNER
\getenv app SHOP_APP
create extension if not exists kwtools version '0.11.0' cascade;
grant kw_admin, kw_client to :"owner";
grant kw_client to :"app";
