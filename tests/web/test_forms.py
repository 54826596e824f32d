"""Forms of registers: they read what officials type, lose nothing, say what to do, and overwrite nobody."""

import re
from datetime import date

import pytest
from django.template.base import Template
from django.test import Client
from django.utils import timezone

from khcn.directives.models import AdvisedDocument
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.api.request_body import form_data
from khcn.kernel.api.serialization import stored_values
from khcn.kernel.audit.events import OF_SECURITY
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.fields.kinds.year import YearInput
from khcn.kernel.refusals import NotPermitted
from khcn.kernel.registers.registry import register_of, registers
from khcn.kernel.screens.record_forms import form_class
from khcn.kernel.text.form_fields import VietnameseDecimalField
from khcn.parties.models import Organisation, User
from khcn.science.models import ProgressCheck, ScienceTask
from tests.factories.base import an_actor
from tests.factories.directives import AdvisedDocumentFactory
from tests.factories.parties import OrganisationFactory, OrgUnitFactory
from tests.factories.quality import StateCheckFactory
from tests.factories.registry import factory_of
from tests.factories.science import ProgressCheckFactory, ScienceTaskFactory
from tests.web.conftest import form_values, tree, words

TASKS = "/science/tasks/"
BANNED = re.compile(r"không hợp lệ|vui lòng|lỗi hệ thống|trường này bắt buộc|là bắt buộc", re.IGNORECASE)
GOOD = {
    "code": "T99",
    "title": "Trồng thử nghiệm cây dược liệu",
    "task_type": "research_topic",
    "level": "province",
    "managing_side": "province",
    "start_year": "2026",
    "planned_start_on": "09/10/2026",
    "planned_end_on": "31/12/2027",
    "budget_total": "1.234.567.000",
    "budget_state": "999.000",
}
with_form = pytest.mark.parametrize("register", [each for each in registers() if each.form], ids=str)


def writer(sign_in, register):
    """A client of somebody who may write the register: of the department, else of an organisation outside."""
    for role, unit in ((Role.OFFICER, register.owner), (Role.OFFICE, "VP"), (Role.ADMIN, "VP")):
        client = sign_in(role, unit or "VP")
        if client.get(register.list_url() + "new/").status_code == 200:
            return client
    with acting(SYSTEM):
        account = User.objects.create_user("ngoai", full_name="Ngoài", organisation=OrganisationFactory())
    client = Client()
    client.force_login(account)
    return client if client.get(register.list_url() + "new/").status_code == 200 else None


def written_by(client):
    """Values of a record that this client may write, where that is only what its organisation has not handed in."""
    actor = client_actor(client)
    return (
        {"organisation": Organisation.objects.get(pk=actor.organisation_id), "state": "draft"}
        if actor.is_outside
        else {}
    )


@pytest.mark.django_db
def test_the_next_code_is_proposed_and_who_comes_second_sees_the_next_one(officer):
    assert tree(officer.get(TASKS + "new/")).xpath("//input[@name='code']/@value") == []
    year = timezone.localdate().year % 100
    ScienceTaskFactory(code=f"{year - 1}-Q07")
    page = tree(officer.get(TASKS + "new/"))
    assert page.xpath("//input[@name='code']/@value") == [f"{year}-Q01"]
    assert tree(officer.get(TASKS + "new/?code=K9")).xpath("//input[@name='code']/@value") == ["K9"]
    ScienceTaskFactory(code=f"{year}-Q01")
    refused = officer.post(TASKS + "new/", {**GOOD, "code": f"{year}-Q01"})
    assert refused.status_code == 422
    page = tree(refused)
    assert page.xpath("//input[@name='code']/@value") == [f"{year}-Q01"]
    assert page.xpath("string(//*[@id='id_code_helptext'])") == f"Mã tiếp theo: {year}-Q02."


@pytest.mark.django_db
def test_the_code_of_a_row_follows_that_of_the_record_on_whose_page_it_is_added(sign_in):
    check = StateCheckFactory(code="KTCL-91")
    page = sign_in(Role.OFFICER, "TDC").get(check.get_absolute_url())
    (address,) = tree(page).xpath(
        "//*[@id='panel-check-subjects-check_case']//a[contains(., 'Thêm mới')]/@href"
    )
    page = tree(sign_in(Role.OFFICER, "TDC").get(address))
    assert page.xpath("//input[@name='code']/@value") == ["KTCL-91-A"]


