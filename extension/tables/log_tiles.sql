-- No foreign key to kw.logs, as for kw.log_leaves.
create table kw.log_tiles (
    log_id bigint,
    level smallint check (level between 0 and 7),
    tile_no bigint check (tile_no >= 0),
    hashes bytea not null check (octet_length(hashes) between 32 and 8192 and octet_length(hashes) % 32 = 0),
    primary key (log_id, level, tile_no)
);

-- Hashes do not compress.
alter table kw.log_tiles alter column hashes set storage external;

select pg_extension_config_dump('kw.log_tiles', '');

comment on table kw.log_tiles is 'Hashes of the trees: tiles of C2SP tlog-tiles. Proofs are made of them.';
comment on column kw.log_tiles.log_id is 'The log.';
comment on column kw.log_tiles.level is 'A hash is the head of 256^level entries.';
comment on column kw.log_tiles.tile_no is 'Number of the tile in its level, from 0.';
comment on column kw.log_tiles.hashes is 'Up to 256 hashes of 32 bytes. The last tile of a level grows.';
