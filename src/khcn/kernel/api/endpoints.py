"""The JSON interface of every register: the same rows, filters, cursors, form and permissions as its pages.

A write says which version it was made from (``If-Match``); one that was made from an older version is refused with 412.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from ninja.errors import AuthenticationError, HttpError
from ninja.security import APIKeyCookie

from khcn.kernel.api import openapi_schema
from khcn.kernel.api.action_routes import action_routes
from khcn.kernel.api.papers import add_papers
from khcn.kernel.api.register_api import RegisterApi
from khcn.kernel.api.request_body import ApiProblem, check_values, form_data, read_body
from khcn.kernel.api.responses import (
    CHALLENGE,
    api_busy_response,
    etag,
    fault_response,
    json_response,
    problem_response,
)
from khcn.kernel.api.serialization import record_json, shown_json, stored_values
from khcn.kernel.api.token_scope import Token
from khcn.kernel.bounded_process.places import Busy
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.refusals.constraints import errors_by_field
from khcn.kernel.registers import list_pages
from khcn.kernel.registers.registry import registers
from khcn.kernel.registers.spec import kinds_of_register_form
from khcn.kernel.registers.writing import locked_to_write, remove_row
from khcn.kernel.screens import column_headings
from khcn.kernel.screens.list_filters import SEARCH, apply_filters, filterset_class
from khcn.kernel.screens.record_deletion import blocking_records
from khcn.kernel.screens.record_forms import form_class
from khcn.kernel.screens.requested_record import requested_day, requested_rows
from khcn.kernel.text.numbers import short_number

if TYPE_CHECKING:
    from khcn.kernel.registers.record_model import Record
    from khcn.kernel.registers.spec import Register
    from khcn.kernel.screens.record_forms import RecordForm
    from khcn.kernel.ui.http import Request

TAKEN_OVER = "taken_over"  # sent with a new record that comes from paper
PAGING = ("after", "before", "size", "sort")
LARGEST_PAGE = 500
CREATED, UNAUTHORISED, CONFLICT, STALE, UNREADABLE, NEEDS_VERSION = 201, 401, 409, 412, 422, 428


class Session(APIKeyCookie):
    """The session of the web application; writes carry its CSRF token in ``X-CSRFToken``."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The account, if somebody has signed in."""
        return request.user if request.user.is_authenticated else None


# ------------------------------------------------------------------------------------------ reading


def _readable(request: Request, register: Register) -> None:
    if not register.may("read", request.actor):
        raise ApiProblem(403, _("Tài khoản của bạn không có quyền xem danh mục này."))


def _record(request: Request, register: Register, pk: int) -> Record:
    _readable(request, register)
    rows = requested_rows(register, request.actor, requested_day(request, register), related=True)
    record: Record | None = rows.filter(pk=pk).first()
    if record is None:
        raise ApiProblem(404, _("Không có bản ghi số %(number)d trong danh mục này.") % {"number": pk})
    return record


def list_records(register: Register, request: Request) -> HttpResponse:
    """One page of the list, as the web page would show it."""
    _readable(request, register)
    known = {SEARCH, *filterset_class(register).base_filters, *PAGING}
    if unknown := [name for name in request.GET if name not in known]:
        words = {
            name: [_("Không có bộ lọc này. Các bộ lọc: %(known)s.") % {"known": ", ".join(sorted(known))}]
            for name in unknown
        }
        raise ApiProblem(UNREADABLE, _("Địa chỉ có bộ lọc không thuộc danh mục này."), errors=words)
    filtered = apply_filters(
        register, register.rows(request.actor, requested_day(request, register)), request.GET
    )
    if filtered.errors:
        raise ApiProblem(UNREADABLE, _("Có bộ lọc chưa đọc được."), errors=dict(filtered.errors))
    columns = tuple(column for column, _head in column_headings.all_headings(register))
    try:
        page = list_pages.list_page(
            register,
            filtered.records,
            columns=columns,
            order=filtered.order or _order(request, register),
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
            size=_size(request),
        )
    except list_pages.BadCursorError:
        raise ApiProblem(
            400, _("Dấu trang “after”/“before” không phải do danh mục này cấp. Lấy lại từ trang đầu.")
        ) from None
    rows = requested_rows(register, request.actor, requested_day(request, register), related=True)
    records = rows.in_bulk([row.pk for row in page.rows])
    items = [
        {
            **record_json(register, records[row.pk]),
            "shown": shown_json(columns, row),
            "etag": etag(records[row.pk]),
        }
        for row in page.rows
        if row.pk in records
    ]
    cursors = {"after": page.older or None, "before": page.newer or None}
    return json_response(
        {"count": page.count, "count_is_exact": page.count_is_exact, "items": items, **cursors}
    )