@pytest.mark.django_db
def test_no_widget_of_a_form_is_drawn_by_the_slower_template_engine(officer, monkeypatch):
    drawn = []
    monkeypatch.setattr(Template, "_render", lambda template, _context: drawn.append(template.name) or "")
    page = tree(officer.get(TASKS + "new/"))
    assert page.xpath("//select[@name='level']/option")
    assert page.xpath("//input[@name='code']")
    assert drawn == []


@pytest.mark.django_db
def test_a_new_record_is_read_day_first_and_grouped(officer):
    host = OrganisationFactory(name="Viện Cây lương thực")
    answer = officer.post(TASKS + "new/", {**GOOD, "host": "Viện Cây lương thực"})
    task = ScienceTask.objects.get(code="T99")
    assert answer["Location"] == f"{TASKS}{task.pk}/"
    assert task.planned_start_on == date(2026, 10, 9)
    assert (task.budget_total, task.budget_state) == (1_234_567_000, 999_000)
    assert task.host == host
    assert "Đã thêm" in words(officer.get(answer["Location"]))
    entry = ChangeEntry.objects.filter(model="science.sciencetask").latest("pk")
    assert (entry.action, entry.actor_label) == ("create", "Nguyễn officer.qlkh")


@pytest.mark.once  # the form says it, before the database is asked
@with_form
@pytest.mark.django_db
def test_an_empty_form_names_every_field_that_is_missing(sign_in, register):
    client = writer(sign_in, register)
    if client is None:
        pytest.fail(f"nobody may write {register.name} although it has a form")
    page = client.post(register.list_url() + "new/", {"left": "blank"})
    required = tree(client.get(register.list_url() + "new/")).xpath("count(//span[@class='required'])")
    if not required:
        pytest.skip("nothing in this form must be filled in")
    assert page.status_code == 422
    found = tree(page)
    assert found.xpath("//title/text()")[0].startswith("Lỗi:")
    summary = [
        " ".join(each.text_content().split()) for each in found.xpath("//div[@class='error-summary']//li")
    ]
    fields = [
        " ".join(each.text_content().split())
        for each in found.xpath("//form//div[@class='field-error']/span")
    ]
    assert len(summary) == len(fields) >= 1
    for line, at_field in zip(summary, fields, strict=True):
        assert line.endswith(at_field.removeprefix("Lỗi: "))
    for link in found.xpath("//div[@class='error-summary']//a/@href"):
        assert len(found.xpath(f"//*[@id='{link[1:]}']")) == 1
    assert not BANNED.search(" ".join(summary))


@pytest.mark.django_db
def test_nothing_typed_is_lost_when_something_is_wrong(officer, monkeypatch):
    monkeypatch.setattr("khcn.kernel.fields.reference_input.LISTED_UP_TO", -1)
    typed = {
        **GOOD,
        "planned_start_on": "31/2/2026",
        "budget_total": "một tỷ",
        "host": "Không Có Ở Đâu",
        "title": "x" * 501,
    }
    page = officer.post(TASKS + "new/", typed)
    assert page.status_code == 422
    assert not ScienceTask.objects.exists()
    filled_in = form_values(tree(page))
    assert {name: filled_in[name] for name in typed} == typed
    text = words(page)
    for sentence in (
        "Chưa có tổ chức “Không Có Ở Đâu”",
        "Dài 501 ký tự, nhiều nhất 500",
        "còn nguyên bên dưới",
    ):
        assert sentence in text
    assert not BANNED.search(text)


@pytest.mark.django_db
def test_a_taken_key_is_a_message_and_no_fault(officer):
    ScienceTaskFactory(code="T99")
    page = officer.post(TASKS + "new/", GOOD)
    assert page.status_code == 422
    assert "Đã có nhiệm vụ cùng mã." in words(page)
    other = ScienceTaskFactory(code="T98", short_name="Tên đang lưu")
    address = f"{TASKS}{other.pk}/edit/"
    sent = {**form_values(tree(officer.get(address))), "code": "T99", "short_name": "Tên chưa lưu"}
    page = officer.post(address, sent)
    assert page.status_code == 422
    shown = " ".join(tree(page).xpath("//nav//a//text()"))
    assert ("Tên đang lưu" in shown, "Tên chưa lưu" in shown) == (True, False)


