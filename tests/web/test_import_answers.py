"""Answers in the preview: looked for, used, dropped, and a reason for what is unusual; as the pages send them."""

import unicodedata

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.intake.models import Batch, Decision
from khcn.parties.models import Person
from khcn.science.models import ScienceTask
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.science import ScienceTaskFactory
from tests.kernel.intake_sample import TASK, book_of, reference_data
from tests.web.conftest import answers, confirmed, tree, words

pytestmark = pytest.mark.django_db


def send(client, *records, name="a.xlsx"):
    """The page of the preview."""
    file = SimpleUploadedFile(name, book_of(ScienceTask, list(records)))
    return client.post("/import/upload/", {"file": file}, follow=True)


def step(client, name, **data):
    return client.post(f"/import/{Batch.objects.latest('pk').pk}/{name}/", data, follow=True)


def names(page, prefix):
    return [
        each.get("name")
        for each in tree(page).xpath(
            f"//main//*[self::input or self::select][starts-with(@name, '{prefix}')]"
        )
    ]


def test_any_record_and_any_value_is_looked_for_in_its_question_and_the_answer_is_dropped_where_it_is_used(
    officer,
):
    _field, _host, _person = reference_data()
    other = OrganisationFactory(name="Viện Ứng dụng công nghệ")
    page = send(officer, {**TASK, "host": "Cơ quan chưa rõ", "level": "Cấp làng"})
    boxes = names(page, "other-")
    assert len(boxes) == 2
    (level,) = [each for each in boxes if tree(page).xpath(f"//select[@name='{each}']")]
    (host,) = set(boxes) - {level}
    (input_,) = tree(page).xpath(f"//input[@name='{host}']")
    assert input_.get("data-remote") == "/lookup/parties/organisations/?for=science.sciencetask.host"
    key = host.removeprefix("other-")
    refused = step(officer, "decide", **{host: "Không có ai"})
    assert (refused.status_code, "Không có ai" in words(refused)) == (422, True)
    refused = step(officer, "decide", **{host: f"#{other.pk}", f"answer-{key}": "skip:"})
    assert (refused.status_code, "vừa chọn một cách" in words(refused)) == (422, True)
    assert not Decision.objects.exists()
    page = step(officer, "decide", **{host: "viện ứng dụng công nghệ", level: "province"})
    assert {(each.value_text, each.target) for each in Decision.objects.all()} == {
        ("Cơ quan chưa rõ", str(other.pk)),
        ("Cấp làng", "province"),
    }
    assert "Cơ quan chủ trì" not in words(page)
    assert "“Cơ quan chưa rõ” → Viện Ứng dụng công nghệ" in words(page)
    page = step(officer, "ask-again", key=key)
    assert list(Decision.objects.values_list("value_text", flat=True)) == ["Cấp làng"]
    assert names(page, "other-") == [host]
    page = step(officer, "decide", **{f"answer-{key}": "skip:"})
    assert ("Bỏ qua: 1" in words(page), Decision.objects.count()) == (True, 1)
    page = send(officer, {**TASK, "code": "ĐT.02", "host": "Cơ quan chưa rõ"}, name="b.xlsx")
    assert names(page, "other-") == [host]  # rows left out of one file are not left out of the next


def test_a_reason_settles_unusual_values(officer):
    reference_data()
    with acting(SYSTEM):
        for number in range(30):
            ScienceTaskFactory(code=f"CŨ.{number}", title=f"Nhiệm vụ cũ số {number}", budget_total=10**9)
    page = send(officer, {**TASK, "budget_total": "1.000.000.000.000"})
    (doubt,) = tree(page).xpath("//*[@id='doubts']//input[@name='key']/@value")
    assert "Lớn gấp 1.000 lần" in words(page)
    refused = step(officer, "values", key=doubt, reason=" ")
    assert (refused.status_code, "Chưa ghi lý do" in words(refused)) == (422, True)
    page = step(officer, "values", key=doubt, reason="Vốn Trung ương")
    assert tree(page).xpath("//*[@id='doubts']") == []
    assert list(Decision.objects.values_list("action", "target")) == [("keep", "Vốn Trung ương")]
    assert "Vốn Trung ương" in words(officer.get("/import/decisions/"))


