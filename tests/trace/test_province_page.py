"""The page of the stores of all provinces, and who may open it; with several stores: `test_two_stores`."""

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from khcn.kernel.actors import Role
from khcn.trace.store import store_counts
from tests.trace.public_given import named, noodles, parties
from tests.web.conftest import account

__all__ = ["parties"]  # fixture

pytestmark = pytest.mark.django_db


def signed_in(role, unit="VP"):
    client = Client(raise_request_exception=False)
    client.force_login(account(role, unit))
    return client


def test_the_page_has_a_line_for_the_own_store(parties, monkeypatch):
    noodles(parties)
    named(parties)
    client = signed_in(Role.LEADER)
    counts = store_counts.counts_of_stores()
    page = client.get("/trace/provinces/").content.decode()
    [own] = counts
    assert own.events > 1
    assert not own.is_about
    assert "Kho truy xuất các tỉnh" in page
    assert f">{own.events}</td>" in page
    monkeypatch.setattr(store_counts, "MOST_COUNTED", 0)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE trace_event")  # as PostgreSQL does by itself
    [about] = store_counts.counts_of_stores()
    assert about.is_about
    assert f">khoảng {own.events}</td>" in client.get("/trace/provinces/").content.decode()


def test_an_empty_store_has_a_line_too():
    page = signed_in(Role.ADMIN).get("/trace/provinces/")
    assert page.status_code == 200
    assert "chưa có" in page.content.decode()


@pytest.mark.parametrize(
    ("role", "unit", "status"),
    [
        (Role.ADMIN, "VP", 200),
        (Role.LEADER, "VP", 200),
        (Role.OFFICER, "TDC", 200),
        (Role.OFFICER, "VP", 403),
        (Role.READER, "VP", 403),
    ],
)
def test_the_page_is_for_the_division_the_leaders_and_administrators(role, unit, status):
    assert signed_in(role, unit).get("/trace/provinces/").status_code == status


def test_the_home_page_leads_to_it_where_other_provinces_are_named():
    client, address = signed_in(Role.LEADER), reverse("trace-provinces")
    assert address not in client.get("/").content.decode()
    with override_settings(PROVINCES={"24": "province_24"}):
        assert address in client.get("/").content.decode()
        assert address not in signed_in(Role.READER).get("/").content.decode()