@pytest.mark.django_db
def test_a_near_name_asks_before_it_makes_a_second_one(sign_in):
    office = sign_in(Role.OFFICE, "VP")
    old = OrganisationFactory(name="Hợp tác xã Yên Dương")
    sent = {"name": "Hợp tác xã Yến Dương", "kind": "cooperative"}
    page = office.post("/parties/organisations/new/", sent)
    assert page.status_code == 422
    assert (
        tree(page).xpath("//form//a[contains(@href,'/parties/organisations/')]/@href")[0]
        == f"/parties/organisations/{old.pk}/"
    )
    assert Organisation.objects.count() == 1
    assert office.post("/parties/organisations/new/", {**sent, "not_the_same": "1"}).status_code == 303
    assert Organisation.objects.count() == 2


@pytest.mark.django_db
def test_an_edit_that_changes_nothing_leaves_no_trace(officer):
    task = ScienceTaskFactory()
    before = ChangeEntry.objects.count()
    sent = form_values(tree(officer.get(f"{TASKS}{task.pk}/edit/")))
    assert officer.post(f"{TASKS}{task.pk}/edit/", sent).status_code == 303
    assert ChangeEntry.objects.count() == before


@with_form
@pytest.mark.django_db
def test_every_form_saves_what_it_shows(sign_in, register):
    """Open the form of a filled record and save it untouched: nothing changes."""
    client = writer(sign_in, register)
    record = factory_of(register.model)(**written_by(client))
    if not register.may("change", client_actor(client), record):
        pytest.skip("this record belongs to another division")
    before = ChangeEntry.objects.count()
    address = register.detail_url(record.pk) + "edit/"
    page = client.get(address)
    answer = client.post(address, form_values(tree(page)))
    assert answer.status_code == 303, words(answer)[:400]
    assert ChangeEntry.objects.count() == before


@with_form
@pytest.mark.django_db
def test_an_odd_number_in_one_box_is_refused_in_words_or_taken(register):
    """Everything else is right, so the checks of the model are asked too, whose errors the page shows."""
    record = factory_of(register.model)()
    with acting(SYSTEM):
        made = form_class(register)
        drawn = made(instance=record)
        sent = {name: drawn[name].value() for name in drawn.fields}
        sent = {
            name: drawn.fields[name].prepare_value(value)
            for name, value in sent.items()
            if value not in (None, "")
        }
        numbers = [name for name, field in drawn.fields.items() if isinstance(field, VietnameseDecimalField)]
        for name in numbers:
            for typed in ("26", "1826", "20265", "-1", "0", "1,5", "9" * 30):
                form = made({**sent, name: typed}, instance=register.model.objects.get(pk=record.pk))
                assert form.is_valid() or str(form.errors)


@pytest.mark.parametrize(
    ("typed", "year"), [("2026", 2026), ("năm 2026", 2026), (" 2026. ", 2026), ("NĂM 2026", 2026)]
)
def test_a_year_is_read_with_the_word_before_it(typed, year):
    assert YearInput().clean(typed) == year


def client_actor(client):
    return User.objects.get(pk=client.session["_auth_user_id"]).actor


@pytest.mark.django_db
def test_a_value_typed_by_a_person_is_no_longer_illustrative(officer):
    task = ScienceTaskFactory(illustrative=["budget_total", "host"], budget_total=5)
    sent = form_values(tree(officer.get(f"{TASKS}{task.pk}/edit/")))
    assert officer.post(f"{TASKS}{task.pk}/edit/", {**sent, "budget_total": "7.000"}).status_code == 303
    task.refresh_from_db()
    assert (task.budget_total, task.illustrative) == (7000, ["host"])


@pytest.mark.django_db
def test_the_second_of_two_editors_sees_both_versions_and_keeps_the_typing(officer):
    task = ScienceTaskFactory(title="Bản đầu", note="")
    mine = form_values(tree(officer.get(f"{TASKS}{task.pk}/edit/")))
    with acting(SYSTEM):
        fresh = ScienceTask.objects.get(pk=task.pk)
        fresh.title = "Bản của người khác"
        fresh.save()
    page = officer.post(f"{TASKS}{task.pk}/edit/", {**mine, "title": "Bản của tôi"})
    assert page.status_code == 409
    assert ScienceTask.objects.get(pk=task.pk).title == "Bản của người khác"
    rows = [[" ".join(c.text_content().split()) for c in row] for row in tree(page).xpath("//table/tbody/tr")]
    assert rows == [["Tên nhiệm vụ", "Bản của người khác", "Bản của tôi"]]
    assert "Hệ thống đã lưu lúc" in words(page)
    again = form_values(tree(page))
    assert again["title"] == "Bản của tôi"
    assert officer.post(f"{TASKS}{task.pk}/edit/", again).status_code == 303
    assert ScienceTask.objects.get(pk=task.pk).title == "Bản của tôi"