def _order(request: Request, register: Register) -> tuple[str, ...]:
    sort_by = request.GET.get("sort", "")
    known = sorted(
        {heading.sort for _column, heading in column_headings.all_headings(register) if heading.sort}
    )
    if not sort_by:
        return register.order
    if sort_by.lstrip("-") not in known:
        words = _("Không xếp được theo “%(name)s”. Có thể xếp theo: %(known)s.")
        raise ApiProblem(UNREADABLE, words % {"name": sort_by, "known": ", ".join(known)})
    return (sort_by, *register.order)


def _size(request: Request) -> int:
    text = request.GET.get("size", "") or str(list_pages.PAGE_SIZE)
    size = short_number(text)
    if size is None or not 1 <= size <= LARGEST_PAGE:
        raise ApiProblem(
            UNREADABLE, _("“size” là số dòng một trang, từ 1 đến %(most)d.") % {"most": LARGEST_PAGE}
        )
    return size


def get_record(register: Register, request: Request, pk: int) -> HttpResponse:
    """One record with its version."""
    record = _record(request, register, pk)
    return json_response(record_json(register, record), ETag=etag(record))


# ------------------------------------------------------------------------------------------ writing


def _writable(request: Request, register: Register, verb: str, record: Record | None = None) -> None:
    if not register.form or not register.may(verb, request.actor, record):
        raise ApiProblem(403, _("Tài khoản của bạn không có quyền sửa danh mục này."))


def _locked(request: Request, register: Register, pk: int, verb: str) -> Record:
    """The stored row, if the caller's version is still the stored one; nobody else writes it until the transaction ends."""
    try:
        stored: Any = locked_to_write(register, pk)
    except ObjectDoesNotExist:
        stored = None
    record = _record(request, register, pk)  # after the lock: as it is now, or 404
    _writable(request, register, verb, record)
    asked = request.headers.get("If-Match", "")
    if not asked:
        raise ApiProblem(
            NEEDS_VERSION, _("Gửi kèm If-Match với ETag của bản đã đọc, để không ghi đè lên người khác.")
        )
    if asked not in {etag(stored), "*"}:
        raise ApiProblem(
            STALE,
            _("Đã có người sửa bản ghi này sau lần đọc của bạn. Đọc lại bản mới rồi gửi lại thay đổi."),
            current=record_json(register, _record(request, register, pk)),
        )
    found: Record = stored
    return found


def _save(register: Register, request: Request, form: RecordForm, status: int) -> HttpResponse:
    if not form.is_valid():
        errors = _errors(form)
        raise ApiProblem(UNREADABLE, _("Chưa lưu: có trường cần sửa."), errors=errors)
    if form.find_similar() and request.GET.get("not_the_same") != "1":
        similar = [{"name": name, "url": url} for name, url in form.similar_found]
        words = _("Có bản ghi gần giống. Nếu đúng là khác, gửi lại với not_the_same=1.")
        raise ApiProblem(CONFLICT, words, similar=similar)
    if not register.fits("create" if form.instance.pk is None else "change", request.actor, form.instance):
        raise ApiProblem(403, _("Tài khoản của bạn không có quyền sửa danh mục này."))
    try:
        record = form.save_record(actor=request.actor, on=request.today)
    except NotPermitted as refused:
        raise ApiProblem(403, str(refused)) from None
    except Refused as refused:
        errors = {name: list(texts) for name, texts in refused.fields.items()}
        raise ApiProblem(UNREADABLE, str(refused), code=refused.code, errors=errors) from None
    if record is None:
        raise ApiProblem(CONFLICT, _("Chưa lưu: trùng khóa với bản ghi đã có."), errors=_errors(form))
    record = _record(request, register, record.pk)
    place = reverse(f"api:{openapi_schema.operation(register, 'detail')}", args=[record.pk])
    return json_response(record_json(register, record), status, ETag=etag(record), Location=place)


def _errors(form: RecordForm) -> dict[str, list[str]]:
    """Sentences by field; a constraint is about the fields that it compares."""
    return errors_by_field(ValidationError(form.errors.as_data()), form.register.model)


def create_record(register: Register, request: Request) -> HttpResponse:
    """Add a record through the register's form."""
    _readable(request, register)
    _writable(request, register, "create")
    with transaction.atomic():
        sent = read_body(request.body, (*register.form_fields(), TAKEN_OVER))
        taken_over = sent.pop(TAKEN_OVER, False)
        if not isinstance(taken_over, bool):
            words = [_("Giá trị không đúng kiểu. Ở đây nhận: %(wanted)s.") % {"wanted": _("true hoặc false")}]
            raise ApiProblem(UNREADABLE, _("Chưa lưu: có trường cần sửa."), errors={TAKEN_OVER: words})
        check_values(kinds_of_register_form(register), sent)
        form = form_class(register)(form_data(register, sent))
        form.instance.taken_over = taken_over
        return _save(register, request, form, CREATED)


