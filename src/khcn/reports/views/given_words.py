"""What a report gives for its form's own words: fields of the page that makes a report, and the page that changes them."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.text.form_fields import OneLineField
from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.view_decorators import preserves_form_input
from khcn.reports import operations, rules
from khcn.reports.operations.carrying import words_of_last_time
from khcn.reports.operations.giving_words import EDITABLE_REPORTS, why_not_word
from khcn.reports.texts.own_words import LONGEST_VALUE
from khcn.reports.views.access import page, report_of, typed_again
from khcn.reports.workflow import REPORT_FLOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from khcn.kernel.indicators import Period
    from khcn.kernel.ui.http import Request
    from khcn.reports.forms.definition import Form
    from khcn.reports.models import ReportInstance
    from khcn.reports.operations.carrying import WordOfLastTime

_GIVEN, _SAME = "given_", "same_"


class GivenWordsForm(forms.Form):
    """A field for each own word; beside an empty one a box that takes the value of last time, as it was shown."""

    use_required_attribute = False

    def __init__(
        self, data: Any, *, form: Form, given: Mapping[str, str], before: Mapping[str, WordOfLastTime]
    ) -> None:
        super().__init__(data)
        self.words = form.words
        for each in form.words:
            self.fields[_GIVEN + each.name] = OneLineField(
                label=each.label,
                required=False,
                max_length=LONGEST_VALUE,
                initial=given.get(each.name, ""),
                widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
            )
            last = before.get(each.name)
            if last is not None and last.value != given.get(each.name):
                self.fields[_SAME + each.name] = _SameField(last)

    def clean(self) -> dict[str, Any]:
        """A box that is ticked beside an empty field gives what it shows."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in [each.name for each in self.words]:
            given = cleaned.get(_GIVEN + name, "") or cleaned.get(_SAME + name, "")
            if given and (problem := why_not_word(given)):
                self.add_error(_GIVEN + name, problem)
            cleaned[_GIVEN + name] = given
        return cleaned

    def given(self) -> dict[str, str]:
        """What was given, by name."""
        return {each.name: self.cleaned_data[_GIVEN + each.name] for each in self.words}

    def pairs(self) -> list[tuple[forms.BoundField, forms.BoundField | None]]:
        """Each field with its box of last time."""
        return [
            (self[_GIVEN + each.name], self[_SAME + each.name] if _SAME + each.name in self.fields else None)
            for each in self.words
        ]


class _SameField(forms.CharField):
    """A box whose value is the word of last time as the page showed it."""

    def __init__(self, last: WordOfLastTime) -> None:
        label = _("Vẫn như lần trước: %(value)s (%(source)s)") % {"value": last.value, "source": last.source}
        super().__init__(label=label, required=False, max_length=LONGEST_VALUE, widget=_ValueBox(last.value))


class _ValueBox(forms.TextInput):
    """A box that sends a value of its own, and is ticked where that value was sent."""

    input_type = "checkbox"

    def __init__(self, sent: str) -> None:
        super().__init__(attrs={"class": "form-check-input"})
        self._sent = sent

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, self._sent, attrs)
        context["widget"]["attrs"] |= {"checked": bool(value), "maxlength": False}
        return context


def words_form(
    form: Form, period: Period, data: Any = None, given: Mapping[str, str] | None = None
) -> GivenWordsForm:
    """The fields for a period; of a new report those start filled that the form gives for the year."""
    stored = form.values_in(period.year) if given is None else given
    return GivenWordsForm(data, form=form, given=stored, before=words_of_last_time(form, period))


def _why_not(request: Request, report: ReportInstance) -> str:
    if not rules.office.test(request.actor, None):
        return _("Văn phòng ghi các ô này. Tài khoản của bạn chỉ xem được.")
    if report.state not in EDITABLE_REPORTS:
        label = REPORT_FLOW.by_value[report.state].label
        return _("Báo cáo %(state)s nên không sửa được nội dung.") % {"state": label}
    return ""


@preserves_form_input
@page
def given_words(request: Request, pk: int) -> HttpResponse:
    """Numbers of documents and years of the period, with those of last time beside them."""
    report = report_of(request, pk)
    why_not = _why_not(request, report)
    again = typed_again(request)
    if request.method == "POST":
        deny_unless(rules.office.test(request.actor, None))
    form = words_form(report.form, report.period(), request.POST or None, report.given)
    status = HTTPStatus.OK
    if request.method == "POST" and not again:
        status = HTTPStatus.CONFLICT if why_not else HTTPStatus.UNPROCESSABLE_ENTITY
        if not why_not and form.is_valid():
            try:
                operations.give_words(
                    report=report, given=form.given(), read=_read(request), actor=request.actor
                )
            except operations.ReportRefused as refusal:
                form.add_error(None, str(refusal))
                status = HTTPStatus.CONFLICT
                report.refresh_from_db()
            else:
                messages.success(request, _("Đã lưu số văn bản, năm của kỳ."))
                return see_other(reverse("reports:detail", args=[report.pk]))
    context = {
        "report": report,
        "form": form,
        "why_not": why_not,
        "read": json.dumps(report.given, ensure_ascii=False, sort_keys=True),
        "others": _stored(report) if status == HTTPStatus.CONFLICT else [],
        "unfilled": {f"{_GIVEN}{each.name}" for each in report.unfilled_words()},
    }
    return render(request, "reports/given_words.html", context, status=status)


def _stored(report: ReportInstance) -> list[tuple[str, str]]:
    return [(each.label, report.given.get(each.name, "")) for each in report.form.words]


def _read(request: Request) -> dict[str, str]:
    try:
        found = json.loads(request.POST.get("read", "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
