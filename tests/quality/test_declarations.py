"""Conformity declarations, support with traceability, internal audits, standards and requests."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from bench.handwritten.quality import STATEMENTS
from khcn.kernel.actors import SYSTEM
from khcn.kernel.indicators import registry
from khcn.kernel.papers.operations import issue_paper, withdraw_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row
from khcn.quality.documents import NOTICE
from khcn.quality.models import ConformityDeclaration, Standard, TraceabilitySupport
from khcn.reference.operations import enter_shipped_rules
from tests.conformance.world_days import WINDOW
from tests.factories.parties import OrganisationFactory
from tests.factories.quality import (
    ConformityDeclarationFactory,
    InternalAuditFactory,
    QualityGuidanceFactory,
    QualitySystemFactory,
    StandardFactory,
    StandardRequestFactory,
    TraceabilitySupportFactory,
)
from tests.quality.steps import OFFICER, TODAY, issue, save, take, terms
from tests.quality.worlds import SUPPORTS, build_supports, counted

pytestmark = pytest.mark.django_db
# Files of papers are made after the commit.
with_papers = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _rules():
    enter_shipped_rules(actor=SYSTEM)


def test_a_declaration_is_answered_in_five_working_days_and_declared_again():
    """5 working days from Wednesday 10/05/2023 end on Wednesday 17/05."""
    declaration = ConformityDeclarationFactory(valid_until=date(2026, 5, 10))
    assert terms(declaration) == {"declaration": (date(2023, 5, 17), None)}
    take(declaration, "record-notice", notice_number="MH-101/TB-SKHCN", notified_on=date(2023, 5, 15))
    assert terms(declaration) == {
        "declaration": (date(2023, 5, 17), date(2023, 5, 15)),
        "validity": (date(2026, 5, 10), None),
    }
    with pytest.raises(Refused, match="không sửa được"):
        save(declaration, product="Ngói")
    declaration.refresh_from_db()
    declaration.renewed_on = date(2023, 5, 14)
    with pytest.raises(ValidationError, match="không trước ngày nhận, ngày thông báo"):
        declaration.full_clean()
    save(declaration, renewed_on=date(2023, 9, 1))
    assert terms(declaration)["validity"] == (date(2026, 5, 10), date(2023, 9, 1))
    with pytest.raises(Refused, match="MH-101/TB-SKHCN"):
        take(
            ConformityDeclarationFactory(), "record-notice",
            notice_number="MH-101/TB-SKHCN", notified_on=date(2023, 5, 15),
        )  # fmt: skip


def test_a_dossier_that_was_returned_by_mistake_is_taken_up_again():
    declaration = ConformityDeclarationFactory()
    with pytest.raises(Refused, match="đứng trước"):
        take(declaration, "return", returned_on=date(2023, 5, 9), reason="Thiếu")
    declaration.refresh_from_db()
    take(declaration, "return", returned_on=date(2023, 5, 12), reason="Thiếu kế hoạch giám sát")
    assert terms(declaration)["declaration"] == (date(2023, 5, 17), date(2023, 5, 12))
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(register_of(ConformityDeclaration), declaration, actor=OFFICER, on=TODAY)
    take(declaration, "take-back-declaration", reason="Nhầm hồ sơ")
    assert (declaration.state, declaration.returned_on, declaration.return_reason) == ("received", None, "")


@with_papers
def test_the_notice_of_receipt_accepts_and_its_withdrawal_waits_for_another():
    declaration = ConformityDeclarationFactory()
    paper = issue(NOTICE, declaration)
    declaration.refresh_from_db()
    assert (declaration.state, declaration.notified_on) == ("accepted", TODAY)
    with pytest.raises(Refused, match="Thu hồi"):
        take(declaration, "take-back-declaration", reason="Nhầm")
    notice = withdraw_paper(paper=paper, reason="Sai tên", actor=OFFICER, on=TODAY)
    issue_paper(paper=notice, actor=OFFICER, on=TODAY)
    declaration.refresh_from_db()
    assert (declaration.state, declaration.notice_number) == ("received", "")


def test_conformity_with_a_regulation_names_a_regulation():
    regulation = StandardFactory(kind="qcvn")
    declaration = ConformityDeclarationFactory()
    with pytest.raises(Refused, match="Hợp quy thì chọn quy chuẩn"):
        save(declaration, kind="regulation")
    assert save(declaration, kind="regulation", standard=regulation).standard == regulation
    with pytest.raises(Refused, match="không đổi loại"):
        save(regulation, kind="tcvn")


def test_guidance_about_a_label_names_its_product():
    with pytest.raises(Refused, match="Hướng dẫn ghi nhãn thì ghi sản phẩm"):
        save(QualityGuidanceFactory(), purpose="label", product=" ")


def test_support_goes_from_the_contract_to_publication():
    support = TraceabilitySupportFactory(registered_on=date(2024, 6, 3), year=2024)
    on = date(2024, 12, 2)
    consultant = OrganisationFactory()
    with pytest.raises(Refused, match="đang ở trạng thái"):
        take(support, "survey", on, surveyed_on=on)
    take(support, "sign-contract", on, contracted_on=date(2024, 7, 1), consultant=consultant)
    with pytest.raises(Refused, match="không sửa được"):
        save(support, year=2023)
    support.refresh_from_db()
    take(support, "survey", on, surveyed_on=date(2024, 7, 8))
    take(support, "enter-data", on, entered_on=date(2024, 8, 1), data_elements=8)
    take(support, "train", on, trained_on=date(2024, 9, 2))
    for complete, says in ((None, "mới đủ 8 nhóm, quy định là 10"), (9, "mới đủ 9 nhóm"), (11, "có 10 nhóm")):
        with pytest.raises(Refused, match=says):
            take(support, "publish", on, published_on=date(2024, 10, 1), data_elements=complete)
        support.refresh_from_db()
    take(support, "publish", on, published_on=date(2024, 10, 1), data_elements=10)
    assert (support.state, support.published_on, support.data_elements) == (
        "published",
        date(2024, 10, 1),
        10,
    )
    take(support, "take-back-support", on, reason="Nhầm cơ sở")
    assert (support.state, support.published_on, support.trained_on) == ("trained", None, date(2024, 9, 2))


def test_what_was_stopped_goes_on_where_it_was():
    support = TraceabilitySupportFactory(registered_on=date(2023, 3, 10))
    take(support, "sign-contract", contracted_on=date(2023, 4, 3), consultant=OrganisationFactory())
    take(support, "stop", stopped_on=date(2023, 5, 4), reason="Cơ sở giải thể")
    take(support, "take-back-support", reason="Nhầm cơ sở")
    assert (support.state, support.stopped_on, support.stopping_reason) == ("contracted", None, "")
    take(support, "take-back-support", reason="Nhầm cơ sở")
    assert (support.state, support.consultant, support.contracted_on) == ("registered", None, None)
    remove_row(register_of(TraceabilitySupport), support, actor=OFFICER, on=TODAY)


def test_the_next_audit_counts_from_the_last_one_until_the_system_ends():
    system = QualitySystemFactory(declared_on=date(2022, 5, 10))
    assert terms(system) == {"audit": (date(2023, 5, 10), None)}
    InternalAuditFactory(system=system, audited_on=date(2023, 5, 10))
    assert terms(system) == {"audit": (date(2024, 5, 10), None)}
    save(system, ended_on=date(2023, 6, 1))
    assert terms(system) == {}


def test_a_standard_is_in_force_until_it_is_replaced():
    newer = StandardFactory()
    old = StandardFactory(replaced_by=newer, ended_on=date(2020, 1, 1))
    standing = dict(Standard.objects.with_standing(on=TODAY).values_list("pk", "standing"))
    assert standing == {newer.pk: "in_force", old.pk: "replaced"}
    assert Standard.objects.with_standing(on=date(2019, 12, 31)).get(pk=old.pk).standing == "in_force"
    with pytest.raises(Refused, match="quay lại chính"):
        save(newer, replaced_by=old, ended_on=date(2021, 1, 1))


def test_a_request_is_answered_in_five_working_days():
    request = StandardRequestFactory(received_on=date(2023, 5, 10))
    assert terms(request) == {"answer": (date(2023, 5, 17), None)}
    save(request, answered_on=date(2023, 5, 12))
    assert terms(request)["answer"] == (date(2023, 5, 17), date(2023, 5, 12))


@pytest.mark.parametrize("code", ["TX-01", "TX-02", "TX-03"])
def test_support_is_counted_while_it_is_given(code):
    names, meant = build_supports(), counted(SUPPORTS)
    found = sorted(names[row.pk] for row in registry[code].rows(WINDOW))
    assert found == sorted(name for name, codes in meant.items() if code in codes)
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS[code], {"start": WINDOW.start, "end": WINDOW.end})
        assert cursor.fetchone() == (len(found),)
