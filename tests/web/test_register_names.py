"""One register has one name, wherever it is named, and pages show no names of tables."""

import re

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.registers.registry import registers
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import tree, words

pytestmark = pytest.mark.django_db


def test_menu_heading_and_title_of_a_register_are_one_name_and_no_two_share_it(sign_in):
    client = sign_in(Role.ADMIN, "VP")
    shown = [each for each in registers() if each.in_menu]
    names = [str(each.title) for each in registers()]
    assert len(set(names)) == len(names)
    menu = tree(client.get("/")).xpath("//nav//a[starts-with(@href, '/')]")
    labels = {each.get("href"): " ".join(each.text_content().split()) for each in menu}
    for register in shown:
        page = tree(client.get(register.list_url()))
        name = str(register.title).lower()
        title = page.xpath("string(//title)")
        found = {
            page.xpath("string(//h1)").strip().lower(),
            labels[register.list_url()].lower(),
            title.rpartition(" – ")[0].lower(),
        }
        assert found == {name}, register.name
        assert "<" not in title


def test_the_log_names_records_by_their_register(sign_in):
    client = sign_in(Role.ADMIN, "VP")
    ScienceTaskFactory(title="Chè Shan tuyết")
    shown = words(client.get("/log/"))
    assert "Chè Shan tuyết" in shown
    areas = "|".join({*(register.area for register in registers()), "reports"})
    assert re.findall(rf"\b(?:{areas})\.[a-z]+", shown) == []