def change_record(register: Register, request: Request, pk: int, *, whole: bool) -> HttpResponse:
    """Change a record through the register's form; fields not named stay, or with ``whole`` become empty."""
    with transaction.atomic():
        stored = _locked(request, register, pk, "change")
        sent = read_body(request.body, register.form_fields())
        check_values(kinds_of_register_form(register), sent)
        values = sent if whole else {**stored_values(register, stored), **sent}
        return _save(
            register, request, form_class(register)(form_data(register, values), instance=stored), 200
        )


def delete_record(register: Register, request: Request, pk: int) -> HttpResponse:
    """Delete a record that nothing else refers to."""
    with transaction.atomic():
        stored = _locked(request, register, pk, "delete")
        try:
            remove_row(register, stored, actor=request.actor, on=request.today)
        except Refused as refused:
            raise ApiProblem(CONFLICT, str(refused), code=refused.code) from None
        except ProtectedError as refusal:
            standing = [": ".join(filter(None, each)) for each in blocking_records(refusal, request.actor)]
            words = _("Không xóa được: còn bản ghi khác dùng đến bản ghi này.")
            raise ApiProblem(CONFLICT, words, blocking=standing) from None
    return HttpResponse(status=204)


# ------------------------------------------------------------------------------------------- routing


def _build() -> RegisterApi:
    made = RegisterApi(
        title="KH&CN",
        version="1",
        docs_url=None,
        openapi_url=None,
        auth=[Token(), Session()],
        urls_namespace="api",
    )
    with override(settings.LANGUAGE_CODE):  # built by the first request, whatever its language
        for register in registers():
            _add(made, register)
        add_papers(made)
    made.add_exception_handler(ApiProblem, _problem_response)
    made.add_exception_handler(Busy, api_busy_response)
    made.add_exception_handler(AuthenticationError, partial(refusal_without_session, 401))
    made.add_exception_handler(HttpError, partial(refusal_without_session, 403))
    return made


def _problem_response(_request: HttpRequest, problem: ApiProblem | type[ApiProblem]) -> HttpResponse:
    assert isinstance(problem, ApiProblem)  # noqa: S101 -- the framework's own types let classes through
    return fault_response(problem)


def refusal_without_session(status: int, request: HttpRequest, problem: Exception) -> HttpResponse:
    """The answer of all endpoints of the API to a call without a session (401) or without the CSRF token (403)."""
    words = {
        401: _("Hãy đăng nhập trước, hoặc gửi kèm mã truy cập: Authorization: Bearer <mã>."),
        403: _("Thiếu mã chống giả mạo. Gửi kèm tiêu đề X-CSRFToken lấy từ cookie %(name)s.")
        % {"name": settings.CSRF_COOKIE_NAME},
    }
    codes = {401: "not_signed_in", 403: "csrf"}
    headers = {"WWW-Authenticate": CHALLENGE} if status == UNAUTHORISED else {}
    response = problem_response(status, str(words[status]), codes[status])
    for name, value in headers.items():
        response[name] = value
    return response


def _seen(register: Register, request: Any) -> Register:
    """The register without the fields that its scope hides from the actor."""
    return register.seen_by(request.actor)


def _add(made: RegisterApi, register: Register) -> None:
    """Five operations of one register."""
    base = f"/{register.area}/{register.slug}/"

    def listed(request: HttpRequest) -> HttpResponse:
        return list_records(_seen(register, request), request)  # type: ignore[arg-type]

    def created(request: HttpRequest) -> HttpResponse:
        return create_record(_seen(register, request), request)  # type: ignore[arg-type]

    def one(request: HttpRequest, pk: int) -> HttpResponse:
        return get_record(_seen(register, request), request, pk)  # type: ignore[arg-type]

    def replaced(request: HttpRequest, pk: int) -> HttpResponse:
        return change_record(_seen(register, request), request, pk, whole=True)  # type: ignore[arg-type]

    def patched(request: HttpRequest, pk: int) -> HttpResponse:
        return change_record(_seen(register, request), request, pk, whole=False)  # type: ignore[arg-type]

    def removed(request: HttpRequest, pk: int) -> HttpResponse:
        return delete_record(register, request, pk)  # type: ignore[arg-type]

    tag = str(register.title)
    for name, method, tail, view in (
        ("list", "get", "", listed),
        ("create", "post", "", created),
        ("detail", "get", "{int:pk}/", one),
        ("replace", "put", "{int:pk}/", replaced),
        ("change", "patch", "{int:pk}/", patched),
        ("delete", "delete", "{int:pk}/", removed),
    ):
        if not register.form and name not in {"list", "detail"}:
            continue
        made.publish(method, base + tail, view, openapi_schema.describe(register, name), tag=tag)
    for method, path, view, described in action_routes(register):
        made.publish(method, path, view, described, tag=tag)


api = _build()
