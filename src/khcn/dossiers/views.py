"""What an applicant sees without an account: the state of one dossier, by its code and the one on its receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.decorators import login_not_required
from django.utils.translation import gettext as _

from khcn.dossiers.queries import dossier_of_status_code, open_supplement, state_of
from khcn.kernel.request_quotas import client_network
from khcn.kernel.ui.public_forms import TOO_MANY, WRONG, in_minutes, public_page, refused_for_now
from khcn.kernel.ui.view_decorators import open_to_outside_accounts
from khcn.parties.operations.sign_in_limits import SignInAttempt

if TYPE_CHECKING:
    from django.http import HttpResponse

    from khcn.kernel.ui.http import Request

_LONGEST: Final = 60


@login_not_required
@open_to_outside_accounts
def dossier_status(request: Request) -> HttpResponse:
    """Sent by POST, so that the code of the receipt gets into no log and no history of a shared browser."""
    code = (request.POST.get("code") or request.GET.get("code") or "").strip()[:_LONGEST]
    if request.method != "POST":
        return _page(request, code)
    typed = request.POST.get("status_code", "").strip()[:_LONGEST]
    if not code or not typed:
        return _page(request, code, typed, problem=_("Hãy nhập cả mã hồ sơ và mã tra cứu."), status=WRONG)
    attempt = SignInAttempt.on_public_page(
        "dossier-status", network=client_network(request.META["REMOTE_ADDR"])
    )
    if seconds := attempt.refused_seconds(at=request.at):
        problem = _("Đã nhập sai quá nhiều lần. Đợi khoảng %(minutes)d phút rồi làm lại.") % {
            "minutes": in_minutes(seconds)
        }
        return refused_for_now(_page(request, code, typed, problem=problem, status=TOO_MANY), seconds)
    dossier = dossier_of_status_code(code, typed)
    if dossier is None:
        attempt.record_failure(at=request.at)
        problem = _(
            "Không có hồ sơ nào khớp với hai mã này. Hãy xem lại từng chữ trên giấy tiếp nhận hồ sơ và hẹn trả kết quả."
        )
        return _page(request, code, typed, problem=problem, status=WRONG)
    return _page(request, code, dossier=dossier, state=state_of(dossier), supplement=open_supplement(dossier))


def _page(request: Request, code: str, typed: str = "", *, status: int = 200, **shown: Any) -> HttpResponse:
    context = {"code": code, "status_code": typed, **shown}
    return public_page(request, "dossiers/status.html", context, status=status)
