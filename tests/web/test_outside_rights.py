"""The column of outside organisations on the permission page, compared cell by cell with what such an account can do."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from khcn.kernel.access.scopes import AnyOf, OwnOrganisation
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.files.operations import store_file
from khcn.kernel.refusals import NotPermitted
from khcn.kernel.registers.models import Attachment
from khcn.kernel.registers.registry import registers
from khcn.parties.models import Organisation, User
from khcn.science.register.scopes import HandedIn, RequestsOfHost
from khcn.web import permissions
from tests.factories.parties import OrganisationFactory
from tests.factories.registry import factory_of
from tests.web.test_permission_page import can

pytestmark = [pytest.mark.django_db, pytest.mark.once]
OF_ROWS = frozenset({"read", "change", "delete", "attach"})


def paths_to_organisation(register):
    """How a record of the register leads to the organisations whose own it is: to none, to one, or to both sides of a shipment."""
    parts = register.scope.parts if isinstance(register.scope, AnyOf) else (register.scope,)
    own = [part.path for part in parts if isinstance(part, OwnOrganisation)]
    own += ["organisation" for part in parts if isinstance(part, HandedIn)]
    return [*own, *("task__host" for part in parts if isinstance(part, RequestsOfHost))]


# Whose a row is does not say it all there: what an account may do with its own is asked of such a row, of another row in the other.
GIVEN = {
    "science.submission": ({"state": "draft"}, {"state": "draft"}),
    "science.proposalcall": ({"state": "published"}, {"state": "draft"}),
    "science.amendmentrequest": ({"from_host": True}, {"from_host": True}),
}


def record_of(register, organisation, *, is_own=True):
    if register.model is Organisation:
        return organisation
    given = dict.fromkeys(paths_to_organisation(register), organisation)
    return factory_of(register.model)(**given, **GIVEN.get(register.name, ({}, {}))[0 if is_own else 1])


def can_with(client, register, record, verb):
    """As `can`, and for reading the record's own page beside the list."""
    if verb != "read":
        return can(client, register, record, verb)
    return (
        can(client, register, record, verb) and client.get(register.detail_url(record.pk)).status_code == 200
    )


@pytest.fixture
def outside():
    """An outside account, its organisation, and another organisation."""
    own, other = OrganisationFactory(), OrganisationFactory()
    with acting(SYSTEM):
        user = User.objects.create_user("ngoai", full_name="Ngoài", organisation=own)
    client = Client()
    client.force_login(user)
    return client, own, other


def test_every_cell_of_outside_organisations_is_what_their_accounts_can_really_do(outside):
    client, own, other = outside
    lines = {
        (line.register.name, line.action and line.action.name): line.outside
        for line in permissions.lines(timezone.localdate())
    }
    wrong, asked = [], set()
    for register in registers():
        rows = [(record_of(register, own), True), (record_of(register, other, is_own=False), False)]
        for verb, shown in lines[register.name, None].items():
            if verb == "act" or (verb in {"create", "change"} and not register.form):
                continue
            for record, is_own in rows if verb in OF_ROWS else rows[:1]:
                expected = bool(shown) and (is_own or shown != permissions.OWN or verb not in OF_ROWS)
                asked.add(shown)
                if can_with(client, register, record, verb) != expected:
                    wrong.append((register.name, verb, shown, is_own))
        for action in register.actions:
            shown = lines[register.name, action.name]["act"]
            for record, is_own in rows:
                status = client.get(f"{register.detail_url(record.pk)}actions/{action.name}/").status_code
                expected = bool(shown) and (is_own or shown != permissions.OWN)
                if (status == 200) != expected:
                    wrong.append((register.name, action.name, shown, is_own, status))
    assert wrong == []
    assert asked == {permissions.ALL, permissions.OWN, permissions.NONE}


def test_files_are_read_where_an_account_may_add_its_own_or_its_organisation_handed_them_in(outside):
    client, own, other = outside
    actor = User.objects.get(organisation=own).actor
    wrong, shown = [], set()
    with acting(SYSTEM):
        stored = store_file(content=b"%PDF-1.7 g", name="giay.pdf", actor=SYSTEM)
    for register in registers():
        for owner in (own, other):
            record = record_of(register, owner, is_own=owner == own)
            if register.name == "science.submission":  # what was handed in is no longer written
                with acting(SYSTEM):
                    record.state = "submitted"
                    record.save()
            with acting(SYSTEM):
                found = Attachment.objects.create(
                    model=register.name,
                    object_id=record.pk,
                    file=stored,
                    name="giay.pdf",
                    sha256=stored.sha256,
                )
            expected = register.may("attach", actor, record) or (register.name, owner) == (
                "science.submission",
                own,
            )
            status = client.get(f"{register.detail_url(record.pk)}files/{found.pk}/").status_code
            if (status == 200) != expected:
                wrong.append((register.name, owner == own, status))
            shown.add((expected, owner == own))
    assert wrong == []
    assert shown == {(True, True), (False, True), (False, False)}


def test_rights_outside_the_registers_are_none_for_outside_accounts(outside):
    client, _own, _other = outside
    lines = {
        str(line.right.label): line.outside["act"] for line in permissions.other_lines(timezone.localdate())
    }
    assert set(lines.values()) == {permissions.NONE}
    for address in (
        "/reports/new/",
        "/import/upload/",
        "/log/",
        "/accounts/",
        "/password-issues/",
        "/permissions/",
    ):
        assert client.get(address).status_code in {403, 404}, address


def test_an_outside_account_chooses_a_password_of_its_own_for_the_one_it_was_issued(outside):
    client, own, _other = outside
    user = User.objects.get(organisation=own)
    with acting(SYSTEM):
        user.set_password("mat-khau-duoc-cap")
        user.store_password(issued_until=timezone.now() + timedelta(days=7))
    client.force_login(user)
    new = "ba ngàn con gà mái"
    answer = client.post(
        "/password/", {"old_password": "mat-khau-duoc-cap", "new_password1": new, "new_password2": new}
    )
    user.refresh_from_db()
    assert (answer.status_code, user.check_password(new), user.issued_password_until) == (302, True, None)


def test_an_outside_account_writes_no_other_account_and_moves_itself_to_no_other_organisation(outside):
    _client, own, other = outside
    user = User.objects.get(organisation=own)
    with acting(SYSTEM):
        colleague = User.objects.create_user("dong-nghiep", full_name="Đồng nghiệp", organisation=own)
    actor = user.actor_on(timezone.localdate())
    for account, name, value in ((colleague, "full_name", "Khác"), (user, "organisation", other)):
        setattr(account, name, value)
        with pytest.raises(NotPermitted), acting(actor), transaction.atomic():
            account.save()
