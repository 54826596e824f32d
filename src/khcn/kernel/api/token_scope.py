"""What a program may ask for with a token: the addresses of the registers within its scope, and none of what takes the person.

What its person may do with them is asked afterwards, as in a session. An address that is not known here is closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.api.request_body import ApiProblem
from khcn.kernel.api.responses import FORBIDDEN, NOT_FOUND
from khcn.kernel.papers.models import Paper
from khcn.kernel.registers.registry import find_register

if TYPE_CHECKING:
    from django.http import HttpRequest

    from khcn.kernel.registers.spec import Register

_READING: Final = frozenset({"GET", "HEAD"})
_PAPERS: Final = "papers"


class Token(HttpBearer):
    """A token of a member of staff, looked up before (`khcn.web.api_tokens`)."""

    def __call__(self, request: Any) -> Any:
        """The account of the token; None where the request has none. Raises :class:`ApiProblem` (403) outside its scope."""
        if request.token is None:
            return None
        refuse_outside_scope(request)
        return request.user

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Not called: see above."""
        raise NotImplementedError


def refuse_outside_scope(request: Any) -> None:
    """Raise :class:`ApiProblem` unless the token is good for this address and method."""
    token = request.token
    area, name, *rest = [part for part in request.path_info.split("/") if part][1:]
    is_reading = request.method in _READING
    if not token.covers(_register_name(area, name)):
        raise ApiProblem(
            FORBIDDEN, _("Danh mục này nằm ngoài phạm vi của mã truy cập."), code="outside_token_scope"
        )
    if is_reading:
        return
    if not token.can_write:
        raise ApiProblem(FORBIDDEN, _("Mã truy cập này chỉ được đọc."), code="token_reads_only")
    if area == _PAPERS or _takes_person(find_register(area, name), rest):
        words = _(
            "Việc này phải do chính người có tài khoản thực hiện trên trang, không làm bằng mã truy cập."
        )
        raise ApiProblem(FORBIDDEN, words, code="takes_person")


def _register_name(area: str, name: str) -> str:
    """Whose address it is: a register's own, or that of the record that a paper is about."""
    if area == _PAPERS:
        model: str | None = Paper.objects.filter(pk=name).values_list("model", flat=True).first()
        if model is None:
            raise ApiProblem(NOT_FOUND, _("Không có giấy này."), code="not_found")
        return model
    return find_register(area, name).name


def _takes_person(register: Register, rest: list[str]) -> bool:
    """Whether the address is that of an action that only the person carries out, or of a record whose fields decide."""
    if register.takes_person:
        return True
    if "actions" not in rest:
        return False
    action = action_to_run(register, rest[-1])
    return action is None or action.asks_again or action.takes_person
