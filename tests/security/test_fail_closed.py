"""Where something of ours fails, the answer is no: rights, the change log, passwords, mail."""

from contextlib import contextmanager

import pytest
from django.core import mail
from django.core.mail import BadHeaderError
from django.db import OperationalError, connection

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.spec import Register
from khcn.parties.models import User
from khcn.reference.models import LegalDocument
from khcn.web.password_issue_notices import mail_about_address
from tests.security.test_matrix import inside_shown, signed_in
from tests.security.world import PASSWORD
from tests.web.conftest import form_values, tree

pytestmark = pytest.mark.django_db


def fail(*_arguments, **_options):
    raise RuntimeError


@contextmanager
def log_that_cannot_be_written():
    def refuse(execute, sql, params, many, context):
        if "INSERT" in sql and "kernel_audit_changeentry" in sql:
            raise OperationalError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def edit_address(world):
    record = world.records["reference.legaldocument"]
    return f"{register_of(LegalDocument).detail_url(record.pk)}edit/"


def typed(client, address):
    return form_values(tree(client.get(address))) | {"subject": "Trích yếu khác"}


def subject(world):
    return LegalDocument.objects.get(pk=world.records["reference.legaldocument"].pk).subject


def test_a_change_that_cannot_be_logged_is_not_made(world):
    office, address, before = signed_in(world, "office"), edit_address(world), subject(world)
    sent = typed(office, address)
    with log_that_cannot_be_written():
        assert office.post(address, sent).status_code in {500, 503}
    assert subject(world) == before
    assert office.post(address, sent).status_code == 303
    assert subject(world) == "Trích yếu khác"


def test_a_rule_that_fails_opens_nothing(world, monkeypatch):
    office, address, before = signed_in(world, "office"), edit_address(world), subject(world)
    sent = typed(office, address)
    monkeypatch.setattr(Register, "reach", fail)
    place = register_of(LegalDocument).list_url()
    for opened in (place, f"{place}export/", address, f"/api{place}"):
        answer = office.get(opened)
        assert answer.status_code == 500, opened
        assert before not in answer.content.decode()
        assert not inside_shown(answer.content)
    assert office.post(address, sent).status_code == 500
    assert subject(world) == before


def test_a_password_that_cannot_be_checked_lets_nobody_in(world, monkeypatch):
    monkeypatch.setattr(User, "check_password", fail)
    client = signed_in(world, "anonymous")
    user = world.people["officer"]
    answer = client.post("/login/", {"username": user.username, "password": PASSWORD})
    assert (answer.status_code, "sessionid" in client.cookies) == (500, False)


@pytest.mark.parametrize(
    ("username", "address"),
    [("ai\r\nBcc: ke@xau.vn", "cu@so.vn"), ("ai", "cu@so.vn\nBcc: ke@xau.vn")],
    ids=["name", "address"],
)
def test_a_name_with_a_line_break_makes_no_header_field_of_a_mail(username, address):
    with acting(SYSTEM):
        user = User.objects.create_user(username, password=PASSWORD, full_name="Ai")
    with pytest.raises(BadHeaderError):
        mail_about_address(user.pk, address)
    assert mail.outbox == []
