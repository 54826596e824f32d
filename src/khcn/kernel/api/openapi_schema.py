"""What the JSON interface says of itself: operations, filters and fields of each register, as OpenAPI."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from khcn.kernel.fields.sections import kinds_of_sections
from khcn.kernel.refusals.shown_content import FIELD as SHOWN_FIELD
from khcn.kernel.registers.spec import kinds_of_register_form
from khcn.kernel.screens.list_filters import SEARCH, controls

if TYPE_CHECKING:
    from collections.abc import Callable

    from khcn.kernel.actions import Action
    from khcn.kernel.fields.field_kind import FieldKind
    from khcn.kernel.registers.spec import Register

_PROBLEM = {
    "type": "object",
    "properties": {
        "message": {"type": "string"},
        "code": {"type": "string"},
        "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
    },
}


@dataclass(frozen=True, slots=True)
class OperationDescription:
    """One operation for OpenAPI. Its schemas are built when the document is asked for: a process that serves no document, as
    every worker, would hold a copy of all fields of all registers.
    """

    operation_id: str
    summary: str
    extra: Callable[[], dict[str, Any]]


def operation(register: Register, name: str) -> str:
    """Stable name of an operation: "science_tasks_list"."""
    return f"{register.area}_{register.slug.replace('-', '_')}_{name}"


def required_by_schema(kind: FieldKind) -> bool:
    """Does the schema of the API say that a new record must have a value here?"""
    return kind.required and not kind.field.has_default()


def _record_schema(register: Register) -> dict[str, Any]:
    """JSON schema of a record as it is given out."""
    fields = {
        "type": "object",
        "properties": {name: kind.json_schema() for name, kind in kinds_of_register_form(register).items()},
    }
    written: dict[str, Any] = {}
    if register.workflow is not None and not register.workflow.replayed:
        values = list(register.workflow.by_value)
        words = {"value": {"type": "string", "enum": values}, "label": {"type": "string"}}
        written["state"] = {"type": "object", "properties": words}
    if register.outcome is not None:
        kinds = kinds_of_sections((register.outcome,), model=register.model)
        properties = {name: kind.json_schema() for name, kind in kinds.items()}
        written["outcome"] = {"type": "object", "properties": properties}
    return {
        "type": "object",
        "title": str(capfirst(str(register.singular))),
        "properties": {
            **written,
            "id": {"type": "integer"},
            "label": {"type": "string"},
            "url": {"type": "string"},
            "updated_at": {"type": "string", "format": "date-time"},
            "illustrative": {"type": "array", "items": {"type": "string"}},
            "taken_over": {"type": "boolean"},
            "corrected": {"type": "boolean"},
            "fields": fields,
            "derived": {"type": "object"},
        },
    }


def _body(register: Register, *, whole: bool) -> dict[str, Any]:
    properties = {name: kind.json_schema() for name, kind in kinds_of_register_form(register).items()}
    required = [name for name, kind in kinds_of_register_form(register).items() if required_by_schema(kind)]
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if whole and required:
        schema["required"] = required
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def action_schema(action: Action) -> dict[str, Any]:
    """JSON schema of the inputs of an action. Inputs of a conditional section name their condition."""
    properties: dict[str, Any] = {}
    kinds = action.kinds()
    for section in action.inputs:
        for name in section.fields:
            properties[name] = kinds[name].json_schema()
            if section.when is not None:
                properties[name]["x-when"] = {section.when[0]: list(section.when[1])}
    if action.shows is not None:
        properties[SHOWN_FIELD] = {"type": "object", "additionalProperties": {"type": "string"}}
    always = [name for section in action.inputs if section.when is None for name in section.fields]
    found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if required := [name for name in always if action.needs(name, kinds[name])]:
        found["required"] = required
    return found


def describe_action(register: Register, action: Action | None) -> OperationDescription:
    """Carrying out one action, or the list of what is offered."""
    if action is None:
        summary = _("Việc có thể làm với %(kind)s") % {"kind": register.singular}
        return OperationDescription(operation(register, "actions"), summary, partial(_answers, summary))
    summary = f"{action.label} ({register.singular})"
    name = operation(register, f"action_{action.name}")
    return OperationDescription(name, summary, partial(_action_extra, action, summary))


def _answers(summary: str) -> dict[str, Any]:
    """What an operation answers of which no more is known than that it is an object."""
    refused = _problem_json(_("Vì sao chưa thực hiện được"))
    return {"responses": {200: _json(summary, {"type": "object"}), "4XX": refused}}


def _action_extra(action: Action, summary: str) -> dict[str, Any]:
    headers = [("If-Match", True), ("Idempotency-Key", False)]
    return {
        "parameters": [
            {"in": "header", "name": name, "required": required, "schema": {"type": "string"}}
            for name, required in headers
        ],
        "requestBody": {"content": {"application/json": {"schema": action_schema(action)}}},
        **_answers(summary),
    }


def describe_paper(name: str, summary: str, inputs: dict[str, Any] | None = None) -> OperationDescription:
    """In the schema of the API, reading one paper or what can be done with it; with ``inputs``, doing it."""
    return OperationDescription(f"papers_{name}", summary, partial(_paper_extra, summary, inputs))


def _paper_extra(summary: str, inputs: dict[str, Any] | None) -> dict[str, Any]:
    extra = _answers(summary)
    if inputs is not None:
        extra["parameters"] = [
            {"in": "header", "name": "If-Match", "required": True, "schema": {"type": "string"}}
        ]
        extra["requestBody"] = {"content": {"application/json": {"schema": inputs}}}
    return extra


def describe_together(register: Register, action: Action) -> OperationDescription:
    """Carrying out an action on several records at once."""
    summary = describe_action(register, action).summary
    name = operation(register, f"together_{action.name}")
    return OperationDescription(name, summary, partial(_together_extra, action, summary))


def _together_extra(action: Action, summary: str) -> dict[str, Any]:
    described = _action_extra(action, summary)
    inputs = action_schema(action)
    one = {"id": {"type": "integer"}, "etag": {"type": "string"}}
    record = {"type": "object", "properties": one, "required": [*one], "additionalProperties": False}
    properties = {"records": {"type": "array", "items": record, "minItems": 1}, **inputs["properties"]}
    body = {**inputs, "properties": properties, "required": ["records", *inputs.get("required", ())]}
    parameters = [each for each in described["parameters"] if each["name"] != "If-Match"]
    return {
        **described,
        "parameters": parameters,
        "requestBody": {"content": {"application/json": {"schema": body}}},
    }


def _problem_json(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/problem+json": {"schema": _PROBLEM}}}


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _query(name: str, text: str) -> dict[str, Any]:
    return {"in": "query", "name": name, "required": False, "description": text, "schema": {"type": "string"}}


def describe(register: Register, name: str) -> OperationDescription:
    """What OpenAPI says of one operation."""
    kind = str(register.singular)
    summary = {
        "list": _("Danh sách %(kind)s"),
        "create": _("Thêm %(kind)s"),
        "detail": _("Một %(kind)s"),
        "replace": _("Ghi lại toàn bộ %(kind)s"),
        "change": _("Sửa một số trường của %(kind)s"),
        "delete": _("Xóa %(kind)s"),
    }[name] % {"kind": kind}
    return OperationDescription(operation(register, name), summary, partial(_extra, register, name, summary))


def _extra(register: Register, name: str, summary: str) -> dict[str, Any]:
    problem = {"4XX": _problem_json(_("Vì sao chưa thực hiện được"))}
    record = _record_schema(register)
    extra: dict[str, Any] = {"responses": {200: _json(summary, record), **problem}}
    if name == "list":
        listed = {
            "count": {"type": "integer"},
            "count_is_exact": {"type": "boolean"},
            "items": {"type": "array", "items": record},
        }
        cursors = {each: {"type": ["string", "null"]} for each in ("after", "before")}
        extra["responses"][200] = _json(summary, {"type": "object", "properties": {**listed, **cursors}})
        extra["parameters"] = [_query(*each) for each in (*schema_filters(register), *_paging())]
    if name in {"create", "replace", "change"}:
        extra["requestBody"] = _body(register, whole=name != "change")
    if name == "create":
        properties = extra["requestBody"]["content"]["application/json"]["schema"]["properties"]
        properties["taken_over"] = {"type": "boolean", "title": _("Chuyển từ hồ sơ giấy")}
    if name == "create":
        extra["responses"][201] = extra["responses"].pop(200)
    if name == "delete":
        extra["responses"] = {204: {"description": summary}, **problem}
    if name in {"replace", "change", "delete"}:
        wanted = {"in": "header", "name": "If-Match", "required": True, "schema": {"type": "string"}}
        extra["parameters"] = [wanted]
    return extra


def schema_filters(register: Register) -> list[tuple[str, str]]:
    """The filters of a list that the schema of the API offers: names, with what each is called."""
    return [(SEARCH, _("Tìm không phân biệt dấu")), *((each.name, each.label) for each in controls(register))]


def _paging() -> list[tuple[str, str]]:
    return [
        ("sort", _("Tên cột để xếp; thêm dấu trừ ở trước để xếp ngược")),
        ("after", _("Dấu trang: lấy các dòng sau dấu này")),
        ("before", _("Dấu trang: lấy các dòng trước dấu này")),
        ("size", _("Số dòng một trang")),
    ]
