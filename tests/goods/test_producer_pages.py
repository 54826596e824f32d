"""What pages behind the sign-in tell the people of a producer: lists of today, forms that begin with today, and nothing that they may not do."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml import html

from khcn.config.management.commands import demo
from khcn.goods.models import LabelPrint, Lot, RecallNotice, Shipment
from khcn.kernel.registers.registry import register_of
from tests.factories.goods import LocationFactory, LotFactory
from tests.factories.reference import AdminUnitFactory, RuleParameterFactory
from tests.goods.test_diary import MADE, of, write

pytestmark = pytest.mark.django_db


def begins(answer, name):
    """With which text a field of a form begins."""
    [field] = html.fromstring(answer.content).xpath(f"//input[@name='{name}']")
    return field.get("value")


def today():
    return f"{timezone.localtime().date():%d/%m/%Y}"


@pytest.fixture
def lot():
    return LotFactory(made_on=MADE, published_on=date(2023, 9, 14))


def test_lists_of_a_producer_are_of_today_in_the_demonstration_too(client, tenant_of, lot):
    RuleParameterFactory(code="opening_year", value=2022)
    client.force_login(tenant_of(lot.item.organisation))
    answer = client.get(register_of(Lot).list_url())
    assert lot.number in answer.text
    assert "không phải hôm nay" not in answer.text


def test_a_form_for_labels_begins_with_today(client, tenant_of, lot):
    client.force_login(tenant_of(lot.item.organisation))
    register = register_of(LabelPrint)
    address = reverse("register-new", args=[register.area, register.slug])
    assert begins(client.get(address), "printed_on") == today()
    assert begins(client.get(address, {"printed_on": "01/02/2023"}), "printed_on") == "01/02/2023"


def test_who_receives_goods_begins_with_today(client, tenant_of, lot):
    receiver = LotFactory().item.organisation
    place = LocationFactory(organisation=lot.item.organisation)
    actor = of(lot.item.organisation)
    write(lot, place, "harvest", 10, actor)
    write(lot, place, "ship", 5, actor, partner=receiver.trace_parties.get())
    client.force_login(tenant_of(receiver))
    register = register_of(Shipment)
    address = reverse(
        "register-action", args=[register.area, register.slug, Shipment.objects.get().pk, "receive"]
    )
    assert begins(client.get(address), "received_on") == today()


def test_an_empty_list_names_no_button_that_is_not_there(client, tenant_of, lot):
    client.force_login(tenant_of(lot.item.organisation))
    answer = client.get(register_of(RecallNotice).list_url())
    assert "Danh sách chưa có bản ghi nào." in answer.text
    assert "Thêm mới" not in html.fromstring(answer.content).xpath("string(//main)")
    labels = client.get(register_of(LabelPrint).list_url())
    assert "Danh sách chưa có bản ghi nào. Bấm “Thêm mới”." in labels.text


def test_the_demonstration_serves_with_the_address_of_its_port(monkeypatch, settings):
    monkeypatch.setenv("KHCN_LISTEN", "127.0.0.1:8000")
    monkeypatch.setattr(demo.os, "execv", lambda *_arguments: None)
    demo.serve_at(8471)
    assert demo.os.environ["KHCN_LISTEN"] == f"{settings.LISTEN.host}:8471"


def test_a_commune_of_today_is_suggested_before_one_that_has_ended(client, tenant_of, lot):
    ended, today_s = (
        AdminUnitFactory(name=name, valid_from=date(2000, 1, 1), valid_to=end)
        for name, end in (("Xã Đồng Phúc", date(2025, 7, 1)), ("Xã Đồng Phúc Mới", None))
    )
    client.force_login(tenant_of(lot.item.organisation))
    address = reverse("register-lookup", args=["reference", "admin-units"])
    for typed in ("đồng phúc", "dong phuc", ""):
        found = [each["value"] for each in client.get(address, {"q": typed}).json()["results"]]
        named = [each for each in found if each in {f"#{ended.pk}", f"#{today_s.pk}"}]
        assert named == [f"#{today_s.pk}", f"#{ended.pk}"]
