"""Health checks for monitoring: ``/healthz`` (the process answers) and ``/readyz`` (the database writes and reads, and all the rest)."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse, JsonResponse

from khcn.config.monitoring.askers import is_trusted
from khcn.config.monitoring.cached_condition import CONDITION
from khcn.config.monitoring.condition import AlarmCode
from khcn.kernel.ui.view_decorators import open_to_outside_accounts

if TYPE_CHECKING:
    from django.http import HttpRequest

    from khcn.config.monitoring.condition import SystemCondition


@open_to_outside_accounts
@login_not_required
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers, whether or not the database does."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@open_to_outside_accounts
@login_not_required
@transaction.non_atomic_requests  # with ATOMIC_REQUESTS the request would fail before 503 can be returned
def readyz(request: HttpRequest) -> HttpResponse:
    """200 while the database writes and reads, else 503. Whom monitoring trusts sees all alarms, too, and may ask for one kind:
    ``?alarm=backup`` answers 503 while there is one, for programs that look at the status alone.
    """
    condition = CONDITION.get()
    is_ready = not condition.has(AlarmCode.DATABASE)
    content: dict[str, Any] = {"status": "ready" if is_ready else "unavailable"}
    if is_trusted(request):
        content |= _details(condition)
        if asked := request.GET.get("alarm"):
            if asked not in set(AlarmCode):
                content = {"error": "unknown alarm", "known": [each.value for each in AlarmCode]}
                return _answer(content, HTTPStatus.BAD_REQUEST)
            is_ready = not condition.has(AlarmCode(asked))
    return _answer(content, HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE)


BESIDE_DATA: Final = (
    "every backup is on the same device as the data (KHCN_BACKUP_FOLDER, KHCN_BACKUP_SECOND_FOLDER)"
)


def _answer(content: dict[str, Any], status: HTTPStatus) -> JsonResponse:
    answer = JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-store"
    return answer


def _details(condition: SystemCondition) -> dict[str, Any]:
    return {
        "at": condition.at.isoformat(timespec="seconds"),
        "alarms": [
            {"code": each.code.value, "text": each.text, "remedy": each.remedy} for each in condition.alarms
        ],
        "figures": condition.figures,
        "notes": [BESIDE_DATA] if condition.backups is not None and condition.backups.is_beside_data else [],
    }
