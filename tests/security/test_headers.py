"""What answers say of themselves: policies, types, and what other origins and addresses can do with them."""

import subprocess
import sys

import pytest

from bench.service import environment
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.registers.registry import register_of
from khcn.reference.models import LegalDocument
from tests.security.test_matrix import signed_in

POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'self'",
    "form-action": "'self'",
}
NAMED = ("strict-transport-security", "x-content-type-options", "content-type", "referrer-policy")
BY_HTTPS = """
import django; django.setup()
from django.test import Client
for address in ("/login/", "/static/ui/app.css", "/static/ui/absent.css", "/healthz"):
    answer = Client().get(address, secure=True)
    print(address, answer.status_code, *(answer.headers.get(name, "-").replace(" ", "") for name in {named!r}))
"""


@pytest.fixture(scope="module")
def by_https(tmp_path_factory, put_migrated_database):
    """Status and header fields by address, from the program as it is installed behind HTTPS."""
    data = tmp_path_factory.mktemp("https")
    put_migrated_database(data)
    lines = subprocess.run(
        [sys.executable, "-c", BY_HTTPS.format(named=NAMED)],
        env={**environment(data), "KHCN_HTTPS": "1", "KHCN_HOSTS": "testserver"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return {words[0]: words[1:] for words in map(str.split, lines)}


def test_by_https_answers_ask_for_https_for_a_year_with_all_subdomains(by_https):
    assert {address: found[1] for address, found in by_https.items()} == dict.fromkeys(
        ("/login/", "/static/ui/app.css", "/static/ui/absent.css", "/healthz"),
        "max-age=31536000;includeSubDomains",
    )


def test_files_of_the_interface_carry_the_protections(by_https):
    assert by_https["/static/ui/app.css"] == [
        "200",
        "max-age=31536000;includeSubDomains",
        "nosniff",
        'text/css;charset="utf-8"',
        "same-origin",
    ]


@pytest.mark.django_db
def test_the_policy_of_pages_is_exactly_this(client, world):
    officer = signed_in(world, "officer")
    for answer in (
        client.get("/login/"),
        officer.get("/"),
        officer.get("/khong/co/"),
        officer.post("/logout/"),
    ):
        parts = [each.strip().partition(" ") for each in answer["Content-Security-Policy"].split(";")]
        assert {name: values for name, _space, values in parts if name} == POLICY


@pytest.mark.django_db
def test_no_page_may_be_read_by_another_origin(world):
    officer = signed_in(world, "officer")
    for address in (
        "/login/",
        "/",
        "/science/tasks/",
        "/api/science/tasks/",
        "/lookup/parties/organisations/?q=a",
    ):
        for origin in ("https://ke.xau", "null"):
            answer = officer.get(address, headers={"Origin": origin})
            assert answer.status_code in {200, 302}
            assert [name for name in answer.headers if name.lower().startswith("access-control-")] == [], (
                address
            )


@pytest.mark.django_db
def test_no_folder_is_listed(world):
    officer = signed_in(world, "officer")
    for address in ("/static/", "/static/ui/", "/files/", "/stored/", "/media/", "/docs/"):
        assert officer.get(address).status_code == 404, address


@pytest.mark.django_db
def test_a_value_in_the_address_is_no_field_of_a_form(world):
    office = signed_in(world, "office")
    record = world.records["reference.legaldocument"]
    address = f"{register_of(LegalDocument).detail_url(record.pk)}edit/"
    answer = office.post(f"{address}?subject=khác&number=1&kind=decision", {"version": version_of(record)})
    assert answer.status_code == 422
    assert LegalDocument.objects.get(pk=record.pk).subject == record.subject
