"""Filters of a list under a name, for oneself or for one's division."""

import dataclasses

import pytest
from django.utils import timezone

from khcn.kernel.actors import Role
from khcn.kernel.registers.models import SavedFilter
from khcn.kernel.screens.filter_operations import MOST, FilterRefused, rename_filter
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import account, tree, words

pytestmark = pytest.mark.django_db
LIST = "/science/tasks/"
KEEP = LIST + "filters/"


def store(client, name="Cấp tỉnh", query="level=province&q=cay", **sent):
    return client.post(f"{KEEP}?{query}", {"name": name, **sent})


def above_the_list(client):
    """As the page of the list asks for them."""
    (asked,) = tree(client.get(LIST)).xpath("//nav[@aria-label='Bộ lọc đã lưu']/@hx-get")
    return [" ".join(each.text_content().split()) for each in links(client, asked)]


def links(client, address):
    return tree(client.get(address, headers={"HX-Request": "true"})).xpath("//a[@class='pill']")


def test_the_present_filter_is_saved_and_opened_by_a_link_above_the_list(officer):
    ScienceTaskFactory(title="Cây giống", level="province")
    ScienceTaskFactory(title="Cây chè", level="ministry")
    ScienceTaskFactory(title="Đá vôi", level="province")
    narrowed = tree(officer.get(f"{LIST}?level=province&q=cay"))
    (link,) = narrowed.xpath("//a[normalize-space()='Lưu bộ lọc này']/@href")
    assert link == f"{KEEP}?q=cay&level=province"
    page = officer.get(link)
    assert "Lưu bộ lọc đang dùng: Có chữ “cay”; Cấp quản lý: Cấp tỉnh" in words(page)
    answer = officer.post(link, {"name": "Cấp tỉnh"})
    saved = SavedFilter.objects.get()
    assert answer["Location"] == f"{KEEP}{saved.pk}/"
    assert (saved.conditions, saved.unit) == ({"q": "cay", "level": "province"}, "")
    assert above_the_list(officer) == ["Cấp tỉnh"]
    assert officer.get(answer["Location"])["Location"] == f"{LIST}?q=cay&level=province"
    shown = tree(officer.get(answer["Location"], follow=True))
    assert len(shown.xpath("//main//table/tbody/tr")) == 1
    (asked,) = shown.xpath("//nav[@aria-label='Bộ lọc đã lưu']/@hx-get")
    assert [each.get("aria-current") for each in links(officer, asked)] == ["true"]


def test_a_filter_is_its_owners_until_it_is_shared_with_the_division(sign_in):
    store(sign_in(Role.OFFICER, "QLKH"), "Của tôi")
    store(sign_in(Role.OFFICER, "QLKH"), "Của phòng", shared="on")
    mine = sign_in(Role.OFFICER, "QLKH")
    assert above_the_list(mine) == ["Của phòng (QLKH)", "Của tôi"]
    colleague = sign_in(Role.READER, "QLKH")
    assert above_the_list(colleague) == ["Của phòng (QLKH)"]
    saved = {each.name: each for each in SavedFilter.objects.all()}
    assert colleague.get(f"{KEEP}{saved['Của tôi'].pk}/").status_code == 404
    assert colleague.get(f"{KEEP}{saved['Của phòng'].pk}/").status_code == 303
    elsewhere = sign_in(Role.OFFICER, "QLCN")
    assert above_the_list(elsewhere) == []
    assert elsewhere.get(f"{KEEP}{saved['Của phòng'].pk}/").status_code == 404


def test_the_owner_and_the_head_of_the_division_rename_and_remove(sign_in):
    store(sign_in(Role.OFFICER, "QLKH"), "Của phòng", shared="on")
    change = f"{KEEP}{SavedFilter.objects.get().pk}/change/"
    reader = sign_in(Role.READER, "QLKH")
    assert "Chỉ người đã lưu" in words(reader.post(change, {"do": "remove"}, follow=True))
    assert tree(reader.get(KEEP)).xpath(f"//form[@action='{change}']") == []
    officer = sign_in(Role.OFFICER, "QLKH")
    assert "Ghi tên bộ lọc." in words(officer.post(change, {"name": " "}, follow=True))
    assert "Đã đổi tên bộ lọc thành “Tên mới”." in words(
        officer.post(change, {"name": "Tên mới"}, follow=True)
    )
    assert above_the_list(officer) == ["Tên mới (QLKH)"]
    head = sign_in(Role.HEAD, "QLKH")
    assert "Đã xóa bộ lọc “Tên mới”." in words(head.post(change, {"do": "remove"}, follow=True))
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize(
    ("name", "query", "says"),
    [
        ("", "level=province", "Ghi tên bộ lọc."),
        ("Cấp\u202etỉnh", "level=province", "ký tự"),
        ("Cấp tỉnh", "", "Danh sách chưa lọc gì"),
        ("Cấp tỉnh", "page=2&unknown=1", "Danh sách chưa lọc gì"),
        ("Đã có", "level=province", "Đã có bộ lọc tên “Đã có”"),
    ],
)
def test_what_is_not_saved_is_refused_in_words_and_the_name_stays(officer, name, query, says):
    store(officer, "Đã có")
    page = store(officer, name, query)
    assert page.status_code == 422
    assert says in words(page)
    assert SavedFilter.objects.count() == 1


def test_one_account_keeps_so_many_and_no_more(officer):
    for number in range(MOST):
        assert store(officer, f"Bộ lọc {number}").status_code == 303
    assert f"Đã lưu {MOST} bộ lọc" in words(store(officer, "Một nữa"))
    assert SavedFilter.objects.count() == MOST


def test_a_filter_that_does_not_hold_any_more_says_so(officer):
    store(officer, "Cũ")
    saved = SavedFilter.objects.get()
    saved.conditions = {"level": "kingdom", "gone": "1", "q": "cay"}
    saved.save()
    page = officer.get(f"{KEEP}{saved.pk}/", follow=True)
    assert "Bộ lọc “Cũ” không còn dùng được nguyên vẹn" in words(page)
    assert "danh sách không còn điều kiện “gone”" in words(page)
    line = words(officer.get(KEEP))
    assert "không còn dùng được nguyên vẹn" in line
    assert "Cấp quản lý" in line
    assert "Có chữ “cay”" in line


def test_a_head_without_a_division_changes_no_filter_of_others(sign_in):
    store(sign_in(Role.OFFICER, "QLKH"), "Của tôi")
    saved = SavedFilter.objects.get()
    head = dataclasses.replace(account(Role.HEAD).actor_on(timezone.localdate()), unit_code="")
    assert saved.unit == head.unit_code
    with pytest.raises(FilterRefused):
        rename_filter(saved=saved, name="Tên khác", actor=head)
    assert SavedFilter.objects.get().name == "Của tôi"
