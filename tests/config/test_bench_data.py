"""The data of the bench still fit the models: a bench that cannot fill its database measures nothing."""

import pytest
from django.test import Client

from bench import deadlines, papers, search, search_registers, volume
from bench.worker import signed_in_cookie
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.registers.registry import registers
from khcn.kernel.search.models import SearchEntry
from khcn.parties.models import User
from khcn.reports import operations
from tests.reports.approval_given import each_waived

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_twenty_years_in_small(monkeypatch):
    for name in ("TASKS", "PROPOSALS", "MEETINGS", "CHECKS", "ORGANISATIONS", "PERSONS"):
        monkeypatch.setattr(volume, name, 20)
    monkeypatch.setattr(volume, "ALL_ROWS", 400)
    assert volume.build(lambda _step: None) == 400


def test_records_to_search_in_small(monkeypatch):
    for name in ("ORGANISATIONS", "PERSONS", "TASKS", "PROPOSALS"):
        monkeypatch.setattr(search, name, 5)
    search._build()
    assert search.rebuild_entries().missing == SearchEntry.objects.count() >= 20


def test_further_registers_are_searched_and_gone_again(monkeypatch):
    for name in ("ORGANISATIONS", "PERSONS", "TASKS", "PROPOSALS"):
        monkeypatch.setattr(search, name, 20)
    monkeypatch.setattr(search_registers, "SHARE", 10)
    search._build()
    search.rebuild_entries()
    before = set(SearchEntry.objects.values_list("pk", flat=True))
    with acting(SYSTEM):
        client = search._client(User.objects.create(username="do", full_name="Đo", role_id="admin"))

    def found_in() -> int:
        return client.get("/search/?q=nguyễn").content.count(b'href="/parties/people/')

    usual = found_in()
    with search_registers.ten_times_as_many() as count:
        further = SearchEntry.objects.exclude(pk__in=before)
        models = set(further.values_list("model", flat=True))
        assert count == 10 * sum(each.in_menu and bool(each.searched.own) for each in registers())
        assert len(models) == 9 * len({each >> 32 for each in before})
        # every record is in one of nine further registers, but for those whose key is a multiple of ten
        assert further.count() == sum(bool((key & 0xFFFFFFFF) % 10) for key in before)
        assert found_in() > usual
    assert set(SearchEntry.objects.values_list("pk", flat=True)) == before
    assert found_in() == usual


def test_a_report_to_approve():
    papers._reporting_regime()
    report = papers._submitted(0)
    waivers = each_waived(report, "đo")
    frozen = operations.approve_report(instance=report, actor=papers.LEADER, on=papers.DAY, waivers=waivers)
    assert frozen.instance == report


def test_deadlines_that_a_run_has_lost_are_made_again_by_the_next(monkeypatch):
    monkeypatch.setattr(deadlines, "ROWS", 60)
    deadlines.fill()
    Deadline.objects.filter(pk__in=Deadline.objects.order_by("pk").values_list("pk")[10:30]).delete()
    deadlines.fill()
    assert Deadline.objects.count() == 60


def test_what_asks_for_pages_is_signed_in():
    with acting(SYSTEM):
        user = User.objects.create(username="do", full_name="Đo hiệu năng", role_id="admin")
    cookie = signed_in_cookie(user)
    assert Client(headers={"cookie": cookie}).get("/my-work/").status_code == 200
    assert Client().get("/my-work/").status_code == 302
