"""The portal before sign-in: what is published is found and is open data; what another tenant has not published leaks nowhere."""

import re
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse

from khcn.epcis.ids.digital_link import CANONICAL_STEM
from khcn.goods.models import LabelFeedback
from khcn.goods.queries.open_data import TABLES
from khcn.goods.queries.portal import figures
from khcn.goods.views.feedback import FEEDBACK_OF_NETWORK
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.province import province_key
from khcn.reference.models import AdminLevel
from khcn.trace.views import department as department_page
from tests.factories.goods import LocationFactory, ProductGroupFactory
from tests.factories.reference import AdminUnitFactory, AdminUnitSuccessionFactory
from tests.factories.trace import TracePartyFactory
from tests.goods.public_given import complete, made_lot, publish, put
from tests.goods.test_recall_scope import reported
from tests.kernel.png_points import png_of
from tests.trace.public_given import page, text, visitor

__all__ = ["visitor"]  # a fixture

pytestmark = pytest.mark.django_db

SECRET = "Canarybimat"
"""In every name of what is not published."""


@pytest.fixture
def lots():
    """A published lot, and another producer's of which nothing is."""
    shown, secret = (
        made_lot(
            name="Chè Nương Cao", organisation__name="Hợp tác xã Nương Cao", group__name="Chè Shan tuyết"
        ),
        made_lot(
            name=f"Trà {SECRET}",
            brand=f"Hiệu {SECRET}",
            standards=f"TC {SECRET}",
            organisation__name=f"HTX {SECRET}",
            group=ProductGroupFactory(name=f"Nhóm {SECRET}"),
        ),
    )
    secret.number = f"L{SECRET}"[:20]
    with acting(SYSTEM):
        secret.save()
    for lot in (shown, secret):
        complete(lot)
    publish(shown)
    return shown, secret


PAGES = (
    "/", "/public/", "/public/?q=Canarybimat", "/public/recalls/", "/public/join/", "/public/data/", "/sitemap.xml", "/robots.txt",
    *(f"/public/data/{name}.{form}" for name in TABLES for form in ("csv", "json", "csv-metadata.json")),
)  # fmt: skip


def test_what_is_not_published_leaks_nowhere(lots, visitor):
    for path in PAGES:
        answer = visitor.get(path)
        shown = answer.content.decode()
        assert answer.status_code == 200, path
        assert SECRET not in shown.replace("Canarybimat&amp;", "").replace('value="Canarybimat"', ""), path
        assert lots[1].item.number not in shown, path
        assert answer.cookies == {}, path


def test_what_is_entered_under_the_code_of_another_is_published_nowhere(lots, visitor):
    secret = lots[1]
    publish(secret)
    photo = put(secret.entries.get(), png_of((0, 0, 90), 8, 8), "nuong-khac.png")
    assert SECRET in visitor.get("/sitemap.xml").content.decode() + page(visitor, "/public/")
    own = secret.item.organisation.trace_parties.get()
    gln, own.confirmed_codes = own.gln, ""
    with acting(SYSTEM):  # the code was confirmed wrongly: it is another producer's
        own.save()
        TracePartyFactory(confirmed_codes=secret.item.number)
    assert "Trà" not in page(visitor, f"/417/{gln}")
    assert "<img" not in page(visitor, secret.public_path)
    for path in PAGES:
        shown = visitor.get(path).content.decode()
        assert SECRET not in shown.replace("Canarybimat&amp;", "").replace('value="Canarybimat"', ""), path
    found = visitor.get("/public/", {"q": secret.number}).content.decode()
    assert "Không có sản phẩm nào đã công bố" in found
    assert figures() == (1, 1, 1, 1)
    assert visitor.get(f"/public/pictures/{photo}/whole").status_code == 404
    visitor.post("/public/feedback/?lang=vi", {"code": secret.public_path, "kind": "other"})
    assert LabelFeedback.objects.get().lot is None


def test_a_product_is_found_by_its_words_producer_group_commune_lot_and_code(lots, visitor):
    lot, _secret = lots
    commune = lot.entries.get().location.admin_unit
    link = f'<a href="{lot.item.public_path}?lang=vi">Chè Nương Cao</a>'
    queries = (
        {"q": "nuong cao"},
        {"q": "hợp tác xã nương"},
        {"q": lot.number},
        {"group": lot.item.group.code},
        {"commune": commune.code},
        {},
    )
    assert [link in visitor.get("/public/", query).content.decode() for query in queries] == [True] * len(
        queries
    )
    assert "Không có sản phẩm nào đã công bố" in text(page(visitor, "/public/?q=khongcogi"))
    found = visitor.get("/public/", {"q": lot.item.gtin})
    assert (found.status_code, found["Location"]) == (302, f"{lot.item.public_path}?lang=vi")


