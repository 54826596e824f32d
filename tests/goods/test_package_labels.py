"""The logistic label of a package: its codes are read back, its words are there, and who may open it."""

import re
import shutil
import subprocess
from decimal import Decimal

import pytest
import zxingcpp
from django.conf import settings
from django.urls import reverse

from khcn.goods.documents import render_package_labels
from khcn.goods.models import Package
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.record_versions import version_of
from tests.factories.goods import LocationFactory, LotFactory, TradeItemFactory
from tests.factories.parties import ProducerFactory
from tests.goods.test_diary import MADE, TODAY, of, take, write
from tests.goods.test_labels import pages_of
from tests.goods.test_packages import PACKED, SENT, pack

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    return LotFactory(
        item__name="Miến dong Minh Họa",
        item__organisation__name="Hợp tác xã Côn Minh",
        made_on=MADE,
        published_on=TODAY,
    )


@pytest.fixture
def crate(lot):
    return crate_of(lot)


def crate_of(lot):
    maker = of(lot.item.organisation)
    place = LocationFactory(organisation=lot.item.organisation)
    write(lot, place, "harvest", 100, maker)
    pack(lot, place, maker, 24)
    return Package.objects.get()


def words_in(content, folder):
    """The text of a PDF, page by page."""
    (folder / "labels.pdf").write_bytes(content)
    printed = subprocess.run(
        [shutil.which("pdftotext"), folder / "labels.pdf", "-"], check=True, capture_output=True
    )
    return [" ".join(each.split()) for each in printed.stdout.decode().split("\f")[:-1]]


def read(content, folder):
    """The codes of a label by their kinds, what it says, and its size in points of 200 to the inch."""
    [page] = pages_of(content, folder)
    printed = subprocess.run(
        [shutil.which("pdftotext"), "-layout", folder / "labels.pdf", "-"], check=True, capture_output=True
    )
    codes = {each.format.name: each for each in zxingcpp.read_barcodes(page)}
    height, width = page.shape
    return codes, printed.stdout.decode(), [round(each * 25.4 / 200) for each in (width, height)]


def test_a_number_of_a_company_is_on_the_label_as_gs1_128(lot, tmp_path):
    party = lot.item.organisation.trace_parties.get()
    with acting(SYSTEM):
        party.confirmed_codes = "9521234"
        party.save()
    crate = crate_of(lot)
    codes, text, size = read(render_package_labels([crate]), tmp_path)
    assert size == [105, 148]
    assert (codes["Code128"].text, codes["Code128"].content_type.name) == (f"(00){crate.sscc}", "GS1")
    assert codes["QRCode"].text == f"{settings.PUBLIC_URL}/00/{crate.sscc}"
    assert f"(00) {crate.sscc}" in text
    for words in ("THÙNG", "Hợp tác xã Côn Minh", "Miến dong Minh Họa", lot.number, "24 kg", "SSCC"):
        assert words in text


def test_an_internal_number_is_no_sscc_on_the_label(crate, tmp_path):
    codes, text, _size = read(render_package_labels([crate]), tmp_path)
    assert set(codes) == {"QRCode"}
    assert "Mã nội bộ" in text
    assert "SSCC" not in text


def test_long_names_leave_the_codes_whole(lot, tmp_path):
    with acting(SYSTEM):
        lot.item.name = "Miến dong " * 19
        lot.item.save()
    codes, _text, _size = read(render_package_labels([crate_of(lot)]), tmp_path)
    assert set(codes) == {"QRCode"}


