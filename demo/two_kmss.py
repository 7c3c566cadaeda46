"""The second act: two real KMSs of two makers, and one of them is stopped."""

import contextlib

from demo.story import Story, expect
from testservers.openbao import OpenBao
from testservers.provider_file import add_entry, write_for_server
from testservers.softhsm import LIBRARY, SoftHsm

_NOTE = "select kw.decrypt_text('patients', id, 'note', note) from patients where id = {}"
_HEALTH = """
select provider, status, coalesce(left(error, 70), '') as error, wrappers_by_other_leg
from kw.kms_health where provider <> 'local'"""


def tell(story: Story) -> None:
    """Tell it."""
    with contextlib.ExitStack() as stack:
        bao = stack.enter_context(OpenBao(story.place.base / "openbao"))
        hsm = SoftHsm(story.place.base / "softhsm")
        _set_up(story, bao, hsm)
        _either(story, bao)
        _both(story, bao)


def _set_up(story: Story, bao: OpenBao, hsm: SoftHsm) -> None:
    story.step("Second act: a key in OpenBao and a key in an HSM (SoftHSM); providers.toml has:")
    base = story.place.base
    files = {"openbao.pem": bao.ca_file.read_text(), "openbao.token": bao.token()}
    for name, text in {**files, "hsm.pin": hsm.pin}.items():
        write_for_server(base / name, text)
    entries: dict[str, dict[str, object]] = {
        "bao": {
            "kind": "vault",
            "address": bao.address,
            "ca_file": str(base / "openbao.pem"),
            "token_file": str(base / "openbao.token"),
        },
        "hsm": {
            "kind": "pkcs11",
            "library": str(LIBRARY),
            "token": hsm.token,
            "pin_file": str(base / "hsm.pin"),
            "environment": hsm.environment,
        },
    }
    for name, options in entries.items():
        add_entry(story.place, name, **options)  # type: ignore[arg-type]
    for line in story.place.providers_file.read_text().partition("# bao")[2].splitlines()[1:]:
        if not line.startswith("#"):
            print(f"   {line}")
    story.sql("select kw.add_provider('bao', 'vault'), kw.add_provider('hsm', 'pkcs11')")
    story.sql(
        "select kw.create_kms_key('bao', 'patients') as bao, kw.create_kms_key('hsm', 'patients') as hsm"
    )
    story.sql("select kw.create_policy('two KMSs', 'either', 3, 4)")
    story.sql("select kw.create_policy('both KMSs', 'both', 3, 4)")
    story.sql("create table patients (id bigint primary key, note bytea)")
    story.sql("select kw.bind('patients', 1, 'note', policy => 'two KMSs')")
    story.sql("select kw.bind('patients', 2, 'note', policy => 'both KMSs')")
    story.sql(
        """
insert into patients values
    (1, kw.encrypt_text('patients', 1, 'note', 'one KMS will do')),
    (2, kw.encrypt_text('patients', 2, 'note', 'it takes both'))"""
    )


def _either(story: Story, bao: OpenBao) -> None:
    story.step("All is well; then OpenBao is stopped, and reading goes on, with a warning")
    story.sql("select provider, status from kw.check_kms() where provider <> 'local'")
    bao.stop()
    print("   (OpenBao is stopped)")
    story.new_session()
    expect(story.sql(_NOTE.format(1)) == [("one KMS will do",)], "the first note")
    expect(any("the other leg was used" in said for said in story.warnings), "a warning")
    story.sql("select count(*) from kw.check_kms()")
    found = story.sql(_HEALTH)
    expect([row[:2] for row in found] == [("bao", "down"), ("hsm", "up")], "bao down, hsm up")
    story.refused("select kw.wrap(policy => 'two KMSs')", "KW204")


def _both(story: Story, bao: OpenBao) -> None:
    story.step("Mode both needs both, and says which is missing; OpenBao is started, all is well")
    story.refused(_NOTE.format(2), "KW210")
    bao.start()
    print("   (OpenBao is started)")
    story.new_session()
    for number, note in ((1, "one KMS will do"), (2, "it takes both")):
        expect(story.sql(_NOTE.format(number)) == [(note,)], note)
        expect(not story.warnings, "no warning")
    story.sql("select count(*) from kw.check_kms()")
    expect({row[1] for row in story.sql(_HEALTH)} == {"up"}, "both up")
