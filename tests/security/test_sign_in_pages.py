"""What the pages of signing in and out ask of people and of their browsers."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from khcn.parties.operations.session_store import SessionStore
from tests.conftest import ROOT
from tests.security.rights_shape import OWNER
from tests.security.test_matrix import signed_in
from tests.security.world import PASSWORD
from tests.web.conftest import tree

SOURCES = ROOT / "src" / "khcn"


@pytest.mark.django_db
def test_password_fields_are_masked_and_may_be_pasted_into(world):
    officer = signed_in(world, "officer")
    found, scripts = {}, set()
    for client, address in (
        (Client(), "/login/"),
        *((officer, each) for each in ("/password/", "/second-factor/", "/proof/")),
    ):
        page = tree(client.get(address))
        scripts |= {each.rpartition("/")[2] for each in page.xpath("//script/@src")}
        for field in page.xpath("//main//input[contains(@name, 'password') or @name = 'proof']"):
            found[address, field.get("name")] = (field.get("type"), field.get("autocomplete"))
    assert {name for _address, name in found} == {
        "password",
        "old_password",
        "new_password1",
        "new_password2",
        "proof",
    }
    assert {kind for kind, _filled in found.values()} == {"password"}
    assert {filled for _kind, filled in found.values()} == {"current-password", "new-password"}
    ours = [path for path in SOURCES.rglob("*.js") if path.name in scripts]
    assert ours
    assert [
        path.name for path in ours if re.search(r"[\"']paste[\"']|onpaste", path.read_text("utf-8"))
    ] == []


@pytest.mark.django_db
def test_ones_own_password_is_good_for_years(world):
    user = world.people["officer"]
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3 * 365), tick=False):
        client = Client()
        answer = client.post("/login/", {"username": user.username, "password": PASSWORD})
        assert (answer.status_code, answer["Location"]) == (302, "/")
        assert client.get("/science/tasks/").status_code == 200


@pytest.mark.django_db
def test_a_session_has_a_key_of_more_than_128_random_bits():
    keys = [SessionStore()._get_new_session_key() for _each in range(50)]
    assert all(re.fullmatch(r"[a-z0-9]{32}", key) for key in keys)  # 32 of 36 signs: 165 bits
    assert len(set(keys)) == 50
    places = {place: {key[place] for key in keys} for place in range(32)}
    assert min(len(signs) for signs in places.values()) > 10  # no place of it is always the same


@pytest.mark.django_db
def test_signing_out_clears_what_the_browser_stored(world):
    officer = signed_in(world, "officer")
    answer = officer.post("/logout/")
    assert (answer.status_code, answer["Clear-Site-Data"]) == (302, '"storage"')
    # what a producer has entered on its telephone waits there until it is sent
    assert "Clear-Site-Data" not in signed_in(world, OWNER).post("/logout/")
