create or replace function kw._load() returns void
language plpython3u volatile parallel unsafe
set search_path = pg_catalog, pg_temp
as $function$
# The one place that touches sys.path. The folder was fixed when the extension was installed.
import os
import stat
import sys

version = '@VERSION@'
folder = f'MODULE_PATHNAME/{version}/cp{sys.version_info[0]}{sys.version_info[1]}'


def refuse(message, hint):
    # Beyond ASCII it would not cross plpy in every encoding.
    message, hint = (told.encode('ascii', 'backslashreplace').decode() for told in (message, hint))
    plpy.error(message, sqlstate='KW001', hint=hint)


for name in ('kwruntime', 'kwshared'):
    loaded = sys.modules.get(name)
    if loaded is not None and not loaded.__file__.startswith(folder + '/'):
        refuse(
            f'this session runs another version of kwtools than {version}',
            'Reconnect. The extension was updated since the session began.',
        )
try:
    found = os.stat(folder)
except OSError as error:
    refuse(f'runtime of kwtools {version} cannot be read at {folder}: {error.strerror}', 'Run make install on the server.')
if found.st_uid not in (0, os.geteuid()) or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
    refuse(
        f'{folder} can be changed by users other than root and the user of the server',
        f'Run: chown -R root {folder}; chmod -R go-w {folder}',
    )
sys.dont_write_bytecode = True
if folder not in sys.path:
    sys.path.insert(0, folder)
import cryptography

if not cryptography.__file__.startswith(folder + '/'):
    refuse(
        f'this session has loaded another cryptography: {cryptography.__file__}',
        'Reconnect, and call kwtools before other PL/Python code that imports it.',
    )
import gc

# All that is loaded stays, so looking for garbage meanwhile is of no use: 3 of 60 ms.
collects = gc.isenabled()
gc.disable()
try:
    from kwruntime import api
finally:
    if collects:
        gc.enable()

# A body asks for the version in which it last changed.
for used in '@USED_VERSIONS@'.split():
    GD['kwtools ' + used] = api
$function$;

comment on function kw._load() is
'Loads the runtime into this session. Internal: every function calls it once. Errors: KW001.';

grant execute on function kw._load() to kw_admin, kw_operator, kw_client, kw_unwrap, kw_grantor, kw_auditor;
