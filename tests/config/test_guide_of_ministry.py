"""The guide to an installation that only looks at the stores of provinces says what the program does."""

import re
import shlex
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command

from drill.steps import commands_of
from khcn.config.database_addresses import application_database
from khcn.config.provinces import other_provinces
from khcn.config.variables import known_variables
from khcn.parties.models import User
from khcn.trace.views import lineage
from tests.config.test_init import without_migrate
from tests.conftest import ROOT

GUIDE = ROOT / "docs" / "van-hanh" / "trung-uong.md"


@pytest.fixture
def variables():
    found = dict(re.findall(r"^(KHCN_[A-Z_]+)=(.*)$", GUIDE.read_text("utf-8"), flags=re.MULTILINE))
    assert found.keys() == {"KHCN_VIEWING_ONLY", "KHCN_PROVINCE", "KHCN_ID_SLOT", "KHCN_PROVINCES"}
    return found


def test_its_variables_are_known_and_can_be_used(variables):
    assert variables.keys() <= set(known_variables())
    assert 0 < int(variables["KHCN_ID_SLOT"]) < 64
    stores = other_provinces(
        variables["KHCN_PROVINCES"],
        own_code=variables["KHCN_PROVINCE"],
        own=application_database("postgres://khcn@%2Frun%2Fpostgresql/khcn"),
    )
    assert stores.keys() == {"19", "24"}
    assert all("default_transaction_read_only=on" in each["OPTIONS"]["options"] for each in stores.values())


@pytest.mark.django_db
def test_its_command_makes_an_administrator_and_no_province(variables, settings, monkeypatch):
    settings.VIEWING_ONLY, settings.PROVINCE = True, variables["KHCN_PROVINCE"]
    monkeypatch.setattr("khcn.config.management.commands.init.call_command", without_migrate)
    [[command]] = commands_of(GUIDE).values()
    typed = shlex.split(command)
    assert typed[:2] == ["khcn", "init"]
    call_command("init", *typed[2:], stdout=StringIO())
    assert [each.username for each in User.objects.all()] == ["quantri"]


@pytest.mark.django_db
def test_the_address_that_programs_ask_is_there(client):
    [address] = re.findall(r'"(https://[^"]+/epcis/[^"]+)"', GUIDE.read_text("utf-8"))
    path = urlsplit(address).path
    assert path.removeprefix("/epcis/trace/") in lineage.ENDPOINTS
    assert client.get(f"{path}?{urlsplit(address).query}").status_code == 401  # and no key is sent here
