"""Versions of templates: the one in use, and a new one sent by an office user."""

from __future__ import annotations

import hashlib
import html
import io
import re
import zipfile
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Role, acting
from khcn.kernel.files.content_types import FileRefusedError
from khcn.kernel.files.virus_scan import refuse_infected
from khcn.kernel.papers.kinds import data_of_variables
from khcn.kernel.papers.models import PaperTemplate, TemplateFormat
from khcn.kernel.papers.printing import LIMITS_OF_TRIAL, PrintedFiles, print_files
from khcn.kernel.papers.template_language import TemplateRefused
from khcn.kernel.refusals import NotPermitted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.kinds import PaperKind, TemplateVariable

_TAG: Final = re.compile("<[^>]*>")

may_edit_templates = has_role(Role.OFFICE, Role.ADMIN)


def current_template(kind: PaperKind) -> PaperTemplate:
    """The newest version; the shipped file becomes one when there is none, or when a release brings a newer one.

    A version that the office made is never set aside by a release. Runs in a transaction of the caller, who acts.
    """
    latest = PaperTemplate.objects.latest_of(kind.code)
    if latest is not None and not latest.shipped:
        return latest
    content = kind.template.read_bytes()
    if latest is not None and latest.sha256 == hashlib.sha256(content).hexdigest():
        return latest
    shipped = PaperTemplate(
        kind=kind.code,
        version=latest.version + 1 if latest else 1,
        format=format_of(content),
        content=content,
        shipped=True,
        note=_("Mẫu đi kèm phần mềm"),
    )
    shipped.save()
    return shipped


def format_of(content: bytes) -> str:
    """By the first bytes: a Word file is a zip."""
    return TemplateFormat.DOCX if content.startswith(b"PK\x03\x04") else TemplateFormat.TOML


def try_template(kind: PaperKind, content: bytes) -> PrintedFiles:
    """A paper with made-up data, to be looked at before a template is taken. Raises :class:`TemplateRefused`."""
    if not content.strip():
        raise TemplateRefused(_("Tệp mẫu không có nội dung."))
    if format_of(content) == TemplateFormat.DOCX:  # a layout has the number in its head, whatever it says
        _refuse_without_places(kind, content)
    data = {**kind.sample(), "symbol": ""}
    return print_files(kind, format_of(content), content, data, LIMITS_OF_TRIAL)


def _refuse_without_places(kind: PaperKind, content: bytes) -> None:
    """An issued paper that is taken as template would be printed again and again, with its number and about its record."""
    marked = {**data_of_variables(kind.words, lambda each: _mark(each.name)), "symbol": ""}
    text = _text_of(print_files(kind, TemplateFormat.DOCX, content, marked, LIMITS_OF_TRIAL).docx)
    if _mark("number") not in text:
        raise TemplateRefused(
            _(
                "Mẫu không có chỗ điền số của giấy, nên giấy nào cũng mang số gõ sẵn trong tệp hoặc không có số. Thay số trong tệp "
                "bằng {{ number }} rồi tải lên lại."
            )
        )
    if not any(_mark(name) in text for name in _names(kind.variables)):
        raise TemplateRefused(
            _(
                "Mẫu không có chỗ điền nào của hồ sơ, nên giấy nào cũng giống nhau. Thay nội dung của hồ sơ trong tệp bằng các chỗ "
                "điền ghi ở trang này rồi tải lên lại."
            )
        )


def _mark(name: str) -> str:
    """The text of a word in the trial: it says which word it is."""
    return f"⟦{name}⟧"


def _names(variables: Sequence[TemplateVariable]) -> Iterator[str]:
    for each in variables:
        yield each.name
        yield from _names(each.rows)


def _text_of(docx: bytes) -> str:
    """All words of a Word file, heads and feet included."""
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        parts = [
            package.read(name).decode(errors="replace")
            for name in package.namelist()
            if name.endswith(".xml")
        ]
    return html.unescape(_TAG.sub("", " ".join(parts)))


def save_template(*, kind: PaperKind, content: bytes, note: str, actor: Actor, on: date) -> PaperTemplate:
    """Take a new version for the papers to come; drafts and issued papers stay with theirs.

    Raises:
        NotPermitted: only the office and administrators change templates.
        TemplateRefused: it is damaged, hostile, or uses words that this kind does not have.
    """
    if not may_edit_templates.test(actor, None):
        raise NotPermitted(
            _("Chỉ Văn phòng và quản trị hệ thống thay được mẫu giấy tờ."), code="not_permitted"
        )
    try:
        refuse_infected(content, kind.code)
    except FileRefusedError as refusal:
        raise TemplateRefused(str(refusal)) from refusal
    try_template(kind, content)
    with acting(actor, note), transaction.atomic():
        latest = current_template(kind)
        if latest.sha256 == hashlib.sha256(content).hexdigest():
            raise TemplateRefused(_("Tệp này giống hệt mẫu đang dùng."))
        template = PaperTemplate(
            kind=kind.code,
            version=latest.version + 1,
            format=format_of(content),
            content=content,
            note=note.strip()[:300],
        )
        template.save()
    return template
