"""Approval as a leader does it on its page."""

from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from tests.web.conftest import form_values, tree


def opened_by(client, report):
    """The form of approval as the leader has it before them."""
    return form_values(tree(client.get(f"/reports/{report.pk}/steps/approve/")))


def each_waived(report, reason):
    """The same reason for each contradiction of a report, by its key."""
    findings = run_checks(resolve(source_of(report)))
    return {each.key: reason for each in findings if each.severity == "error"}


def with_reasons(form, reason):
    """The form of approval with a reason in each field that asks for one."""
    return {name: reason if name.startswith("waiver_") else value for name, value in form.items()}


def approve_on_page(client, report, **more):
    """What a leader does with a submitted report."""
    reason = more.pop("waiver", "")
    form = {**with_reasons(opened_by(client, report), reason), "signer_name": "Nguyễn Văn A", **more}
    answer = client.post(f"/reports/{report.pk}/steps/approve/", form)
    assert answer["Location"] == f"/reports/{report.pk}/frozen/"
    report.refresh_from_db()
    return report
