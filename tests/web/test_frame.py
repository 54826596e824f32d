"""The frame of every page: who gets in, what the head says, and what a page may never contain."""

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from lxml import html

from khcn.kernel.actors import Role
from khcn.kernel.registers.registry import registers
from khcn.kernel.ui.public_pages import public_pages
from khcn.web.navigation import menu_html
from tests.factories.reference import AdminUnitFactory, RuleParameterFactory
from tests.factories.registry import factory_of
from tests.web.conftest import ROLES, account, tree, words

OPEN = {
    "healthz",
    "readyz",
    "metrics",
    "login",
    "set_language",
    "choose-theme",
    "logout",
    "resolver-description",
    "standard-catalogue-request",  # the catalogue of standards leads to it
    "phone-diary-manifest",  # parts of the diary on telephones, without data of an account
    "phone-diary-worker",
    "home",  # for strangers the portal, which leads to the pages of the public
    "public-recalls",
    "public-join",
    "public-data",
    "public-table",
    "public-table-metadata",
    "passport-schema",  # the format of what labels lead to
    "public-feedback",
    "public-calls",
    "typed-code",
    "robots",
    "sitemap",
    "provider-logout",  # a word of the identity provider, which is signed
}
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)


def patterns(resolver, prefix=""):
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each, prefix + str(each.pattern))
        elif isinstance(each, URLPattern):
            yield prefix + str(each.pattern), each.name


def address(pattern):
    """A real address for a pattern; what it names need not exist."""
    filled = pattern.replace("<slug:area>", "science").replace("<slug:slug>", "tasks")
    filled = re.sub(r"<int:[a-z_]+>", "1", filled)
    return "/" + re.sub(r"<[^>]+>", "NV-01", filled).replace("^", "").replace("\\", "").replace("$", "")


@pytest.mark.django_db
def test_a_stranger_reaches_no_page_but_the_sign_in(client):
    reached = []
    for pattern, name in patterns(get_resolver()):
        for method in ("get", "post"):
            response = getattr(client, method)(address(pattern))
            refused = response.status_code in {301, 302, 303, 401, 403, 404, 405}
            home = response.get("Location", "")
            if not refused or (response.status_code in {302, 303} and not home.startswith("/login/")):
                reached.append((method, pattern, name, response.status_code))
    assert {name for _method, _pattern, name, _status in reached} <= OPEN | public_pages().keys()


@pytest.mark.django_db
def test_sign_in_refuses_in_words_and_keeps_the_name(client):
    page = client.post("/login/", {"username": "ai-do", "password": "sai"})
    assert page.status_code == 422
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng" in words(page)
    assert tree(page).xpath("//input[@name='username']/@value") == ["ai-do"]
    assert tree(page).xpath("//title/text()")[0].startswith("Lỗi:")


@pytest.mark.django_db
def test_sign_in_greets_by_name(client):
    user = account(Role.OFFICER)
    page = client.post("/login/", {"username": user.username, "password": "mat-khau-thu-nghiem"}, follow=True)
    assert page.redirect_chain == [("/", 302)]
    assert f"Xin chào {user.full_name}" in words(page)


@pytest.mark.django_db
def test_head_names_the_department_of_the_chosen_year(officer):
    AdminUnitFactory(code="06", level="province", name="Bắc Kạn", full_name="Tỉnh Bắc Kạn")
    officer.post("/period/", {"year": "2023", "kind": "nine_months:1"})
    text = words(officer.get("/"))
    assert "Sở Khoa học và Công nghệ tỉnh Bắc Kạn" in text
    assert "9 tháng năm 2023" in text


