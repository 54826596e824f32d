"""Undo: an edit or a deletion is taken back by a change of its own; what is newer stays, and is named."""

import re

import pytest

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.parties.models import Organisation
from khcn.science.models import ScienceTask
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import form_values, tree, words

TASKS = "/science/tasks/"
HOSTS = "/parties/organisations/"


def change(client, task, **values):
    """Save the form of a task with these values; gives the address that undoes it."""
    address = f"{TASKS}{task.pk}/edit/"
    sent = {**form_values(tree(client.get(address))), **values}
    answer = client.post(address, sent)
    assert answer.status_code == 303, words(answer)
    (way_back,) = tree(client.get(answer["Location"])).xpath("//a[text()='Hoàn tác']/@href")
    return way_back


@pytest.mark.django_db
def test_an_edit_goes_back_by_a_new_change_and_only_once(officer):
    task = ScienceTaskFactory(title="Trồng dong riềng", note="cũ")
    way_back = change(officer, task, title="Trồng dong giềng", note="mới")
    page = officer.get(way_back)
    assert "Trồng dong riềng" in words(page)
    assert "Trồng dong giềng" in words(page)
    before = ChangeEntry.objects.count()
    answer = officer.post(way_back)
    assert answer["Location"] == f"{TASKS}{task.pk}/"
    task.refresh_from_db()
    assert (task.title, task.note) == ("Trồng dong riềng", "cũ")
    last = ChangeEntry.objects.filter(model="science.sciencetask").latest("pk")
    assert ChangeEntry.objects.count() > before
    assert (last.after["title"], last.actor_label) == ("Trồng dong riềng", "Nguyễn officer.qlkh")
    assert last.reason == "Hoàn tác lượt ghi số " + re.search(r"/undo/(\d+)/", way_back)[1]
    assert officer.post(way_back).status_code == 409
    # the undo is a change like others, and goes back like others
    host = OrganisationFactory(name="Viện một")
    with acting(SYSTEM):
        host.name = "Viện hai"
        host.save()
    (again,) = tree(officer.get(f"/parties/organisations/{host.pk}/history/")).xpath(
        "//a[normalize-space()='Hoàn tác']/@href"
    )
    officer.post(again)
    host.refresh_from_db()
    assert host.name == "Viện một"


@pytest.mark.django_db
def test_what_is_newer_on_the_same_field_stays_and_is_named(officer):
    task = ScienceTaskFactory(title="Một", note="cũ")
    way_back = change(officer, task, title="Hai")
    with acting(SYSTEM):
        stored = ScienceTask.objects.get(pk=task.pk)
        stored.note = "của người khác"
        stored.save()
    other = change(officer, task, title="Ba")
    refused = officer.post(way_back)
    assert refused.status_code == 409
    assert "Đã có thay đổi mới hơn trên các trường này: Nguyễn officer.qlkh" in words(refused)
    assert officer.post(other).status_code == 303
    assert officer.post(way_back).status_code == 303  # what stood on it is gone
    task.refresh_from_db()
    assert (task.title, task.note) == ("Một", "của người khác")


def delete(client, page):
    """Delete a record on its page; gives the address that puts it back."""
    answer = client.post(f"{page}delete/")
    assert answer.status_code == 303, words(answer)
    (way_back,) = tree(client.get(answer["Location"])).xpath("//a[text()='Hoàn tác']/@href")
    return way_back


@pytest.mark.django_db
def test_a_deleted_record_is_put_back_once_as_a_new_one(officer):
    host = OrganisationFactory(name="Viện xóa nhầm", tax_code="4700123456", address="số 1")
    columns = [
        field.attname
        for field in Organisation._meta.concrete_fields
        if field.attname not in {"id", "created_at", "updated_at"}
    ]
    before = Organisation.objects.values(*columns).get(pk=host.pk)
    way_back = delete(officer, f"{HOSTS}{host.pk}/")
    assert not Organisation.objects.filter(name="Viện xóa nhầm").exists()
    assert way_back in tree(officer.get(f"{HOSTS}removed/")).xpath("//main//li/a/@href")
    assert "số 1" in words(officer.get(way_back))
    restored = officer.post(way_back)
    again = Organisation.objects.values("pk", *columns).get(name="Viện xóa nhầm")
    assert restored["Location"] == f"{HOSTS}{again.pop('pk')}/"
    assert again == before
    refused = officer.post(way_back)
    assert refused.status_code == 409
    assert "đã được khôi phục" in words(refused)
    assert Organisation.objects.filter(name="Viện xóa nhầm").count() == 1


@pytest.mark.django_db
def test_of_records_that_were_deleted_together_none_is_put_back_alone(officer):
    with acting(SYSTEM):
        for one in [OrganisationFactory(name="Viện một"), OrganisationFactory(name="Viện hai")]:
            one.delete()
    entry = ChangeEntry.objects.filter(model="parties.organisation", action="delete").latest("pk")
    refused = officer.post(f"{HOSTS}undo/{entry.pk}/")
    assert refused.status_code == 409
    assert "Cùng lần đó còn bản ghi khác bị xóa" in words(refused)
    assert not Organisation.objects.filter(name__startswith="Viện").exists()


@pytest.mark.django_db
def test_a_deletion_is_not_put_back_beside_its_successor_nor_by_who_may_not_write(officer, sign_in):
    typed = {"code": "HT-02", "task_type": "research_topic", "level": "province", "managing_side": "province"}
    typed |= {"title": "Bản cũ", "start_year": "2026"}
    way_back = delete(officer, officer.post(f"{TASKS}new/", typed)["Location"])
    officer.post(f"{TASKS}new/", {**typed, "title": "Bản mới"})
    refused = officer.post(way_back)
    assert refused.status_code == 409
    assert "Bản cũ" in words(refused)
    assert list(ScienceTask.objects.values_list("code", "title")) == [("HT-02", "Bản mới")]
    reader = sign_in(Role.LEADER, "LD")
    assert [reader.get(each).status_code for each in (way_back, f"{TASKS}removed/")] == [403, 403]
    assert reader.post(way_back).status_code == 403


@pytest.mark.django_db
def test_a_look_up_without_a_match_offers_the_form_with_the_name_filled_in(officer, sign_in):
    address = "/lookup/parties/organisations/"
    found = officer.get(address, {"q": "Viện không có"}).json()
    assert found["results"] == []
    assert found["create"]["label"] == "Thêm mới tổ chức"
    (name,) = tree(officer.get(found["create"]["url"])).xpath("//input[@name='name']/@value")
    assert name == "Viện không có"
    made = OrganisationFactory(name="Viện vừa thêm")
    assert officer.get(address, {"pk": str(made.pk)}).json() == {
        "results": [{"value": f"#{made.pk}", "text": "Viện vừa thêm"}],
        "create": None,
    }
    assert officer.get(address, {"pk": "9" * 30}).json()["results"] == []
    assert sign_in(Role.LEADER, "LD").get(address, {"q": "Viện không có"}).json()["create"] is None
    assert Organisation.objects.filter(name="Viện không có").count() == 0