def test_long_names_leave_whole_lines_and_say_how_many_lots_there_are_more(lot, tmp_path):
    maker, crate = of(lot.item.organisation), crate_of(lot)
    place = lot.item.organisation.locations.get()
    with acting(SYSTEM):
        lot.item.organisation.name = "Hợp tác xã nông nghiệp và dịch vụ tổng hợp Bằng Phúc " * 3
        lot.item.organisation.save()
        crate.receiver = ProducerFactory(name="Công ty trách nhiệm hữu hạn " * 6)
        crate.save()
    for number in range(8):
        item = TradeItemFactory(
            organisation=lot.item.organisation,
            name=f"Miến dong sấy khô đóng túi hút chân không loại đặc biệt vùng cao số {number} " * 2,
        )
        other = LotFactory(item=item, made_on=MADE)
        write(other, place, "harvest", 100, maker)
        take(crate, "add-goods", maker, lot=other, amount=Decimal(7), packed_on=PACKED, location=place)
    [text] = words_in(render_package_labels([crate]), tmp_path)
    shown = text.count("lô ") - 1
    more = int(re.search(r"và (\d+) lô khác", text)[1])
    assert (shown + more, text.count(": 24 kg") + text.count(": 7 kg")) == (9, shown)
    assert shown >= 3
    assert text.count("…") == shown + 1


def test_the_labels_of_one_step_are_one_file(lot, client, tenant_of, tmp_path):
    maker = of(lot.item.organisation)
    place = LocationFactory(organisation=lot.item.organisation)
    write(lot, place, "harvest", 100, maker)
    account = tenant_of(lot.item.organisation)
    client.force_login(account)
    pack(lot, place, maker, 5)
    dialog = reverse("register-action", args=["goods", "lots", lot.pk, "pack"])
    typed = {
        "kind": "box",
        "count": 3,
        "amount": "20",
        "packed_on": "01/06/2022",
        "location": f"#{place.pk}",
        "version": version_of(lot),
        "token": "x" * 22,
    }
    page = client.post(dialog, typed, follow=True).content.decode()
    alone, *crates = Package.objects.order_by("sscc")
    assert f"3 thùng, mã {crates[0].sscc} đến {crates[2].sscc}" in page
    file = reverse("package-labels-of-step", args=[crates[0].pk])
    assert f'href="{file}">In tem của cả 3 thùng' in page
    with acting(SYSTEM):
        take(crates[1], "unpack", maker, unpacked_on=SENT, location=place)
    pages = words_in(client.get(file).content, tmp_path)
    numbers = [" ".join((each.sscc[:6], each.sscc[6:12], each.sscc[12:])) for each in (crates[0], crates[2])]
    assert [number in page for number, page in zip(numbers, pages, strict=True)] == [True, True]
    detail = client.get(reverse("register-detail", args=["goods", "packages", alone.pk])).content.decode()
    assert "đóng cùng lần" not in detail


def test_what_is_empty_or_unpacked_has_no_label(crate, lot, client, tenant_of):
    client.force_login(tenant_of(lot.item.organisation))
    maker, place = of(lot.item.organisation), lot.item.organisation.locations.get()
    page = reverse("register-detail", args=["goods", "packages", crate.pk])
    address = reverse("package-label", args=[crate.pk])
    take(crate.lines.get(), "declare-wrong", maker, reason="Đếm nhầm")
    for why in ("chưa có hàng nên không in tem", "đã dỡ nên không in tem"):
        shown = client.get(page).content.decode()
        assert (address in shown, why in shown, client.get(address).status_code) == (False, True, 404)
        if "chưa" in why:
            take(crate, "unpack", maker, unpacked_on=SENT, location=place)


def test_who_packed_opens_the_label_and_nobody_else(crate, lot, client, tenant_of):
    address = reverse("package-label", args=[crate.pk])
    client.force_login(tenant_of(lot.item.organisation))
    assert client.get(address)["Content-Type"] == "application/pdf"
    client.force_login(tenant_of(ProducerFactory()))
    assert client.get(address).status_code == 404


def test_the_receiver_is_offered_no_label_to_print(crate, lot, client, tenant_of):
    page, shop = reverse("register-detail", args=["goods", "packages", crate.pk]), ProducerFactory()
    with acting(SYSTEM):
        crate.receiver = shop
        crate.save()
    label = reverse("package-label", args=[crate.pk])
    for organisation, is_offered in ((lot.item.organisation, True), (shop, False)):
        client.force_login(tenant_of(organisation))
        answer = client.get(page)
        assert (answer.status_code, label in answer.content.decode()) == (200, is_offered)