def test_the_number_of_a_package_as_printed_is_found(visitor):
    """An internal label has nothing but its digits in groups."""
    for address, name in (("/", "q"), ("/public/code/", "code")):
        answer = visitor.get(address, {name: "029060 000000 000010"})
        assert (answer.status_code, answer["Location"]) == (302, "/00/029060000000000010?lang=vi")


def test_strangers_see_the_portal_and_who_had_a_session_the_sign_in_page(lots, visitor):
    first = visitor.get("/")
    assert first.status_code == 200
    assert "Cổng truy xuất nguồn gốc hàng hóa của tỉnh" in first.content.decode()
    assert '<a href="/login/" rel="nofollow">' in first.content.decode()
    assert first["Cache-Control"] == "private, no-cache"
    assert "Cookie" in first["Vary"]
    visitor.cookies["sessionid"] = "x" * 32
    assert visitor.get("/").headers["Location"] == "/login/?next=/"
    assert visitor.get("/public/")["Cache-Control"] == "public, max-age=60"


def test_the_site_map_has_the_pages_of_products_and_producers(lots, visitor):
    lot, _secret = lots
    root = ET.fromstring(visitor.get("/sitemap.xml").content)
    found = [each.text for each in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    gln = lot.item.organisation.trace_parties.get().gln
    paths = ("/public/calls/", lot.item.public_path, f"/417/{gln}")
    assert found[4:] == [f"http://testserver{path}" for path in paths]
    assert "Sitemap: http://testserver/sitemap.xml" in visitor.get("/robots.txt").content.decode()


def test_somebody_says_that_the_goods_are_others(lots, visitor):
    lot, _secret = lots
    form = page(visitor, f"/public/feedback/?code={lot.public_path}")
    assert [*re.findall(r'name="kind" value="(\w+)"', form)] == ["right", "other", "fake", "bad"]
    sent = {"code": lot.public_path, "kind": "other", "content": "Bao bì   khác\nmàu"}
    strict = Client(enforce_csrf_checks=True)
    for _again in range(2):
        answer = strict.post("/public/feedback/", sent)
        assert answer.status_code == 200
        assert answer.cookies == {}
    stored = LabelFeedback.objects.get()
    assert (stored.lot, stored.kind, stored.content) == (lot, "other", "Bao bì khác màu")
    assert stored.code in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"kind": ""}, 422),
        ({"content": "x" * 301}, 422),
        ({"code": "/01/123"}, 400),
        ({"code": "/login/"}, 400),
        ({"code": "/"}, 400),
        ({"code": ""}, 400),
        ({"content": "x" * 20_000}, 413),
        ({"website": "http://example.vn"}, 200),
    ],
)
def test_what_no_person_sends_is_not_stored(visitor, change, status):
    sent = {"code": "/01/09521234000037/10/L1", "kind": "fake", "content": "", **change}
    assert visitor.post("/public/feedback/", sent).status_code == status
    assert not LabelFeedback.objects.exists()


def test_one_network_sends_five_and_waits(visitor):
    FEEDBACK_OF_NETWORK.clear()
    answers = [
        visitor.post(
            "/public/feedback/",
            {"code": "/01/09521234000037", "kind": "fake", "content": str(number)},
            REMOTE_ADDR="203.0.113.9",
        )
        for number in range(6)
    ]
    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert LabelFeedback.objects.count() == 5


def test_recalls_that_count_for_nothing_displace_none_of_those_that_do(lots, visitor, monkeypatch):
    lot, secret = lots
    monkeypatch.setattr("khcn.trace.queries.recalls.recalls_listed.MOST_LISTED", 2)
    monkeypatch.setattr("khcn.trace.queries.recalls.recalls_listed.MOST_OF_REPORTER", 3)

    def recall(party, *paths):
        goods = [{"epcClass": CANONICAL_STEM + path} for path in paths]
        reported(
            lot, "ObjectEvent", party=party, action="OBSERVE", disposition="recalled", quantityList=goods
        )

    recall(TracePartyFactory(is_authority=True), f"{lot.item.public_path}/10/SO-CAP")
    recall(lot.item.organisation.trace_parties.get(), lot.public_path)
    invented = [f"{lot.item.public_path}/10/GIA-{number}" for number in range(9)]
    recall(secret.item.organisation.trace_parties.get(), *invented)
    shown = text(page(visitor, "/public/recalls/"))
    assert [lot.number in shown, "SO-CAP" in shown, "GIA-" in shown] == [True, True, False]