@pytest.mark.django_db
def test_a_new_session_opens_on_the_year_of_the_rule(officer):
    RuleParameterFactory(code="opening_year", value=2023)
    RuleParameterFactory(code="opening_months", value=9)
    assert "9 tháng năm 2023" in words(officer.get("/"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "label"),
    [
        ({"year": "2022", "kind": "quarter:3"}, "Quý III năm 2022"),
        ({"year": "2022", "kind": "month:12"}, "Tháng 12 năm 2022"),
        ({"year": "2022", "kind": "year:1"}, "Năm 2022"),
    ],
)
def test_period_is_stored_in_the_session(officer, sent, label):
    assert officer.post("/period/", {**sent, "next": "/figures/"})["Location"] == "/figures/"
    assert label in words(officer.get("/"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent", [{"year": "abc"}, {"kind": "decade:9"}, {"year": "99999", "kind": "month:99"}, {}]
)
def test_a_made_up_period_changes_nothing_it_cannot_read(officer, sent):
    officer.post("/period/", {"year": "2022", "kind": "quarter:3"})
    assert officer.post("/period/", sent).status_code == 303
    assert "năm 2022" in words(officer.get("/"))


@pytest.mark.django_db
def test_next_never_leaves_this_site(officer):
    for address in ("https://example.org/", "//example.org", "javascript:alert(1)"):
        assert officer.post("/period/", {"year": "2022", "next": address})["Location"] == "/"
        assert officer.post("/theme/", {"theme": "dark", "next": address})["Location"] == "/"


@pytest.mark.django_db
def test_theme_is_drawn_by_the_server(officer):
    assert tree(officer.get("/")).get("data-bs-theme") == "light"
    officer.post("/theme/", {"theme": "dark"})
    assert tree(officer.get("/")).get("data-bs-theme") == "dark"


@pytest.mark.django_db
def test_language_follows_the_switch_and_not_the_browser(officer):
    assert tree(officer.get("/", HTTP_ACCEPT_LANGUAGE="en")).get("lang") == "vi"
    officer.post("/language/", {"language": "en", "next": "/"})
    page = officer.get("/")
    assert tree(page).get("lang") == "en"
    assert "Home" in words(page)


@pytest.mark.django_db
def test_the_menu_marks_the_line_of_the_page_and_of_pages_below_it_and_opens_its_group():
    """One after the other, and the first again: what is drawn for one page is not shown on another."""
    actor = account(Role.OFFICER, "QLKH").actor
    for path, wanted in [
        ("/", ("/", "page")),
        ("/science/tasks/", ("/science/tasks/", "page")),
        ("/science/tasks/3/", ("/science/tasks/", "true")),
        ("/parties/people/", ("/parties/people/", "page")),
        ("/nowhere/", None),
        ("/", ("/", "page")),
    ]:
        drawn = html.fromstring(f"<nav>{menu_html(actor, path)}</nav>")
        marked = [(each.get("href"), each.get("aria-current")) for each in drawn.xpath("//a[@aria-current]")]
        assert marked == ([wanted] if wanted else []), path
        [group] = drawn.xpath("//details[@data-keep='menu-parties']")
        assert ("open" in group.attrib) == path.startswith("/parties/"), path


@pytest.mark.django_db
@pytest.mark.parametrize(
    "role",
    [
        Role.ADMIN,
        *(pytest.param(role, marks=pytest.mark.once) for role in ROLES if role is not Role.ADMIN),
    ],
    ids=lambda role: role.value,
)
def test_every_line_of_the_menu_opens(sign_in, role):
    client = sign_in(role)
    links = tree(client.get("/")).xpath("//nav[@id='menu']//li/a/@href")
    assert len(links) > len(registers()) / 2
    answers = {link: client.get(link).status_code for link in links}
    assert {link: status for link, status in answers.items() if status != 200} == {}


@pytest.mark.once  # what the templates write
@pytest.mark.django_db
def test_pages_obey_the_policy_they_announce(officer):
    """No inline script, style or handler on any page, with records that hold every field."""
    addresses = [
        "/",
        "/figures/",
        "/figures/NV-01/",
        "/permissions/",
        "/search/?q=nghien",
        "/import/",
        "/password/",
    ]
    for register in registers():
        record = factory_of(register.model)()
        addresses += [
            register.list_url(),
            register.detail_url(record.pk),
            register.detail_url(record.pk) + "history/",
        ]
        addresses += [register.list_url() + "new/"] if register.form else []
    inline = {}
    for address in addresses:
        page = officer.get(address)
        if page.status_code == 403:
            continue
        assert page.status_code == 200, address
        policy = page["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe-inline" not in policy
        text = page.content.decode()
        scripts = [each for each in re.findall(r"<script[^>]*>", text) if " src=" not in each]
        if INLINE.search(text) or scripts:
            inline[address] = (INLINE.search(text), scripts)
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', text), address
    assert inline == {}


@pytest.mark.django_db
def test_faults_are_pages_with_advice(officer, client):
    missing = officer.get("/science/khong-co/")
    assert missing.status_code == 404
    assert "Hãy tìm lại từ danh mục" in words(missing)
    bad = officer.get(reverse("register-list", args=["science", "tasks"]) + "?after=%25%25")
    assert bad.status_code == 400
    assert "quay lại trang trước" in words(bad)
    forbidden = officer.get("/accounts/")
    assert forbidden.status_code == 403
    assert "đề nghị quản trị hệ thống phân quyền" in words(forbidden)


@pytest.mark.django_db
def test_a_broken_page_says_so_without_its_frame(officer, monkeypatch):
    officer.raise_request_exception = False
    monkeypatch.setattr("khcn.web.views.home.tiles", lambda request: 1 / 0)
    page = officer.get("/")
    assert page.status_code == 500
    assert "Những gì đã lưu vẫn còn" in words(page)
