"""``/capture``: captures documents, and shows the capture jobs.

A job has the members of the OpenAPI document (``captureID``, ``createdAt``, ``finishedAt``, ``running``, ``success``,
``captureErrorBehaviour``, ``errors``) and in addition ``accepted``, ``rejected`` and ``duplicates``, which add up to the
events of the document (a duplicate is not an error: the event is stored once), and ``warnings``, faults that reject
nothing. Each fault is a problem with ``code`` and ``path``, a JSON pointer into the document.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from lxml import etree

from khcn.trace.models import CaptureJob, ErrorBehaviour
from khcn.trace.operations.capture import accept_document, find_job
from khcn.trace.operations.document_checks import MAX_EVENTS, TooManyEvents
from khcn.trace.store.encoding.instants import utc_text
from khcn.trace.views import negotiation, paging, problems
from khcn.trace.views.endpoint import CAPTURE_BYTES, Operation, endpoint
from khcn.trace.views.problems import EPCIS_NAMESPACE, NAMESPACES, OWN_NAMESPACE, Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from khcn.trace.views.endpoint import Call

LIMITS: Final = {
    "GS1-EPCIS-Capture-Limit": str(MAX_EVENTS),
    "GS1-EPCIS-Capture-File-Size-Limit": str(CAPTURE_BYTES),
}
_COUNTS: Final = ("accepted", "rejected", "duplicates")


def _behaviour(call: Call) -> ErrorBehaviour:
    requested = call.request.headers.get("GS1-Capture-Error-Behaviour", ErrorBehaviour.ROLLBACK.value)
    try:
        return ErrorBehaviour(requested.strip().lower())
    except ValueError:
        raise Refusal(
            400,
            "ValidationException",
            _("GS1-Capture-Error-Behaviour chỉ nhận: %(words)s.")
            % {"words": ", ".join(ErrorBehaviour.values)},
            header="GS1-Capture-Error-Behaviour",
        ) from None


def send_document(call: Call) -> HttpResponse:
    """Capture a document: 202 and the URL of its job."""
    behaviour = _behaviour(call)
    try:
        job = accept_document(party=call.party, body=call.body(), behaviour=behaviour, at=call.at)
    except TooManyEvents as error:
        problem_details = problems.problem_details(error.problems[0])["detail"]
        raise Refusal(413, "CaptureLimitExceededException", problem_details, headers=LIMITS) from None
    return call.empty(status=202, headers={"Location": reverse("epcis-capture-job", args=[job.name])})


# ----------------------------------------------------------------------------------------- jobs


def _instant(at: datetime) -> str:
    return utc_text(at, timespec="milliseconds")


def _job_json(job: CaptureJob) -> dict[str, Any]:
    """A job as the OpenAPI document's ``CaptureJob``, in the language of the call."""
    running = job.finished_at is None
    problem_details: dict[str, Any] = {"captureID": str(job.name), "createdAt": _instant(job.created_at)}
    if job.finished_at is not None:
        problem_details["finishedAt"] = _instant(job.finished_at)
    return {
        **problem_details,
        "running": running,
        "success": not job.errors if running else job.success,
        "captureErrorBehaviour": job.behaviour,
        "errors": [problems.problem_details(each) for each in job.errors],
        "accepted": job.accepted,
        "rejected": job.rejected,
        "duplicates": job.duplicates,
        "warnings": [problems.problem_details(each) for each in job.warnings],
    }


def _job_xml(job: CaptureJob) -> bytes:
    """A job as the element ``EPCISCaptureJob`` of the EPCIS 2.0 XSD; additions are in a namespace of this system."""
    problem_details = _job_json(job)
    root = etree.Element(f"{{{EPCIS_NAMESPACE}}}EPCISCaptureJob", nsmap=NAMESPACES)
    for name in ("running", "success", "captureID"):
        value = problem_details[name]
        root.set(name, value if isinstance(value, str) else str(value).lower())
    for name in ("captureErrorBehaviour", "createdAt", "finishedAt"):
        if name in problem_details:
            etree.SubElement(root, name).text = problem_details[name]
    if problem_details["errors"]:
        listed = etree.SubElement(root, "errors")
        listed.extend(problems.problem_element("error", each) for each in problem_details["errors"])
    for name in _COUNTS:
        etree.SubElement(root, f"{{{OWN_NAMESPACE}}}{name}").text = str(problem_details[name])
    if problem_details["warnings"]:
        listed = etree.SubElement(root, f"{{{OWN_NAMESPACE}}}warnings")
        listed.extend(
            problems.problem_element(f"{{{OWN_NAMESPACE}}}warning", each)
            for each in problem_details["warnings"]
        )
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _jobs(call: Call) -> QuerySet[CaptureJob]:
    """The jobs that the sender may see, without the waiting documents."""
    jobs = CaptureJob.objects.defer("body")
    return jobs if call.viewer.sees_all else jobs.filter(party=call.party)


def _find(call: Call, capture_id: str) -> CaptureJob | None:
    try:
        name = uuid.UUID(capture_id)
    except ValueError:
        return None
    job = find_job(name)
    return job if job is not None and (call.viewer.sees_all or job.party_id == call.party.pk) else None


def list_captures(call: Call) -> HttpResponse:
    """Jobs, latest first."""
    found = paging.parameters(call)
    size = paging.page_size(found)
    jobs = _jobs(call).order_by("-pk")
    token = found.get("nextPageToken")
    if token is not None:
        last = _find(call, token)
        if last is None:
            raise paging.invalid_page_token()
        jobs = jobs.filter(pk__lt=last.pk)
    page = list(jobs[: size + 1])
    following = str(page[size - 1].name) if len(page) > size else None
    return call.json([_job_json(job) for job in page[:size]], headers=paging.next_page(call, following))


def read_capture(call: Call, capture_id: str) -> HttpResponse:
    """One job."""
    job = _find(call, capture_id)
    if job is None:
        raise problems.no_such(_("Không có lượt gửi này, hoặc không phải do bạn gửi."))
    if call.wants_xml:
        return call.answer(_job_xml(job))
    return call.json(_job_json(job))


jobs_endpoint = endpoint(
    discovery={
        **LIMITS,
        "GS1-EPCIS-Min": negotiation.OLDEST_CAPTURED,
        "GS1-CBV-Min": negotiation.OLDEST_CAPTURED,
        "GS1-Capture-Error-Behaviour": "all",
    },
    POST=Operation(send_document, offers=(), takes=negotiation.DOCUMENT_TYPES),
    GET=Operation(list_captures),
)
job_endpoint = endpoint(GET=Operation(read_capture, offers=negotiation.DOCUMENT_TYPES))
