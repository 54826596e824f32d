"""Accounts that are prepared before a person's first day."""

import pytest

from khcn.parties.models import PasswordIssue, User
from tests.web.test_issued_passwords import of, people

__all__ = ["people"]  # a fixture
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["reader", "leader"])
def test_a_new_account_that_is_not_in_use_yet_is_made_without_a_password(people, role):
    first, *_others = people
    sent = {"username": "chua.lam", "full_name": "Chưa Đi Làm", "role": role, "email": ""}
    answer = of(first).post("/accounts/new/", sent)
    made = User.objects.get(username="chua.lam")
    assert (answer.status_code, answer["Location"]) == (303, f"/accounts/{made.pk}/")
    assert (made.is_active, made.has_usable_password()) == (False, False)
    assert not PasswordIssue.objects.filter(account=made).exists()
