"""Whom an inspection is about, what was found, and what was done of that: rules for the rows."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from khcn.inspection.enums import RecommendationKind, SubjectKind
from khcn.inspection.models import FindingExecution, Inspection, InspectionFinding, InspectionSubject
from khcn.inspection.operations.numbers import CHECK_CONCLUSION_BOOK, CONCLUSION_BOOK
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.papers.numbers_of_records import opened_records
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_money

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


def refusal_of_parties(row: Any) -> Refused | None:
    """Of a row that names both an organisation and a person, or none of them."""
    if (row.organisation is None) != (row.person is None):
        return None
    return Refused.about(
        _("Chọn tổ chức, đơn vị hoặc cá nhân, một trong hai."), "organisation", "person", code="one_party"
    )


def _inspections_of(writes: Sequence[Write], path: Callable[[Any], Any]) -> set[int]:
    """Keys of the stored inspections that rows belong to, as they shall be and as they are."""
    rows = [row for each in writes for row in (each.record, each.before) if row is not None]
    return {key for key in map(path, rows) if key is not None}


def _why_not_inspected(write: Write, begun: Collection[int]) -> Refused | None:
    subject = write.record
    if why := refusal_of_parties(subject):
        return why
    if (subject.kind == SubjectKind.INDIVIDUAL) != (subject.person is not None):
        text = _(
            "Loại đối tượng không đi cùng tên đã chọn: cá nhân chọn người, tổ chức, đơn vị chọn tổ chức."
        )
        return Refused.about(text, "kind", code="kind")
    if (write.is_new or "inspection" in write.changed) and subject.inspection_id in begun:
        text = _(
            "Cuộc thanh tra đã công bố quyết định nên không ghi thêm đối tượng. Thay thế quyết định lập trong hệ thống, hoặc bỏ "
            "bước ghi nhầm của cuộc."
        )
        return Refused.about(text, "inspection", code="begun")
    return None


class SubjectWriter(RowWriter):
    """A person is inspected as an individual, an organisation as the others; whom an announced decision names stays."""

    def lock(self, writes: Sequence[Write]) -> None:
        """The inspections: none is announced or concluded meanwhile."""
        locked_all(Inspection, _inspections_of(writes, lambda row: row.inspection_id))

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Each by itself, and none more for an inspection that was announced."""
        begun = begun_inspections(_inspections_of(writes, lambda row: row.inspection_id))
        for write in writes:
            if why := _why_not_inspected(write, begun):
                yield write, why

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """Whom an announced decision names stays."""
        if begun_inspections([record.inspection_id]):
            text = _("Cuộc thanh tra đã công bố quyết định nên không xóa được đối tượng.")
            raise Refused(text, code="begun")


def begun_inspections(keys: Collection[int]) -> set[int]:
    """Those of the inspections that were announced, and whose decision is not being replaced."""
    found = Inspection.objects.filter(pk__in=list(keys), begun_on__isnull=False)
    begun = set(found.values_list("pk", flat=True))
    return begun - opened_records(Inspection, begun)


def concluded_inspections(keys: Collection[int]) -> set[int]:
    """Those of the inspections that were concluded, and whose conclusion is not being replaced."""
    found = Inspection.objects.filter(pk__in=list(keys), concluded_on__isnull=False)
    concluded = set(found.values_list("pk", flat=True))
    for book in (CONCLUSION_BOOK, CHECK_CONCLUSION_BOOK):
        concluded -= opened_records(Inspection, concluded, book=book)
    return concluded


def subjects_of_begun(keys: Collection[int]) -> set[int]:
    """Those of the subjects whose inspection was announced."""
    found = InspectionSubject.objects.filter(pk__in=list(keys))
    inspections = dict(found.values_list("pk", "inspection_id"))
    begun = begun_inspections(set(inspections.values()))
    return {key for key, inspection in inspections.items() if inspection in begun}


def concluded_findings(keys: Collection[int]) -> set[int]:
    """Those of the findings whose inspection was concluded."""
    found = InspectionFinding.objects.filter(pk__in=list(keys))
    inspections = dict(found.values_list("pk", "subject__inspection_id"))
    concluded = concluded_inspections(set(inspections.values()))
    return {key for key, inspection in inspections.items() if inspection in concluded}


