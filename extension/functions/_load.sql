create or replace function kw._load() returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
# The one place that touches sys.path. The folder was fixed when the extension was installed.
import ctypes
import os
import stat
import sys

version = '@VERSION@'
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
if major not in (@SERVERS@):
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
GD['kwtools @VERSION@'] = api
$function$;

comment on function kw._load() is
'Loads the runtime into this session, in place of that of another version. Internal: every function calls it once. Errors: 40001, KW001.';

grant execute on function kw._load() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor, kw_signer;