def test_communes_are_those_of_today_and_find_producers_of_former_ones(visitor):
    lot = made_lot(name="Chè Nương Cao")
    complete(lot)
    publish(lot)
    units = [
        AdminUnitFactory(full_name=name, level=AdminLevel.COMMUNE, valid_from=date(begin, 7, 1), valid_to=end)
        for name, begin, end in [
            ("Xã Bằng Phúc, Huyện Chợ Đồn", 1990, date(2020, 7, 1)),
            ("Xã Phương Viên, Huyện Chợ Đồn", 2020, date(2023, 7, 1)),
            ("Xã Đồng Phúc", 2023, None),
        ]
    ]
    for before, after in pairwise(units):
        AdminUnitSuccessionFactory(predecessor=before, successor=after, effective_on=after.valid_from)
    LocationFactory(organisation=lot.item.organisation, admin_unit=units[0])
    html = page(visitor, "/public/")
    assert f'<option value="{units[2].code}">Xã Đồng Phúc</option>' in html
    assert "Bằng Phúc, Huyện" not in html
    assert "Phương Viên" not in html
    assert "Chè Nương Cao" in page(visitor, f"/public/?commune={units[2].code}")
    assert "Chè Nương Cao" not in page(visitor, f"/public/?commune={AdminUnitFactory().code}")


def test_a_commune_that_became_several_stays_by_its_name(visitor):
    lot = made_lot(name="Chè Nương Cao")
    complete(lot)
    publish(lot)
    end = date(2023, 7, 1)
    then = AdminUnitFactory(full_name="Xã Bằng Phúc", level=AdminLevel.COMMUNE, valid_to=end)
    for _ in range(2):
        AdminUnitSuccessionFactory(
            predecessor=then, successor=AdminUnitFactory(valid_from=end), effective_on=end
        )
    LocationFactory(organisation=lot.item.organisation, admin_unit=then)
    assert f'<option value="{then.code}">Xã Bằng Phúc</option>' in page(visitor, "/public/")
    assert "Chè Nương Cao" in page(visitor, f"/public/?commune={then.code}")


@pytest.fixture
def department(settings):
    known = dict(department_page._provinces)
    department_page._provinces.clear()
    settings.DEPARTMENT_ADDRESS, settings.DEPARTMENT_TELEPHONE = "Số 1, phường Đức Xuân", "0209 000 111"
    yield
    department_page._provinces.clear()
    department_page._provinces.update(known)


@pytest.mark.usefixtures("department")
def test_every_public_page_says_who_stands_behind_it(visitor):
    AdminUnitFactory(code=province_key(), level=AdminLevel.PROVINCE, full_name="Tỉnh Minh Họa")
    lot = made_lot()
    complete(lot)
    publish(lot)
    gln = lot.item.organisation.trace_parties.get().gln
    foot = "Sở Khoa học và Công nghệ tỉnh Minh Họa · Số 1, phường Đức Xuân · điện thoại 0209 000 111"
    paths = ["/public/", "/public/recalls/", "/public/join/", "/public/data/", "/public/code/"]
    for path in [*paths, lot.public_path, lot.item.public_path, f"/417/{gln}"]:
        assert foot in text(page(visitor, path)), path
    assert foot in text(visitor.get("/01/09521234000037/10/NONE").text)


@pytest.mark.usefixtures("department")
def test_a_recall_says_whom_to_ask(visitor):
    lot = made_lot()
    complete(lot)
    publish(lot)
    assert "Cần hỏi thêm" not in text(page(visitor, lot.public_path))
    goods = [{"epcClass": CANONICAL_STEM + lot.public_path}]
    reported(lot, "ObjectEvent", action="OBSERVE", disposition="recalled", quantityList=goods)
    ask = "Cần hỏi thêm: Sở Khoa học và Công nghệ, điện thoại 0209 000 111."
    assert ask in text(page(visitor, lot.public_path))
    assert ask in text(page(visitor, "/public/recalls/"))


def test_a_lot_number_typed_otherwise_is_offered(visitor):
    lot = made_lot()
    lot.number = "CS-230406"
    with acting(SYSTEM):
        lot.save()
    complete(lot)
    asked = {"code": lot.item.number}
    for typed in ("cs-230406", "cs 230406", " CS230406 "):
        assert (
            visitor.get("/public/code/", {**asked, "lot": typed}).status_code == 302
        )  # nothing is published
    publish(lot)
    for typed in ("cs-230406", "cs 230406", " CS230406 "):
        offered = visitor.get("/public/code/", {**asked, "lot": typed})
        assert offered.status_code == 200
        assert f'<a href="{lot.public_path}?lang=vi">CS-230406</a>' in offered.text
    exact = visitor.get("/public/code/", {**asked, "lot": "CS-230406"})
    assert (exact.status_code, exact["Location"]) == (302, f"{lot.public_path}?lang=vi")
    assert visitor.get("/public/code/", {**asked, "lot": "CS-230407"}).status_code == 302
    assert (
        visitor.get("/public/code/", {"code": made_lot().item.number, "lot": "cs230406"}).status_code == 302
    )


def test_where_nothing_is_written_no_form_is_offered(visitor, settings):
    form = reverse("participation")
    assert form in page(visitor, "/public/join/")
    settings.VIEWING_ONLY = True
    shown = page(visitor, "/public/join/")
    assert form not in shown
    assert "Gửi đăng ký tham gia ở cổng truy xuất của tỉnh mình." in text(shown)
    answer = visitor.get(form)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("public-join"))
