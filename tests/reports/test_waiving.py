"""The office lets a contradiction stand with a reason before a leader sees the report."""

import pytest

from khcn.kernel.audit.models import ChangeEntry
from khcn.reports import operations as op
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.models.waived_contradictions import WaivedContradiction
from khcn.reports.operations.waiving import contradictions, waive_contradiction, withdraw_waiver
from khcn.reports.refusals import ReportRefused
from tests.reports.approval_given import opened_by
from tests.reports.conftest import LEADER, OFFICE, OFFICER, TODAY
from tests.web.conftest import tree, words

pytest_plugins = ["tests.reports.views_given"]
pytestmark = pytest.mark.django_db
REASON = "Số 05 là chỉ tiêu của kế hoạch"


@pytest.fixture
def wrong(report):
    """A report with two contradictions in its text."""
    section = report.sections.get(key="B")
    for_text = "Hoàn thành 05 cuộc: Chuối tây; Pháp chế. Đã tổ chức 04 lớp: Nấm; Lan; Chè."
    op.edit_section(section=section, text=for_text, actor=OFFICE, on=TODAY)
    return report


def found(report):
    return contradictions(resolve(source_of(report)))


def waive(report, key, reason=REASON, actor=OFFICE):
    return waive_contradiction(
        instance=report, report=resolve(source_of(report)), key=key, reason=reason, actor=actor
    )


def test_a_reason_of_the_office_stands_on_the_page_of_the_leader_and_in_the_frozen_report(
    wrong, hand_in_all, sign_in, people
):
    first, second, *others = found(wrong)
    assert len({first.key, second.key}) == 2
    client = sign_in("office")
    here = f"/reports/{wrong.pk}/check/"
    page = words(client.get(here))
    assert page.count("Chấp nhận mâu thuẫn này") == len(found(wrong))
    assert "Chấp nhận mâu thuẫn này" not in words(sign_in("officer").get(here))
    client.post(f"{here}{first.key}/", {"reason": " "})
    assert not WaivedContradiction.objects.exists()
    assert client.post(f"{here}{first.key}/", {"reason": f" {REASON}\n"}).status_code == 303
    shown = words(client.get(here))
    assert f"Được chấp nhận: {REASON} (Nông Văn Phòng" in shown
    entry = ChangeEntry.objects.filter(model="reports.waivedcontradiction").get()
    assert (entry.after["reason"], entry.after["key"]) == (REASON, first.key)

    hand_in_all(wrong)
    op.compile_report(instance=wrong, actor=OFFICE, on=TODAY)
    op.submit_report(instance=wrong, actor=OFFICE, on=TODAY)
    assert client.post(f"{here}{second.key}/", {"reason": "muộn"}).status_code == 303
    assert WaivedContradiction.objects.count() == 1
    leader = sign_in("leader")
    form = opened_by(leader, wrong)
    asked = {name for name in form if name.startswith("waiver_")}
    assert asked == {f"waiver_{each.key}" for each in (second, *others)}
    approve = f"/reports/{wrong.pk}/steps/approve/"
    assert f"Lý do: {REASON} (Nông Văn Phòng" in words(leader.get(approve))
    given = {**form, **dict.fromkeys(asked, "Vẫn gửi"), "signer_name": "Nguyễn Văn A"}
    assert leader.post(approve, given)["Location"] == f"/reports/{wrong.pk}/frozen/"
    wrong.refresh_from_db()
    stored = {each["message"]: (each["reason"], each["by"]) for each in wrong.frozen.waivers}
    assert stored == {first.message: (REASON, "Nông Văn Phòng")} | {
        each.message: ("Vẫn gửi", "Ma Lãnh Đạo") for each in (second, *others)
    }


def test_a_reason_does_not_outlive_its_contradiction_and_is_taken_back(wrong):
    first = found(wrong)[0]
    waive(wrong, first.key)
    waive(wrong, first.key, "Lý do khác")
    assert WaivedContradiction.objects.get().reason == "Lý do khác"
    section = wrong.sections.get(key="B")
    op.edit_section(section=section, text=section.text.replace("05 cuộc", "06 cuộc"), actor=OFFICE, on=TODAY)
    changed = found(wrong)[0]
    assert changed.key != first.key
    with pytest.raises(ReportRefused, match="không còn như trang đã hiện"):
        waive(wrong, first.key)
    withdraw_waiver(instance=wrong, key=first.key, actor=OFFICE)
    assert not WaivedContradiction.objects.exists()


@pytest.mark.parametrize("actor", [OFFICER, LEADER])
def test_reasons_are_given_by_the_office_alone(wrong, actor):
    key = found(wrong)[0].key
    with pytest.raises(ReportRefused, match="không có quyền"):
        waive(wrong, key, actor=actor)
    waive(wrong, key)
    with pytest.raises(ReportRefused, match="không có quyền"):
        withdraw_waiver(instance=wrong, key=key, actor=actor)


def test_the_keys_of_an_english_page_are_those_of_the_approval(wrong, sign_in):
    client = sign_in("office")
    client.cookies["django_language"] = "en"
    page = tree(client.get(f"/reports/{wrong.pk}/check/", headers={"accept-language": "en"}))
    keys = {
        each.rstrip("/").rpartition("/")[2] for each in page.xpath("//details[@class='waive']//form/@action")
    }
    assert keys == {each.key for each in found(wrong)}
