\echo Use "ALTER EXTENSION kwtools UPDATE TO '0.7.0'" to load this file. \quit

-- upgrade/begin.sql

-- Names are compared with what was recorded: without quotes where none are needed.
set local quote_all_identifiers = off;
-- What the extension has already: privileges.sql leaves the grants on it alone.
select pg_catalog.set_config('kwtools.members_before', coalesce(pg_catalog.string_agg(
    pg_catalog.format('%s:%s', d.classid::oid, d.objid), ' '
), ''), true)
from pg_catalog.pg_depend d
join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools'
where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e';
-- Who may call what: where a function of the same name takes the place of one that the upgrade
-- drops, privileges.sql gives it these.
select pg_catalog.set_config('kwtools.calls_before', coalesce(pg_catalog.jsonb_agg(
    pg_catalog.jsonb_build_object(
        'name', p.proname, 'oid', p.oid::bigint, 'grantee', a.grantee::bigint, 'grantable', a.is_grantable
    )
), '[]')::text, true)
from pg_catalog.pg_proc p
cross join pg_catalog.aclexplode(p.proacl) a
where p.pronamespace = 'kw'::regnamespace and a.grantee not in (0, p.proowner);
-- Every session reads its rows again. So a call of older code that is running calls a function of this release, which ends it.
insert into kw.key_epoch_marks (mark)
values (('x' || pg_catalog.right(pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', ''), 16))::bit(64)::bigint);

-- upgrade/0.6.0--0.7.0.sql

-- No table, type or view changes.

-- functions/_load.sql

create or replace function kw._load() returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
# The one place that touches sys.path. The folder was fixed when the extension was installed.
import ctypes
import os
import stat
import sys

version = '0.7.0'
folder = f'MODULE_PATHNAME/{version}/cp{sys.version_info[0]}{sys.version_info[1]}'


def refuse(message, hint, raises=plpy.error, sqlstate='KW001'):
    # Beyond ASCII it would not cross plpy in every encoding.
    message, hint = (told.encode('ascii', 'backslashreplace').decode() for told in (message, hint))
    raises(message, sqlstate=sqlstate, hint=hint)


# After pg_upgrade: the runtime reads the server's memory, which differs between major versions.
# Asked without plpy.execute, which would crash a parallel worker.
option = ctypes.PyDLL(None).GetConfigOption
option.restype, option.argtypes = ctypes.c_char_p, (ctypes.c_char_p, ctypes.c_bool, ctypes.c_bool)
major = int(option(b'server_version_num', False, False)) // 10000
if major not in (15, 16, 17, 18):
    refuse(
        f'kwtools {version} does not support PostgreSQL {major}',
        'Install a version of kwtools that supports this server, then: alter extension kwtools update.',
    )
try:
    found = os.stat(folder)
    os.stat(f'{folder}/kwruntime/takeover.py')
except OSError as error:
    refuse(
        f'runtime of kwtools {version} cannot be read at {error.filename}: {error.strerror}',
        'Run make install on the server.',
    )
if found.st_uid not in (0, os.geteuid()) or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
    refuse(
        f'{folder} can be changed by users other than root and the user of the server',
        f'Run: chown -R root {folder}; chmod -R go-w {folder}',
    )
sys.dont_write_bytecode = True


def takeover():
    # By its path, since the package of this name may be that of another version.
    import importlib.util

    spec = importlib.util.spec_from_file_location('kwtools_takeover', f'{folder}/kwruntime/takeover.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# What another version has loaded (ADR 0027). Until all is known to fit, it stays as it is.
for name in ('kwruntime', 'kwshared', 'cryptography'):
    loaded = sys.modules.get(name)
    if loaded is None or loaded.__file__.startswith(folder + '/'):
        continue
    before = os.path.dirname(os.path.dirname(loaded.__file__))
    if name == 'cryptography' and not os.path.isdir(f'{before}/kwruntime'):
        refuse(
            f'this session has loaded another cryptography: {loaded.__file__}',
            'Reconnect, and call kwtools before other PL/Python code that imports it.',
        )
    taking = takeover()
    if taking.is_running():
        refuse(
            f'could not serialize access: kwtools was updated to {version} while this call ran',
            'Repeat the transaction.',
            sqlstate='40001',
        )
    try:
        others = ', '.join(taking.other_packages(before, folder))
    except OSError as error:
        others = f'{error.filename}: {error.strerror}'
    if others:
        refuse(
            f'this session runs another version of kwtools than {version}, with other packages ({others}), and ends',
            'Connect again.',
            raises=plpy.fatal,
        )
    for key in [key for key in GD if str(key).startswith('kwtools ')]:
        del GD[key]
    taking.forget()
    taking.move(before, folder)
sys.path[:] = [folder, *(path for path in sys.path if path != folder)]
import gc
import mmap

# All that is loaded stays, so looking for garbage meanwhile is of no use: 3 of 60 ms.
collects = gc.isenabled()
gc.disable()
try:
    from kwruntime import api

    # Shows to others which version's code this process runs (/proc/PID/maps).
    with open(f'{folder}/kwruntime/_version.py', 'rb') as file:
        GD['kwtools mapped'] = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
except Exception as error:
    takeover().forget()  # the next call tries again
    refuse(
        f'runtime of kwtools {version} cannot be loaded from {folder}: {type(error).__name__}: {error}',
        'Run make install on the server.',
    )
finally:
    if collects:
        gc.enable()
GD['kwtools 0.7.0'] = api
$function$;

comment on function kw._load() is
'Loads the runtime into this session, in place of that of another version. Internal: every function calls it once. Errors: 40001, KW001.';

-- functions/_as_owner.sql

create or replace function kw._as_owner() returns void
language plpython3u volatile parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
set lock_timeout = '5s'
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.run_pending()
$function$;

-- functions/_read_as_owner.sql

create or replace function kw._read_as_owner() returns void
language plpython3u stable parallel unsafe security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
set quote_all_identifiers = off
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.run_pending_reading()
$function$;

-- functions/_text.sql

create or replace function kw._text() returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.pending_text()
$function$;

-- functions/encrypt.sql

create or replace function kw.encrypt(entity_table text, entity_pk text, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt(entity_table text, entity_pk bigint, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt(entity_table text, entity_pk uuid, field_name text, plaintext bytea) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.encrypt(entity_table, entity_pk, field_name, plaintext)
$function$;

-- functions/encrypt_text.sql

create or replace function kw.encrypt_text(entity_table text, entity_pk text, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt_text(entity_table text, entity_pk bigint, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

create or replace function kw.encrypt_text(entity_table text, entity_pk uuid, field_name text, plaintext text) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.encrypt_text(entity_table, entity_pk, field_name, plaintext)
$function$;

-- functions/encrypt_many.sql

create or replace function kw.encrypt_many(entity_table text, entity_pks text[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts bytea[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.encrypt_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

-- functions/encrypt_text_many.sql

create or replace function kw.encrypt_text_many(entity_table text, entity_pks text[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

create or replace function kw.encrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, plaintexts text[]) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.encrypt_text_many(entity_table, entity_pks, field_name, plaintexts)
$function$;

-- functions/decrypt.sql

create or replace function kw.decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/decrypt_text.sql

create or replace function kw.decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/decrypt_many.sql

create or replace function kw.decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/decrypt_text_many.sql

create or replace function kw.decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/try_decrypt.sql

create or replace function kw.try_decrypt(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.try_decrypt(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/try_decrypt_text.sql

create or replace function kw.try_decrypt_text(entity_table text, entity_pk text, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt_text(entity_table text, entity_pk bigint, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

create or replace function kw.try_decrypt_text(entity_table text, entity_pk uuid, field_name text, ciphertext bytea) returns text
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.try_decrypt_text(entity_table, entity_pk, field_name, ciphertext)
$function$;

-- functions/try_decrypt_many.sql

create or replace function kw.try_decrypt_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.try_decrypt_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/try_decrypt_text_many.sql

create or replace function kw.try_decrypt_text_many(entity_table text, entity_pks text[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_text_many_by_bigint(entity_table text, entity_pks bigint[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

create or replace function kw.try_decrypt_text_many_by_uuid(entity_table text, entity_pks uuid[], field_name text, ciphertexts bytea[]) returns text[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.try_decrypt_text_many(entity_table, entity_pks, field_name, ciphertexts)
$function$;

-- functions/reencrypt.sql

create or replace function kw.reencrypt(
    entity_table text,
    entity_pk text,
    field_name text,
    ciphertext bytea,
    to_entity_pk text default null,
    to_field_name text default null
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

create or replace function kw.reencrypt(
    entity_table text,
    entity_pk bigint,
    field_name text,
    ciphertext bytea,
    to_entity_pk text default null,
    to_field_name text default null
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

create or replace function kw.reencrypt(
    entity_table text,
    entity_pk uuid,
    field_name text,
    ciphertext bytea,
    to_entity_pk text default null,
    to_field_name text default null
) returns bytea
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.reencrypt(entity_table, entity_pk, field_name, ciphertext, to_entity_pk, to_field_name)
$function$;

-- functions/reencrypt_many.sql

create or replace function kw.reencrypt_many(
    entity_table text,
    entity_pks text[],
    field_name text,
    ciphertexts bytea[],
    to_entity_pks text[] default null,
    to_field_name text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

create or replace function kw.reencrypt_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text,
    ciphertexts bytea[],
    to_entity_pks bigint[] default null,
    to_field_name text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

create or replace function kw.reencrypt_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text,
    ciphertexts bytea[],
    to_entity_pks uuid[] default null,
    to_field_name text default null
) returns bytea[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.reencrypt_many(entity_table, entity_pks, field_name, ciphertexts, to_entity_pks, to_field_name)
$function$;

-- functions/describe.sql

create or replace function kw.describe(ciphertext bytea) returns kw.description
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.describe(ciphertext)
$function$;

-- functions/describe_many.sql

create or replace function kw.describe_many(ciphertexts bytea[]) returns setof kw.description
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.describe_many(ciphertexts)
$function$;

-- functions/bind.sql

create or replace function kw.bind(
    entity_table text,
    entity_pk text,
    field_name text default null,
    wrapper uuid default null,
    policy text default null
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

create or replace function kw.bind(
    entity_table text,
    entity_pk bigint,
    field_name text default null,
    wrapper uuid default null,
    policy text default null
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

create or replace function kw.bind(
    entity_table text,
    entity_pk uuid,
    field_name text default null,
    wrapper uuid default null,
    policy text default null
) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.bind(entity_table, entity_pk, field_name, wrapper, policy)
$function$;

-- functions/bind_many.sql

create or replace function kw.bind_many(
    entity_table text,
    entity_pks text[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

create or replace function kw.bind_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

create or replace function kw.bind_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text default null,
    policy text default null
) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.bind_many(entity_table, entity_pks, field_name, policy)
$function$;

-- functions/lookup.sql

create or replace function kw.lookup(entity_table text, entity_pk text, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.lookup(entity_table text, entity_pk bigint, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.lookup(entity_table text, entity_pk uuid, field_name text default null) returns uuid
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.lookup(entity_table, entity_pk, field_name)
$function$;

-- functions/lookup_many.sql

create or replace function kw.lookup_many(entity_table text, entity_pks text[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

create or replace function kw.lookup_many_by_bigint(entity_table text, entity_pks bigint[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

create or replace function kw.lookup_many_by_uuid(entity_table text, entity_pks uuid[], field_name text default null) returns uuid[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.lookup_many(entity_table, entity_pks, field_name)
$function$;

-- functions/rotate.sql

create or replace function kw.rotate(entity_table text, entity_pk text, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.rotate(entity_table text, entity_pk bigint, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

create or replace function kw.rotate(entity_table text, entity_pk uuid, field_name text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.rotate(entity_table, entity_pk, field_name)
$function$;

-- functions/field_generations.sql

create or replace function kw.field_generations(entity_table text, field_name text) returns setof kw.field_generation
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.field_generations(entity_table, field_name)
$function$;

-- functions/retire_generations.sql

create or replace function kw.retire_generations(
    entity_table text,
    field_name text,
    max_wait_seconds integer default 60,
    ignore_standbys boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
set row_security = off
set jit = off
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.retire_generations(entity_table, field_name, max_wait_seconds, ignore_standbys)
$function$;

-- functions/rebind.sql

create or replace function kw.rebind(
    entity_table text,
    to_entity_table text default null,
    entity_pk text default null,
    to_entity_pk text default null,
    field_name text default null,
    to_field_name text default null
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.rebind(entity_table, to_entity_table, entity_pk, to_entity_pk, field_name, to_field_name)
$function$;

-- functions/shred.sql

create or replace function kw.shred(
    entity_table text,
    entity_pk text,
    field_name text default null,
    whole boolean default false,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

create or replace function kw.shred(
    entity_table text,
    entity_pk bigint,
    field_name text default null,
    whole boolean default false,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

create or replace function kw.shred(
    entity_table text,
    entity_pk uuid,
    field_name text default null,
    whole boolean default false,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.shred(entity_table, entity_pk, field_name, whole, shared)
$function$;

-- functions/shred_many.sql

create or replace function kw.shred_many(
    entity_table text,
    entity_pks text[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

create or replace function kw.shred_many_by_bigint(
    entity_table text,
    entity_pks bigint[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

create or replace function kw.shred_many_by_uuid(
    entity_table text,
    entity_pks uuid[],
    field_name text default null,
    shared boolean default false
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.shred_many(entity_table, entity_pks, field_name, shared)
$function$;

-- functions/wrap.sql

create or replace function kw.wrap(dek bytea default null, policy text default null) returns uuid
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.wrap(dek, policy)
$function$;

-- functions/wrap_many.sql

create or replace function kw.wrap_many(deks bytea[], policy text default null) returns uuid[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.wrap_many(deks, policy)
$function$;

-- functions/give_wrappers.sql

create or replace function kw.give_wrappers(wrappers uuid[], new_owner text) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.give_wrappers(wrappers, new_owner)
$function$;

-- functions/unwrap.sql

create or replace function kw.unwrap(wrapper uuid) returns bytea
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.unwrap(wrapper)
$function$;

-- functions/unwrap_many.sql

create or replace function kw.unwrap_many(wrappers uuid[]) returns bytea[]
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.unwrap_many(wrappers)
$function$;

-- functions/rewrap.sql

create or replace function kw.rewrap(wrapper uuid, kms1_key_id bigint default null, kms2_key_id bigint default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.rewrap(wrapper, kms1_key_id, kms2_key_id)
$function$;

-- functions/rewrap_many.sql

create or replace function kw.rewrap_many(
    wrappers uuid[],
    kms1_key_id bigint default null,
    kms2_key_id bigint default null
) returns integer[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.rewrap_many(wrappers, kms1_key_id, kms2_key_id)
$function$;

-- functions/relayer.sql

create or replace function kw.relayer(
    wrapper uuid,
    policy text default null
) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.relayer(wrapper, policy)
$function$;

-- functions/relayer_many.sql

create or replace function kw.relayer_many(
    wrappers uuid[],
    policy text default null
) returns integer[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.relayer_many(wrappers, policy)
$function$;

-- functions/set_wrapper_status.sql

create or replace function kw.set_wrapper_status(wrapper uuid, status text) returns text
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.set_wrapper_status(wrapper, status)
$function$;

-- functions/verify.sql

create or replace function kw.verify(wrapper uuid default null, after bigint default 0, most integer default null) returns setof kw.verify_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.verify(wrapper, after, most)
$function$;

-- functions/verify_page.sql

create or replace function kw.verify_page(
    after bigint default 0,
    most integer default 1000,
    sample double precision default 1,
    seed bigint default 0,
    without_providers text[] default '{}',
    counted boolean default false
) returns kw.verify_page_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.verify_page(after, most, sample, seed, without_providers, counted)
$function$;

-- functions/plan_rewrap.sql

create or replace function kw.plan_rewrap(
    kms_key_id bigint default null,
    provider text default null,
    policy text default null,
    entity_table text default null,
    field_name text default null,
    older_than interval default null,
    wrappers uuid[] default null,
    new_kms_key_id bigint default null,
    kms1_key_id bigint default null,
    kms2_key_id bigint default null,
    to_policy text default null,
    max_jobs integer default 1000
) returns kw.rewrap_plan
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.plan_rewrap(
    kms_key_id, provider, policy, entity_table, field_name, older_than, wrappers, new_kms_key_id,
    kms1_key_id, kms2_key_id, to_policy, max_jobs
)
$function$;

-- functions/schedule_rewrap.sql

create or replace function kw.schedule_rewrap(
    kms_key_id bigint default null,
    provider text default null,
    policy text default null,
    entity_table text default null,
    field_name text default null,
    older_than interval default null,
    wrappers uuid[] default null,
    new_kms_key_id bigint default null,
    kms1_key_id bigint default null,
    kms2_key_id bigint default null,
    to_policy text default null,
    scheduled_at timestamptz default null
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.schedule_rewrap(
    kms_key_id, provider, policy, entity_table, field_name, older_than, wrappers, new_kms_key_id,
    kms1_key_id, kms2_key_id, to_policy, scheduled_at
)
$function$;

-- functions/schedule_rotate.sql

create or replace function kw.schedule_rotate(entity_table text, field_name text default null, older_than interval default null, scheduled_at timestamptz default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.schedule_rotate(entity_table, field_name, older_than, scheduled_at)
$function$;

-- functions/set_policy_renewal.sql

create or replace function kw.set_policy_renewal(policy text, max_wrap_age interval default null, renews_one_leg boolean default false) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.set_policy_renewal(policy, max_wrap_age, renews_one_leg)
$function$;

-- functions/schedule_due_rewraps.sql

create or replace function kw.schedule_due_rewraps() returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.schedule_due_rewraps()
$function$;

-- functions/claim_rewrap_jobs.sql

create or replace function kw.claim_rewrap_jobs(max_jobs integer default 1000, to_policy text default null, running_too boolean default true) returns bigint[]
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.claim_rewrap_jobs(max_jobs, to_policy, running_too)
$function$;

-- functions/run_rewrap_jobs.sql

create or replace function kw.run_rewrap_jobs(jobs bigint[], max_seconds double precision default null) returns kw.rewrap_outcomes
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.run_rewrap_jobs(jobs, max_seconds)
$function$;

-- functions/retry_rewrap_jobs.sql

create or replace function kw.retry_rewrap_jobs(jobs bigint[] default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.retry_rewrap_jobs(jobs)
$function$;

-- functions/cancel_rewrap_jobs.sql

create or replace function kw.cancel_rewrap_jobs(jobs bigint[] default null) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.cancel_rewrap_jobs(jobs)
$function$;

-- functions/create_kms_key.sql

create or replace function kw.create_kms_key(
    provider text,
    external_key_ref text,
    purpose text default 'wrap',
    algorithm text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.create_kms_key(provider, external_key_ref, purpose, algorithm, if_not_exists)
$function$;

-- functions/add_kms_key.sql

create or replace function kw.add_kms_key(
    provider text,
    external_key_ref text,
    purpose text default 'wrap',
    algorithm text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.add_kms_key(provider, external_key_ref, purpose, algorithm, if_not_exists)
$function$;

-- functions/create_kem_key.sql

create or replace function kw.create_kem_key(
    external_key_ref text,
    algorithm text,
    sealed_by_key_id bigint,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.create_kem_key(external_key_ref, algorithm, sealed_by_key_id, if_not_exists)
$function$;

-- functions/add_kem_key.sql

create or replace function kw.add_kem_key(
    provider text,
    external_key_ref text,
    algorithm text,
    public_key bytea,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.add_kem_key(provider, external_key_ref, algorithm, public_key, if_not_exists)
$function$;

-- functions/set_kms_key_status.sql

create or replace function kw.set_kms_key_status(kms_key_id bigint, status text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.set_kms_key_status(kms_key_id, status)
$function$;

-- functions/key_dependents.sql

create or replace function kw.key_dependents(kms_key_id bigint) returns setof kw.key_dependent
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.key_dependents(kms_key_id)
$function$;

-- functions/safe_to_destroy.sql

create or replace function kw.safe_to_destroy(kms_key_id bigint, timeout_seconds double precision default 10) returns setof kw.destroy_check
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.safe_to_destroy(kms_key_id, timeout_seconds)
$function$;

-- functions/create_policy.sql

create or replace function kw.create_policy(
    policy_name text,
    mode text,
    kms1_key_id bigint,
    kms2_key_id bigint default null,
    layers bigint[] default '{}',
    notes text default null,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.create_policy(policy_name, mode, kms1_key_id, kms2_key_id, layers, notes, if_not_exists)
$function$;

-- functions/add_policy_key.sql

create or replace function kw.add_policy_key(policy_name text, kms_key_id bigint, priority integer default 0, weight integer default 1) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.add_policy_key(policy_name, kms_key_id, priority, weight)
$function$;

-- functions/set_policy_layers.sql

create or replace function kw.set_policy_layers(
    policy_name text,
    min_layers integer,
    max_layers integer,
    layer_selection text default 'defined',
    aad_template jsonb default null,
    allow_experimental boolean default false
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.set_policy_layers(policy_name, min_layers, max_layers, layer_selection, aad_template, allow_experimental)
$function$;

-- functions/bind_policy.sql

create or replace function kw.bind_policy(entity_table text, field_name text, policy_name text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.bind_policy(entity_table, field_name, policy_name)
$function$;

-- functions/set_floor.sql

create or replace function kw.set_floor(entity_table text, field_name text, nist_level integer) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.set_floor(entity_table, field_name, nist_level)
$function$;

-- functions/set_algorithm_status.sql

create or replace function kw.set_algorithm_status(
    algorithm text,
    status text
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.set_algorithm_status(algorithm, status)
$function$;

-- functions/add_provider.sql

create or replace function kw.add_provider(
    name text,
    provider text,
    config jsonb default '{}',
    probe boolean default true,
    if_not_exists boolean default false
) returns bigint
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.add_provider(name, provider, config, probe, if_not_exists)
$function$;

-- functions/set_provider_enabled.sql

create or replace function kw.set_provider_enabled(name text, enabled boolean) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.set_provider_enabled(name, enabled)
$function$;

-- functions/declare_shared_root.sql

create or replace function kw.declare_shared_root(provider text, other text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.declare_shared_root(provider, other)
$function$;

-- functions/undeclare_shared_root.sql

create or replace function kw.undeclare_shared_root(provider text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.undeclare_shared_root(provider)
$function$;

-- functions/grant_field.sql

create or replace function kw.grant_field(
    entity_table text,
    field_name text,
    grantee name,
    may_read boolean default true,
    may_write boolean default false
) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.grant_field(entity_table, field_name, grantee, may_read, may_write)
$function$;

-- functions/revoke_field.sql

create or replace function kw.revoke_field(entity_table text, field_name text, grantee name) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.revoke_field(entity_table, field_name, grantee)
$function$;

-- functions/list_grants.sql

create or replace function kw.list_grants(entity_table text default null)
returns table (
    entity text,
    field_name text,
    grantee text,
    may_read boolean,
    may_write boolean,
    granted_by text,
    created_at timestamptz,
    table_owner text,
    counts boolean,
    reason text
)
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.list_grants(entity_table)
$function$;

-- functions/check_kms.sql

create or replace function kw.check_kms(kms_key_id bigint default null) returns setof kw.kms_check_result
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.check_kms(kms_key_id)
$function$;

-- functions/check_algorithms.sql

create or replace function kw.check_algorithms() returns setof kw.algorithm_check
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.check_algorithms()
$function$;

-- functions/doctor.sql

create or replace function kw.doctor() returns setof kw.doctor_result
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.doctor()
$function$;

comment on function kw.doctor() is
'Checks the server: runtime, provider file, keystores and their keys, roles, functions and settings. Returns a row for each check. A row that is ok and has a hint is advice. For kw_admin, kw_operator and kw_auditor.';

-- functions/version.sql

create or replace function kw.version() returns jsonb
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.version()
$function$;

-- functions/set_setting.sql

create or replace function kw.set_setting(name text, value integer) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.set_setting(name, value)
$function$;

-- functions/check_restore.sql

create or replace function kw.check_restore() returns setof kw.doctor_result
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.check_restore()
$function$;

-- functions/entities_to_reclaim.sql

create or replace function kw.entities_to_reclaim() returns setof kw.entity_to_reclaim
language plpython3u stable parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.entities_to_reclaim()
$function$;

-- functions/reclaim_entity.sql

create or replace function kw.reclaim_entity(entity_table text) returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.reclaim_entity(entity_table)
$function$;

-- functions/reclaim_entities.sql

create or replace function kw.reclaim_entities() returns setof kw.entity_to_reclaim
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.reclaim_entities()
$function$;

-- functions/confirm_grants.sql

create or replace function kw.confirm_grants(entity_table text default null) returns integer
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
api = GD.get('kwtools 0.7.0')
if api is None:
    import codecs
    import ctypes
    import sys
    # plpy.execute in a parallel worker would crash the backend, so look before the first call.
    if ctypes.PyDLL(None).IsInParallelMode():
        plpy.error(
            'kwtools functions cannot run in parallel queries',
            sqlstate='KW001',
            hint='Do not mark functions that call them PARALLEL SAFE or RESTRICTED.',
        )
    # So would a message that is not UTF-8: until the runtime is there, escape it (ADR 0013).
    here, strict = sys._getframe(), codecs.lookup_error('strict')
    codecs.register_error(
        'strict', lambda e: (codecs.backslashreplace_errors if sys._getframe().f_back is here else strict)(e)
    )
    try:
        plpy.execute('select kw._load()')
    except plpy.SPIError:
        # The other version's own, unless that was forgotten meanwhile.
        codecs.register_error('strict', strict if 'kwruntime' in sys.modules else codecs.strict_errors)
        raise
    api = GD['kwtools 0.7.0']
return api.confirm_grants(entity_table)
$function$;

-- privileges.sql

do $owner$
declare
    member record;
    -- Set by an upgrade: grants that somebody made on what was there are left alone.
    before text[] := pg_catalog.string_to_array(
        pg_catalog.current_setting('kwtools.members_before', true), ' '
    );
    calls_before jsonb := coalesce(
        nullif(pg_catalog.current_setting('kwtools.calls_before', true), ''), '[]'
    )::jsonb;
    grantee pg_catalog.regrole;
    grantable boolean;
    kind text;
begin
    for member in
        select
            i.type,
            i.identity,
            p.proname,
            pg_catalog.format('%s:%s', d.classid::oid, d.objid) = any (before) as was_there,
            coalesce(c.relowner, p.proowner, t.typowner) as owner,
            coalesce(c.relacl, p.proacl, t.typacl, n.nspacl) as acl
        from pg_catalog.pg_depend d
        join pg_catalog.pg_extension e on e.oid = d.refobjid and e.extname = 'kwtools'
        left join pg_catalog.pg_class c on d.classid = 'pg_catalog.pg_class'::regclass and c.oid = d.objid
        left join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::regclass and p.oid = d.objid
        left join pg_catalog.pg_type t on d.classid = 'pg_catalog.pg_type'::regclass and t.oid = d.objid
        left join pg_catalog.pg_namespace n on d.classid = 'pg_catalog.pg_namespace'::regclass and n.oid = d.objid
        cross join pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
        where d.refclassid = 'pg_catalog.pg_extension'::regclass and d.deptype = 'e'
            and i.type in ('table', 'view', 'sequence', 'type', 'function', 'procedure', 'schema')
            -- Since PostgreSQL 17 row types and arrays are members, too; they follow their table or type.
            and (t.oid is null or t.typcategory <> 'A' and not exists (
                select from pg_catalog.pg_class r where r.oid = t.typrelid and r.relkind <> 'c'
            ))
    loop
        kind := replace(member.type, 'view', 'table'); -- as GRANT calls it
        -- ALTER TABLE locks a table against its readers, even if nothing changes.
        if member.type in ('table', 'view', 'type', 'function', 'procedure') and member.owner <> 'kw_owner'::regrole then
            execute pg_catalog.format('alter %s %s owner to kw_owner', member.type, member.identity);
        end if;
        execute pg_catalog.format('revoke all on %s %s from public', kind, member.identity);
        -- What ALTER DEFAULT PRIVILEGES of the installing role gave away.
        for grantee in
            select distinct a.grantee
            from pg_catalog.aclexplode(member.acl) a
            where member.was_there is not true and a.grantee not in (0, a.grantor) and (
                member.type not in ('function', 'procedure') or a.grantee not in (
                    'kw_admin'::regrole, 'kw_operator'::regrole, 'kw_client'::regrole,
                    'kw_unwrap'::regrole, 'kw_grantor'::regrole, 'kw_auditor'::regrole
                )
            )
        loop
            execute pg_catalog.format('revoke all on %s %s from %s', kind, member.identity, grantee);
        end loop;
        -- What was granted on the function that a new one of its name takes the place of.
        for grantee, grantable in
            select b.grantee, pg_catalog.bool_or(b.grantable)
            from pg_catalog.jsonb_to_recordset(calls_before) b(name text, oid oid, grantee oid, grantable boolean)
            where member.type = 'function' and member.was_there is not true and b.name = member.proname
                and not exists (select from pg_catalog.pg_proc f where f.oid = b.oid)
            group by b.grantee
        loop
            execute pg_catalog.format(
                'grant execute on function %s to %s%s',
                member.identity, grantee, case when grantable then ' with grant option' else '' end
            );
        end loop;
    end loop;
end;
$owner$;
