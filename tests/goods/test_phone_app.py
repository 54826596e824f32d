"""The page of the diary on telephones: the same for everybody, and all that it needs is in the worker's list."""

import re
from pathlib import Path

import orjson
import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from khcn.goods.views import phone_app
from tests.factories.goods import LotFactory
from tests.factories.parties import OrganisationFactory, ProducerFactory

pytestmark = pytest.mark.django_db
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]* src=)", re.IGNORECASE)


def shown(client, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    return answer.content.decode()


def files_of(worker):
    return orjson.loads(re.search(r"^const FILES = (.*);$", worker, re.MULTILINE)[1])


def test_the_page_is_the_same_for_everybody_and_runs_nothing_inline(client, tenant_of):
    as_stranger = shown(client, "phone-diary")
    client.force_login(tenant_of(LotFactory().item.organisation))
    assert shown(client, "phone-diary") == as_stranger
    assert not INLINE.search(as_stranger)


def test_the_worker_stores_the_page_and_all_that_it_loads(client):
    page = shown(client, "phone-diary")
    files = files_of(shown(client, "phone-diary-worker"))
    assert files[0] == reverse("phone-diary")
    loaded = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert set(loaded) <= set(files)
    scripts = {name for name in files if name.endswith(".js")}
    for name in files[1:]:
        assert finders.find(name.removeprefix("/static/")), name
    for name in scripts:
        source = Path(finders.find(name.removeprefix("/static/"))).read_text("utf-8")
        for wanted in re.findall(r'from "\./([^"]+)"', source):
            assert any(each.endswith(f"/{wanted}") for each in scripts), wanted


def test_another_page_is_another_worker(client, monkeypatch):
    def version():
        return re.search(r"nhat-ky-\w+", shown(client, "phone-diary-worker"))[0]

    first = version()
    assert version() == first
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert version() != first
    assert 'lang="en"' in shown(client, "phone-diary")
    client.post(reverse("set_language"), {"language": "vi", "next": "/"})
    assert version() == first
    monkeypatch.setattr(phone_app, "_IMPORTED", phone_app._IMPORTED[:-1])
    assert version() != first


def test_the_worker_is_a_script_within_its_narrow_scope(client):
    answer = client.get(reverse("phone-diary-worker"))
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "Service-Worker-Allowed" not in answer
    manifest = orjson.loads(shown(client, "phone-diary-manifest"))
    assert reverse("phone-diary-worker").startswith(manifest["scope"])


def test_the_sign_in_page_leads_to_the_diary(client):
    assert f'href="{reverse("phone-diary")}"' in client.get("/login/").content.decode()


def test_the_home_page_of_who_writes_a_diary_leads_to_it_and_that_of_others_does_not(client, tenant_of):
    link = f'href="{reverse("phone-diary")}"'
    for organisation, leads in ((ProducerFactory(), True), (OrganisationFactory(), False)):
        client.force_login(tenant_of(organisation))
        assert (link in client.get("/").content.decode()) is leads


TOO_NEW = (
    *("toReversed", "toSorted", "AbortSignal.timeout", "structuredClone", "randomUUID", "replaceChildren"),
    *("replaceAll", ".at(", ".hasOwn(", "??=", "||=", "&&=", ".findLast", "static {", "Promise.any"),
)
"""Words that Safari 13 and Chrome 80 do not have: a telephone that gets no newer ones shows a dead page."""


def test_the_scripts_use_no_words_that_old_telephones_do_not_have():
    sources = sorted(Path(finders.find("goods/phone-diary.js")).parent.glob("phone-*.js"))
    assert len(sources) >= len(phone_app._IMPORTED) + 2
    found = {(each.name, word) for each in sources for word in TOO_NEW if word in each.read_text("utf-8")}
    assert found == set()
    assert not any(
        re.search(r"^await |^\s*#\w+ ?[=;(]", each.read_text("utf-8"), re.MULTILINE) for each in sources
    )
