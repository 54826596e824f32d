"""Versions of templates: the one in use, and a new one sent by an office user."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from khcn.kernel.access.predicates import has_role
from khcn.kernel.actors import Role, acting
from khcn.kernel.papers.models import PaperTemplate, TemplateFormat
from khcn.kernel.papers.printing import LIMITS_OF_TRIAL, PrintedFiles, print_files
from khcn.kernel.papers.template_language import TemplateRefused
from khcn.kernel.refusals import NotPermitted

if TYPE_CHECKING:
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.papers.kinds import PaperKind

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
    data = {**kind.sample(), "symbol": ""}
    return print_files(kind, format_of(content), content, data, LIMITS_OF_TRIAL)


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
