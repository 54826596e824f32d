"""Accounts that sign in, and the one reading of a page that most tests need."""

import re
from collections import defaultdict
from datetime import date

import pytest
from lxml import html
from lxml.html import CheckboxGroup, RadioGroup

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.parties.models import AccountRole, OrgUnit, User
from khcn.web import frame
from khcn.web.identity_provider.metadata import KNOWLEDGE
from tests.factories.parties import OrgUnitFactory
from tests.web.identity_provider_server import providing
from tools import messages

ROLES = [role for role in Role if role is not Role.SYSTEM]


def account(role, unit="QLKH"):
    """An account of this role, or of the one with this code, in this unit; made once."""
    name = f"{role}.{unit.lower()}"
    found = User.objects.filter(username=name).first()
    if found:
        return found
    place = OrgUnit.objects.filter(code=unit).first() or OrgUnitFactory(code=unit, name=f"Phòng {unit}")
    with acting(SYSTEM):
        return User.objects.create_user(
            name, password="mat-khau-thu-nghiem", full_name=f"Nguyễn {name}", role_id=str(role), unit=place
        )


def department_role(code, *, acts_as="", start=date(2020, 1, 1), end=None):
    """A role that an administrator has added."""
    role = AccountRole(code=code, name=code.capitalize(), acts_as=acts_as, valid_from=start, valid_to=end)
    with acting(SYSTEM):
        role.full_clean()
        role.save()
    return role


@pytest.fixture(scope="session", autouse=True)
def catalogues():
    """The compiled messages, made by set-up in daily life, also when pytest is called by itself."""
    if messages.is_stale():
        messages.compile_all()


@pytest.fixture(autouse=True)
def empty_cache():
    """Each test has a database of its own; what a process keeps about it for a minute must not outlive the test."""
    frame._departments.clear()
    yield
    frame._departments.clear()


@pytest.fixture
def sign_in(client, db):
    """The test client, signed in as an account of a role and unit."""

    def enter(role=Role.OFFICER, unit="QLKH"):
        client.force_login(account(role, unit))
        return client

    return enter


@pytest.fixture
def officer(sign_in):
    """The test client of an officer of the science division."""
    return sign_in(Role.OFFICER, "QLKH")


@pytest.fixture
def provider():
    """An identity provider that runs."""
    with providing() as found:
        yield found


@pytest.fixture
def connected(provider, settings, tmp_path):
    """Settings that lead to the provider; others by keyword."""
    from tests.web.provider_sign_ins import provider_settings  # local: it imports this module

    KNOWLEDGE.forget()

    def connect(**more):
        settings.IDENTITY_PROVIDER = provider_settings(more.pop("issuer", provider.issuer), tmp_path, **more)
        settings.PUBLIC_URL = "http://testserver"

    connect()
    yield connect
    KNOWLEDGE.forget()


def tree(response):
    """A page as elements."""
    return html.fromstring(response.content.decode())


def words(response):
    """All text of a page on one line."""
    page = tree(response)
    for each in page.xpath("//script|//style"):
        each.drop_tree()
    return re.sub(r"\s+", " ", page.text_content())


def confirmed(client, batch, **options):
    """The file written as a person does it: with what the page of its preview carries."""
    address = f"/import/{batch}/confirm/"
    form = form_values(tree(client.get(f"/import/{batch}/")), f"//form[@action='{address}']")
    return client.post(address, form, **options)


def answers(page):
    """Of each open question the name of its control, with the labels of its answers in their order."""
    found = {}
    for each in tree(page).xpath("//main//input[@type='radio'][starts-with(@name, 'answer-')]"):
        label = " ".join(each.getparent().text_content().split())
        found.setdefault(each.get("name"), []).append((each.get("value"), label))
    return found


def form_values(page, xpath="//main//form[@method='post']"):
    """What a browser would send from the form of a page that nobody has touched."""
    form = page.xpath(xpath)[0]
    lines = {
        each.get("name") for each in form.xpath(".//textarea")
    }  # a browser drops the line end they begin with
    return {
        name: (value or "").removeprefix("\n") if name in lines else value or ""
        for name, value in values_by_name(form)
        if name
    }


GROUPS = {"radio": RadioGroup, "checkbox": CheckboxGroup}


def values_by_name(form):
    """What ``form.fields.items()`` gives. That goes through the whole form again for each name: a minute for the largest grid."""
    controls = defaultdict(list)
    for each in form.inputs:
        controls[each.name].append(each)
    for name, found in controls.items():
        control, group = found[0], GROUPS.get(found[0].get("type"))
        if group and len(found) > 1:
            control = group(found)
            control.name = name
        yield name, control.value