@pytest.mark.django_db
@pytest.mark.parametrize("version", ["", "2001-01-01T00:00:00", "x"])
def test_a_form_without_its_version_overwrites_nobody(officer, version):
    task = ScienceTaskFactory(title="Bản đầu")
    page = officer.post(f"{TASKS}{task.pk}/edit/", {**GOOD, "title": "Bản của tôi", "version": version})
    assert page.status_code == 409
    assert ScienceTask.objects.get(pk=task.pk).title == "Bản đầu"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "unit"), [(Role.OFFICER, "QLCN"), (Role.READER, "QLKH"), (Role.LEADER, "BGD")]
)
def test_only_the_owning_division_writes(sign_in, role, unit):
    client = sign_in(role, unit)
    task = ScienceTaskFactory(title="Bản đầu")
    written = ChangeEntry.objects.exclude(model=OF_SECURITY)  # that they were refused stands there
    before = written.count()
    for address in (TASKS + "new/", f"{TASKS}{task.pk}/edit/", f"{TASKS}{task.pk}/delete/"):
        assert client.get(address).status_code == 403
        assert client.post(address, GOOD).status_code == 403
    assert "Sửa" not in [
        text.strip() for text in tree(client.get(f"{TASKS}{task.pk}/")).xpath("//main//a/text()")
    ]
    assert written.count() == before


@pytest.mark.django_db
def test_what_others_stand_on_is_not_deleted_but_named(officer):
    check = ProgressCheckFactory(task__planned_end_on=None)
    page = officer.post(f"{TASKS}{check.task.pk}/delete/")
    assert page.status_code == 409
    assert "Kiểm tra định kỳ" in words(page)
    assert officer.post(register_of(ProgressCheck).detail_url(check.pk) + "delete/").status_code == 303
    assert officer.post(f"{TASKS}{check.task.pk}/delete/").status_code == 303
    assert not ScienceTask.objects.exists()
    assert ChangeEntry.objects.filter(action="delete").count() == 2


@pytest.mark.django_db
def test_adding_from_a_panel_names_the_parent_and_comes_back(officer):
    task = ScienceTaskFactory()
    link = tree(officer.get(f"{TASKS}{task.pk}/progress/")).xpath(
        "//a[contains(@href,'milestones/new')]/@href"
    )[0]
    sent = form_values(tree(officer.get(link)))
    assert sent["task"] == f"#{task.pk}"
    answer = officer.post(link, {**sent, "kind": "contract_signed", "on": "1/3/2026"})
    assert answer["Location"] == f"{TASKS}{task.pk}/progress/"
    assert task.milestones.get().on == date(2026, 3, 1)


@pytest.mark.django_db
def test_history_tells_before_and_after_in_words(officer):
    old, new = OrganisationFactory(name="Trung tâm cũ"), OrganisationFactory(name="Trung tâm mới")
    task = ScienceTaskFactory(host=old, level="province", budget_total=1000)
    sent = form_values(tree(officer.get(f"{TASKS}{task.pk}/edit/")))
    officer.post(f"{TASKS}{task.pk}/edit/", {**sent, "host": f"#{new.pk}", "budget_total": "2.500.000"})
    lines = tree(officer.get(f"{TASKS}{task.pk}/history/")).xpath("//ol[contains(@class,'line')]/li[1]/dl/*")
    assert [" ".join(each.text_content().split()) for each in lines] == [
        "Tổ chức chủ trì",
        "trước: Trung tâm cũ → sau: Trung tâm mới",
        "Tổng kinh phí (đồng)",
        "trước: 1.000 → sau: 2.500.000",
    ]


@pytest.mark.django_db
def test_a_form_writes_no_row_out_of_the_scope_of_whoever_sends_it():
    """Pages ask about what was typed before they save; the form itself asks about the stored row."""
    own, other = OrgUnitFactory(code="QLCN"), OrgUnitFactory(code="TDC")
    work, register = AdvisedDocumentFactory(lead_unit=own), register_of(AdvisedDocument)
    officer = an_actor(Role.OFFICER, "QLCN", unit_id=own.pk)
    sent = form_data(register, {**stored_values(register, work), "lead_unit": {"id": other.pk}})
    with acting(officer):
        form = form_class(register)(sent, instance=AdvisedDocument.objects.get(pk=work.pk))
        assert form.is_valid(), form.errors
        with pytest.raises(NotPermitted):
            form.save_record(actor=officer, on=date(2023, 9, 14))
    work.refresh_from_db()
    assert work.lead_unit == own
