"""What a report gives for its form's own words: numbers of documents and years of its period."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked
from khcn.reports import rules
from khcn.reports.checking.given_words import why_not_given
from khcn.reports.guards import allow
from khcn.reports.models import ReportInstance
from khcn.reports.refusals import ReportRefused
from khcn.reports.texts.own_words import LONGEST_VALUE
from khcn.reports.workflow import REPORT_FLOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from khcn.kernel.actors import Actor
    from khcn.reports.forms.definition import Form

EDITABLE_REPORTS = frozenset({"drafting", "compiled"})


def checked_words(form: Form, given: Mapping[str, str]) -> dict[str, str]:
    """The words as they are stored, without those left empty.

    Raises:
        ReportRefused: the form has no such word, or one is too long or has a day that cannot be.
    """
    labels = {each.name: each.label for each in form.words}
    done = {}
    for name, typed in given.items():
        if name not in labels:
            raise ReportRefused(_("Mẫu báo cáo không hỏi “%(name)s”.") % {"name": name})
        value = " ".join("".join(each if each.isprintable() else " " for each in typed).split())
        if problem := why_not_word(value):
            raise ReportRefused(_("%(label)s: %(problem)s") % {"label": labels[name], "problem": problem})
        if value:
            done[name] = value
    return done


def why_not_word(value: str) -> str:
    """Why something typed cannot be given; "" where it can."""
    if len(value) > LONGEST_VALUE:
        return _("ghi không quá %(most)d ký tự.") % {"most": LONGEST_VALUE}
    if "{{" in value or "}}" in value:
        return _("không dùng dấu {{ }}.")
    return why_not_given(value)


def give_words(
    *, report: ReportInstance, given: Mapping[str, str], read: Mapping[str, str], actor: Actor
) -> ReportInstance:
    """Give the words of a report that is being written. ``read``: those that the person had before them.

    Raises:
        ReportRefused: the actor may not, the report is closed, a word cannot be taken, or somebody has given others since.
    """
    allow(rules.office, actor)
    checked = checked_words(report.form, given)
    with acting(actor, _("ghi số văn bản, năm của kỳ")), transaction.atomic():
        stored = locked(ReportInstance, report.pk)
        if stored.state not in EDITABLE_REPORTS:
            label = REPORT_FLOW.by_value[stored.state].label
            raise ReportRefused(_("Báo cáo %(state)s nên không sửa được nội dung.") % {"state": label})
        if stored.given != dict(read):
            raise ReportRefused(_("Người khác vừa ghi các ô này. Xem lại rồi lưu lần nữa."))
        stored.given = checked
        stored.save()
    return stored
