"""Keys by which a party's programs are known, the command that gives them, and the way past the web application."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from khcn.kernel.actors import SYSTEM
from khcn.kernel.audit.models import ChangeEntry
from khcn.trace.models import ApiKey
from khcn.trace.operations.api_keys import issue_key, revoke_key, viewer_for
from tests.trace.rest_given import AT, GROWER, PROVINCE, Speaker, party, problem_of

pytestmark = pytest.mark.django_db


def test_keys_are_stored_as_digests_and_their_issue_stands_in_the_log():
    one = party()
    secrets = [issue_key(party=one, label="Phần mềm kho", actor=SYSTEM, at=AT) for _ in range(2)]
    assert len(set(secrets)) == 2
    assert all(secret.startswith("khcn_") and len(secret) == 48 for secret in secrets)
    revoke_key(key=ApiKey.objects.order_by("pk")[0], actor=SYSTEM, at=AT)
    revoke_key(key=ApiKey.objects.order_by("pk")[0], actor=SYSTEM, at=AT)
    assert viewer_for(secrets[0], at=AT) is None
    assert viewer_for(secrets[1], at=AT) is not None
    entries = ChangeEntry.objects.filter(model="trace.traceparty", action="update").order_by("pk")
    label = {"api_key": "Phần mềm kho"}
    assert [(entry.before, entry.after) for entry in entries] == [
        ({"api_key": None}, label),
        ({"api_key": None}, label),
        (label, {"api_key": None}),
    ]
    everything = str(list(ChangeEntry.objects.values())) + str(list(ApiKey.objects.values()))
    assert not [secret for secret in secrets if secret[5:] in everything]


def test_a_key_tells_the_party_and_what_it_may_see():
    one, province = party(), party(PROVINCE, "Sở", authority=True)
    found, viewer, _key = viewer_for(issue_key(party=one, label="a", actor=SYSTEM, at=AT), at=AT)
    assert (found, viewer.party, viewer.sees_all) == (one, one.pk, False)
    assert viewer.places == (f"https://id.gs1.org/414/{GROWER}", f"https://id.gs1.org/417/{GROWER}")
    found, viewer, _key = viewer_for(issue_key(party=province, label="b", actor=SYSTEM, at=AT), at=AT)
    assert (found, viewer.sees_all) == (province, True)


@pytest.mark.parametrize(
    "secret", ["", "khcn_", "khcn_" + "x" * 43, "khcn_" + "x" * 5000, "khác", "khcn_\0", "KHCN_"]
)
def test_what_is_no_key_is_nobodys(secret):
    issue_key(party=party(), label="a", actor=SYSTEM, at=AT)
    assert viewer_for(secret, at=AT) is None


def test_a_request_asks_for_its_key_and_for_nothing_of_the_web_application():
    speaker = Speaker(party())
    speaker.client.cookies["sessionid"] = "x" * 32
    speaker.get("/")  # the first use in an hour is written down
    with CaptureQueriesContext(connection) as found:
        answer = speaker.get("/")
    assert (answer.status_code, len(found)) == (200, 1)
    assert "trace_apikey" in found[0]["sql"]
    assert not answer.cookies
    assert "Cookie" not in answer["Vary"]


# ------------------------------------------------------------------------------------------- the command


def run(capsys, *arguments):
    call_command("trace_key", *arguments)
    return capsys.readouterr().out.strip()


def test_the_command_prints_a_key_that_works(capsys):
    speaker = Speaker(party())
    secret = run(capsys, GROWER, "--label", "Máy quét")
    assert secret not in speaker.key
    assert speaker.get("/capture", Authorization=f"Bearer {secret}").status_code == 200
    assert ApiKey.objects.latest("pk").label == "Máy quét"


def test_the_command_lists_and_revokes(capsys):
    speaker = Speaker(party())
    key = ApiKey.objects.get()
    assert run(capsys, GROWER, "--list") == f"{key.pk}\t2026-10-09\tđang dùng / in use\tthử"
    assert str(key.pk) in run(capsys, GROWER, "--revoke", str(key.pk))
    problem_of(speaker.get("/capture"), 401, "SecurityException")
    assert "đã thu hồi / revoked" in run(capsys, GROWER, "--list")


@pytest.mark.parametrize(
    "arguments",
    [(GROWER,), ("9999999999994", "--label", "x"), (GROWER, "--revoke", "99999"), (GROWER, "--label", "")],
)
def test_the_command_refuses_in_words(capsys, arguments):
    party()
    with pytest.raises(CommandError, match=r"\. / "):
        run(capsys, *arguments)
    assert not ApiKey.objects.exists()


def test_a_key_of_another_party_is_not_revoked_by_mistake(capsys):
    Speaker(party(PROVINCE, "Sở", authority=True))
    party()
    with pytest.raises(CommandError):
        run(capsys, GROWER, "--revoke", str(ApiKey.objects.get().pk))
    assert ApiKey.objects.get().revoked_at is None