def led_by():
    named = ScienceTask.objects.values_list("code", "principal_investigator__full_name")
    return dict(named.order_by("code"))


def test_names_that_differ_by_marks_alone_are_several_people(officer):
    reference_data()
    for name in ("Hoàng Thị Hà", "Nguyễn Văn An"):
        PersonFactory(full_name=name)
    names = {
        "T.1": "Hoàng Thị Hạ",
        "T.2": "Nguyễn Văn Ân",
        "T.3": "Quan Sỹ Nhuan",
        "T.4": "Quan Sỹ Nhuận",
        "T.5": "HOÀNG THỊ HÀ",
        "T.6": "Nguyen Van An",
    }
    titles = ("ngô nếp", "chè shan", "cá tầm", "ong rừng", "hồi non", "mận tím")
    people = Person.objects.count()
    rows = [
        {**TASK, "code": code, "title": f"Nghiên cứu nhân giống {title}", "principal_investigator": name}
        for (code, name), title in zip(names.items(), titles, strict=True)
    ]
    asked = answers(send(officer, *rows))
    assert [[label for _value, label in options[:-1]] for options in asked.values()] == [
        ["Hoàng Thị Hà", "Tạo mới “Hoàng Thị Hạ” trong sổ cá nhân"],
        ["Nguyễn Văn An", "Tạo mới “Nguyễn Văn Ân” trong sổ cá nhân"],
        ["Tạo mới “Quan Sỹ Nhuan” trong sổ cá nhân"],
        ["Tạo mới “Quan Sỹ Nhuận” trong sổ cá nhân"],
        ["Nguyễn Văn An", "Tạo mới “Nguyen Van An” trong sổ cá nhân"],
    ]
    assert confirmed(officer, Batch.objects.latest("pk").pk).status_code == 409
    first, second, third, fourth, plain = asked
    step(officer, "decide", **dict.fromkeys((first, second, third, fourth), "create:"))
    step(officer, "decide", **{plain: asked[plain][0][0]})
    confirmed(officer, Batch.objects.latest("pk").pk)
    stored = {**names, "T.5": "Hoàng Thị Hà", "T.6": "Nguyễn Văn An"}
    assert led_by() == stored
    assert Person.objects.count() == people + 4
    # What was answered of one name counts for its spellings, and for no other name.
    again = ["HOÀNG THỊ HẠ", unicodedata.normalize("NFD", "Quan Sỹ Nhuận"), "Nguyen  Van An", "Hoàng Thị Hả"]
    page = send(
        officer,
        *(
            {**row, "code": f"U.{number}", "title": f"{row['title']} lần hai", "principal_investigator": name}
            for number, (row, name) in enumerate(zip(rows, again, strict=False))
        ),
        name="b.xlsx",
    )
    (open_one,) = answers(page)
    assert "“Hoàng Thị Hả” chưa có trong sổ" in words(page)
    step(officer, "decide", **{open_one: "skip:"})
    confirmed(officer, Batch.objects.latest("pk").pk)
    assert led_by() == stored | {"U.0": "Hoàng Thị Hạ", "U.1": "Quan Sỹ Nhuận", "U.2": "Nguyễn Văn An"}


def test_the_unit_of_amounts_is_chosen_on_the_page_and_asked_again_there(officer):
    ScienceTaskFactory(code="U-01", budget_total=1_250_000_000)
    page = send(officer, {"code": "U-01", "budget_total": 1300})
    assert "chỉ bằng khoảng 1/1.000.000 số trong sổ" in words(page)
    assert tree(page).xpath("//form[contains(@action, '/confirm/')]//button/@disabled")
    (question,) = dict.fromkeys(names(page, "answer-"))
    chosen = "Theo triệu đồng: 1.300 là 1.300.000.000 đồng (cả cột)"
    page = step(officer, "decide", **{question: "use:unit"})
    assert f"→ {chosen}" in words(page)
    assert (Decision.objects.count(), len(Batch.objects.get().row_choices)) == (0, 1)
    page = step(officer, "ask-again", key=question.removeprefix("answer-"))
    assert [*dict.fromkeys(names(page, "answer-"))] == [question]
    page = step(officer, "decide", **{question: "use:unit"})
    confirmed(officer, Batch.objects.get().pk)
    assert ScienceTask.objects.get().budget_total == 1_300_000_000
