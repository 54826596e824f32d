"""The office lets a contradiction stand with a reason, or takes that back, while the report is not before a leader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.text.language import in_vietnamese
from khcn.reports import rules
from khcn.reports.checking.checks import run_checks
from khcn.reports.checking.given_words import UNFILLED
from khcn.reports.guards import allow
from khcn.reports.models import ReportInstance
from khcn.reports.models.waived_contradictions import WaivedContradiction
from khcn.reports.operations.giving_words import EDITABLE_REPORTS
from khcn.reports.refusals import ReportRefused
from khcn.reports.workflow import REPORT_FLOW

if TYPE_CHECKING:
    from khcn.kernel.actors import Actor
    from khcn.reports.checking.findings import Finding
    from khcn.reports.composing.resolve import Report


@in_vietnamese
def contradictions(report: Report) -> list[Finding]:
    """What has to be settled or waived before the approval, as the approval names it: in the language of the report."""
    return [each for each in run_checks(report) if each.severity == "error"]


def may_waive(report: ReportInstance, actor: Actor) -> bool:
    """The office, while it writes the report; afterwards the leader gives reasons on the page of approval."""
    return report.state in EDITABLE_REPORTS and rules.office.test(actor, None)


def waived_by_key(report: ReportInstance) -> dict[str, WaivedContradiction]:
    """The reasons that the office has given, also those of contradictions that are not there any more."""
    return {each.key: each for each in WaivedContradiction.objects.filter(report=report)}


def waive_contradiction(
    *, instance: ReportInstance, report: Report, key: str, reason: str, actor: Actor
) -> WaivedContradiction:
    """Let one contradiction of the report, as it is resolved, stand; a second reason for it replaces the first.

    Raises:
        ReportRefused: the actor may not, the report is closed, there is no reason, or no such contradiction (any more).
    """
    allow(rules.office, actor)
    given = " ".join(reason.split())[:500]
    if not given:
        raise ReportRefused(
            _("Ghi lý do chấp nhận mâu thuẫn: người duyệt và người xem lại sau này cần biết vì sao.")
        )
    finding = next((each for each in contradictions(report) if each.key == key), None)
    if finding is None:
        raise ReportRefused(_("Mâu thuẫn này không còn như trang đã hiện. Xem lại danh sách."))
    if finding.code == UNFILLED:
        raise ReportRefused(_("Ô chưa ghi thì phải ghi, không chấp nhận thay được."))
    with acting(actor, given), transaction.atomic():
        _locked_open(instance)
        row = WaivedContradiction.objects.filter(report=instance, key=key).first()
        row = row or WaivedContradiction(report=instance, key=key)
        row.place, row.message = finding.place_1[:300], finding.message
        row.reason, row.actor_label = given, actor.label
        row.save()
    return row


def withdraw_waiver(*, instance: ReportInstance, key: str, actor: Actor) -> None:
    """Take a reason back. Raises ReportRefused: the actor may not, or the report is closed."""
    allow(rules.office, actor)
    with acting(actor, _("bỏ chấp nhận mâu thuẫn")), transaction.atomic():
        _locked_open(instance)
        for row in WaivedContradiction.objects.filter(report=instance, key=key):
            row.delete()


def _locked_open(instance: ReportInstance) -> None:
    stored = locked(ReportInstance, instance.pk)
    if stored.state not in EDITABLE_REPORTS:
        label = REPORT_FLOW.by_value[stored.state].label
        raise ReportRefused(_("Báo cáo %(state)s nên không sửa được nội dung.") % {"state": label})
