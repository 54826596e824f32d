"""The dossier of a task: all that is on record about it as one zip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.utils.translation import gettext as _

from khcn.councils.models import CouncilMeeting
from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens.record_dossier import DossierPart, dossier_of_record
from khcn.kernel.screens.requested_record import record_or_404
from khcn.kernel.ui.http import Request, see_other
from khcn.kernel.ui.view_decorators import read_only
from khcn.reference.models import LegalDocument
from khcn.science.models import ScienceTask
from khcn.science.views.tabs import documents_of

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase


@read_only
def task_dossier(request: Request, pk: int) -> HttpResponseBase:
    """For the department: the zip, or the page of the task with the reason why there is none."""
    register = register_of(ScienceTask).seen_by(request.actor)
    deny_unless(request.actor.is_staff_of_department and register.may("read", request.actor))
    task: Any = record_or_404(request, register, pk)
    meetings, documents = (
        register_of(each).seen_by(request.actor) for each in (CouncilMeeting, LegalDocument)
    )
    rows = meetings.visible(request.actor).filter(items__task=task).distinct().order_by("held_on", "pk")
    also = [
        DossierPart(_("Các cuộc họp hội đồng"), meetings, list(rows)),
        DossierPart(_("Văn bản của nhiệm vụ"), documents, list(documents_of(task, request.actor))),
    ]
    try:
        return dossier_of_record(request, register, task, also)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return see_other(register.detail_url(pk))