def _why_not_found(write: Write, concluded: Collection[int], done: int) -> Refused | None:
    finding = write.record
    if (finding.recommendation == RecommendationKind.CORRECT) != (finding.amount == 0):
        text = _("Thu hồi, giảm trừ thì ghi số tiền; chấn chỉnh, khắc phục thì số tiền là 0.")
        return Refused.about(text, "amount", code="amount")
    if done > finding.amount:
        text = _("Số tiền đã thực hiện lớn hơn số tiền kiến nghị. Hãy xem lại hai số.")
        return Refused.about(text, "amount", code="executed")
    if (write.is_new or "subject" in write.changed) and finding.subject.inspection_id in concluded:
        text = _(
            "Cuộc thanh tra đã kết luận nên không ghi thêm phát hiện, kiến nghị. Thay thế kết luận lập trong hệ thống, hoặc bỏ "
            "bước ghi nhầm của cuộc."
        )
        return Refused.about(text, "subject", code="concluded")
    return None


class FindingWriter(RowWriter):
    """Amounts go with what is recommended; what a conclusion says stays."""

    def lock(self, writes: Sequence[Write]) -> None:
        """The inspections: none is concluded meanwhile."""
        locked_all(Inspection, _inspections_of(writes, lambda row: row.subject.inspection_id))

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Each by itself, and none more for an inspection that was concluded."""
        concluded = concluded_inspections(_inspections_of(writes, lambda row: row.subject.inspection_id))
        done = executed_of([each.record.pk for each in writes if each.before and "amount" in each.changed])
        for write in writes:
            if why := _why_not_found(write, concluded, done[write.record.pk] if write.before else 0):
                yield write, why

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What a conclusion says stays."""
        if concluded_findings([record.pk]):
            text = _("Cuộc thanh tra đã kết luận nên không xóa được phát hiện, kiến nghị.")
            raise Refused(text, code="concluded")


def executed_of(keys: Collection[int], besides: Collection[int] = ()) -> defaultdict[Any, int]:
    """The money paid or deducted so far, by finding, without the executions ``besides``."""
    rows = FindingExecution.objects.filter(finding__in=list(keys)).exclude(pk__in=list(besides))
    done: defaultdict[Any, int] = defaultdict(int)
    done.update(
        rows.values("finding").order_by().annotate(total=Sum("amount")).values_list("finding", "total")
    )
    return done


class ExecutionWriter(PastDayWriter):
    """What a conclusion asks for is done after it, in one or several parts, and no more than that."""

    def __init__(self) -> None:
        """It has been done."""
        super().__init__("done_on")

    def lock(self, writes: Sequence[Write]) -> None:
        """The inspections, then the findings, so that two parts of one are judged one after the other."""
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        findings = {each.finding_id for each in rows if each.finding_id}
        inspections = Inspection.objects.filter(subjects__findings__in=findings)
        locked_all(Inspection, inspections.values_list("pk", flat=True))
        locked_all(InspectionFinding, findings)

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Each by itself, then together with all others of its finding."""
        wrong = list(super().validate(writes, context))
        yield from wrong
        refused = {id(write) for write, _why in wrong}
        findings = {each.record.finding_id for each in writes if each.record.finding_id}
        stored = InspectionFinding.objects.filter(pk__in=findings)
        concluded = dict(stored.values_list("pk", "subject__inspection__concluded_on"))
        done = executed_of(findings, [each.record.pk for each in writes if each.record.pk])
        for write in (each for each in writes if id(each) not in refused):
            finding = write.record.finding
            key = finding.pk or id(finding)
            done[key] += write.record.amount
            if why := _why_not_executed(write.record, concluded.get(finding.pk), done[key]):
                yield write, why


def _why_not_executed(execution: FindingExecution, concluded_on: date | None, done: int) -> Refused | None:
    finding = execution.finding
    if concluded_on is None:
        text = _("Cuộc thanh tra chưa có kết luận nên chưa ghi thực hiện kiến nghị.")
        return Refused.about(text, "finding", code="not_concluded")
    if execution.done_on < concluded_on:
        text = _("Ngày thực hiện đứng trước ngày kết luận %(day)s. Hãy xem lại ngày.") % {
            "day": format_date(concluded_on)
        }
        return Refused.about(text, "done_on", code="order")
    if (finding.recommendation == RecommendationKind.CORRECT) != (execution.amount == 0):
        text = _("Thu hồi, giảm trừ thì ghi số tiền của lần này; chấn chỉnh, khắc phục thì số tiền là 0.")
        return Refused.about(text, "amount", code="amount")
    if done > finding.amount:
        text = _("Kiến nghị %(asked)s, các lần thực hiện cộng lại %(done)s. Hãy xem lại số tiền.") % {
            "asked": format_money(finding.amount),
            "done": format_money(done),
        }
        return Refused.about(text, "amount", code="too_much")
    return None
