"""The same letters are the same password, however a keyboard sends them."""

import unicodedata

import pytest
from django.test import Client

from khcn.kernel.actors import Role
from tests.web.conftest import account

PASSWORD = "mat-khau-thu-nghiem"
pytestmark = pytest.mark.django_db


def of(user):
    client = Client()
    client.force_login(user)
    return client


def sign_in(user, password):
    client = Client()
    return client, client.post("/login/", {"username": user.username, "password": password})


def chosen(client, old, new="ba ngàn con gà mái"):
    return client.post("/password/", {"old_password": old, "new_password1": new, "new_password2": new})


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_the_same_letters_are_the_same_password_from_every_keyboard(form):
    user = account(Role.READER)
    typed = unicodedata.normalize(form, "Bò vàng gặm cỏ ĩ ế ２")
    assert chosen(of(user), PASSWORD, typed).status_code == 302
    for other in ("NFC", "NFD", "NFKC", "NFKD"):
        client, answer = sign_in(user, unicodedata.normalize(other, typed))
        assert answer.status_code == 302
    assert client.post("/proof/", {"proof": unicodedata.normalize("NFD", typed)}).status_code == 303
    again = chosen(client, unicodedata.normalize("NFD", typed))
    assert again.status_code == 302
    user.refresh_from_db()
    assert not user.check_password(typed)


def test_the_length_of_a_password_is_that_of_its_letters():
    eleven = unicodedata.normalize("NFD", "ếộặỗễẩữựởẵọ")
    assert len(eleven) > 12
    assert chosen(of(account(Role.READER)), PASSWORD, eleven).status_code == 422
