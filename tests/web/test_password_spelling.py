"""The same letters are the same password, however a keyboard sends them."""

import unicodedata

import pytest
from django.test import Client

from khcn.kernel.actors import Role
from khcn.web.passwords import LocalWordsValidator
from khcn.web.views.password_resets import NewPasswordForm
from tests.web.conftest import account, words

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


def test_of_a_new_password_that_is_too_long_only_the_length_is_looked_at(monkeypatch):
    looked_at = []
    monkeypatch.setattr(
        LocalWordsValidator, "validate", lambda _self, password, _user: looked_at.append(password)
    )
    client, user = of(account(Role.OFFICER)), account(Role.READER)
    answer = chosen(client, PASSWORD, "1" * 100_000)
    assert (answer.status_code, "dài nhất 256 ký tự" in words(answer)) == (422, True)
    form = NewPasswordForm(user, {"new_password1": "a1" * 200, "new_password2": "a1" * 200})
    assert {name: list(texts) for name, texts in form.errors.items()} == {
        name: ["Mật khẩu dài nhất 256 ký tự."] for name in ("new_password1", "new_password2")
    }
    assert looked_at == []
    assert chosen(client, PASSWORD, ("ba ngàn con gà mái " * 20)[:256]).status_code == 302


def test_the_length_of_a_password_is_that_of_its_letters():
    eleven = unicodedata.normalize("NFD", "ếộặỗễẩữựởẵọ")
    assert len(eleven) > 12
    assert chosen(of(account(Role.READER)), PASSWORD, eleven).status_code == 422
