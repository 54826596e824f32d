"""Verbs of report definitions: bring in those that ship with the program, and store a changed one as a new version."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.actors import acting
from khcn.kernel.audit.row_locks import locked
from khcn.reports import rules
from khcn.reports.forms.definition import Form, parse_form, shipped_bodies, unknown_codes
from khcn.reports.forms.writing import dump_form
from khcn.reports.guards import allow, refuse_unknown
from khcn.reports.models import FormVersion
from khcn.reports.refusals import ReportRefused

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor


def sync_shipped_forms(*, actor: Actor, on: date) -> list[FormVersion]:
    """Bring the definitions that come with the program into the database; returns those written.

    A shipped version that a report already uses is never changed, and nothing follows a version that the office made: that is
    offered (`offered_form`).

    Raises:
        ReportRefused: a shipped file changed without a new version number while a report uses the old text.
        FormProblem: a shipped file is damaged.
    """
    allow(rules.can_edit_form, actor)
    written = []
    with acting(actor, _("Cập nhật mẫu báo cáo đi kèm phần mềm")), transaction.atomic():
        for body in shipped_bodies().values():
            form = parse_form(body)
            newest = FormVersion.objects.latest_of(form.code)
            if newest is not None and not newest.shipped:
                continue  # the office goes on from its own version; the page of definitions offers the new one
            row = FormVersion.objects.filter(code=form.code, version=form.version).first()
            if row is None:
                row = FormVersion(code=form.code, version=form.version, shipped=True)
            elif row.body == body or not row.shipped:
                continue
            elif row.instances.exists():
                message = _(
                    "Mẫu %(form)s đã có báo cáo dùng. Tăng số phiên bản trong tệp mẫu rồi cập nhật lại."
                )
                raise ReportRefused(message % {"form": row})
            row.title, row.valid_from, row.body = form.title, form.valid_from, body
            row.save()
            written.append(row)
    return written


def offered_form(code: str) -> Form | None:
    """The definition that comes with the program, where a version of it is stored and none has its content.

    Versions and first days do not count: the office gives its own.
    """
    body = shipped_bodies().get(code)
    stored = FormVersion.objects.filter(code=code)
    if body is None:
        return None
    shipped = parse_form(body)
    forms = [each.form() for each in stored]
    contents = [replace(each, version=0, valid_from=shipped.valid_from) for each in forms]
    if not forms or replace(shipped, version=0) in contents:
        return None
    return shipped


def take_offered_form(*, code: str, actor: Actor, on: date) -> FormVersion:
    """Store the definition that comes with the program as the next version; those before it stay.

    Raises:
        ReportRefused: the actor may not, or there is none that is not stored.
    """
    allow(rules.can_edit_form, actor)
    form, last = offered_form(code), FormVersion.objects.latest_of(code)
    if form is None or last is None:
        raise ReportRefused(_("Mẫu này không có bản mới đi kèm phần mềm."))
    return save_form_version(
        code=code,
        form=form,
        actor=actor,
        on=on,
        valid_from=max(form.valid_from, last.valid_from),
        note=_("Mẫu mới đi kèm phần mềm"),
    )


def _refuse_taken_title(form: Form) -> None:
    """People choose a definition by its title, so no two have one."""
    for other in FormVersion.objects.filter(title=form.title).exclude(code=form.code):
        latest = FormVersion.objects.latest_of(other.code)
        if latest is not None and latest.title == form.title:
            message = _("Đã có mẫu báo cáo khác tên “%(title)s” (mã %(code)s). Đặt tên khác.")
            raise ReportRefused(message % {"title": form.title, "code": other.code})


def save_form_version(
    *, code: str, form: Form | str, actor: Actor, on: date, valid_from: date | None = None, note: str = ""
) -> FormVersion:
    """Store a changed definition as the next version; the versions before it stay as they are.

    Raises:
        FormProblem: the definition has faults; all of them are told.
        ReportRefused: the actor may not, the code differs, another definition has the title, or a bound figure does not
            exist.
    """
    allow(rules.can_edit_form, actor)
    parsed = parse_form(form if isinstance(form, str) else dump_form(form))
    if parsed.code != code:
        message = _("Mã trong định nghĩa là “%(inside)s”, mẫu đang sửa là “%(code)s”. Giữ nguyên mã của mẫu.")
        raise ReportRefused(message % {"inside": parsed.code, "code": code})
    refuse_unknown(unknown_codes(parsed))
    _refuse_taken_title(parsed)
    with acting(actor, note), transaction.atomic():
        last = FormVersion.objects.latest_of(code)
        if last is not None:  # of two people who save at once the second makes the version after
            locked(FormVersion, last.pk)
            last = FormVersion.objects.latest_of(code)
        numbered = replace(
            parsed, version=last.version + 1 if last else 1, valid_from=valid_from or parsed.valid_from
        )
        row = FormVersion(
            code=code,
            version=numbered.version,
            title=numbered.title,
            valid_from=numbered.valid_from,
            body=dump_form(numbered),
            note=note,
        )
        row.save()
    return row
