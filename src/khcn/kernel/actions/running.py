"""The one way to carry out an action: visible, permitted, locked, unchanged, guarded, done, and recorded once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from khcn.kernel.actions import REASON, Action, Bulk
from khcn.kernel.actions.declared_writes import carrying_out
from khcn.kernel.actions.models import ActionRun
from khcn.kernel.actions.offered_actions import is_permitted
from khcn.kernel.actors import acting
from khcn.kernel.audit.record_versions import advance_version, version_of
from khcn.kernel.audit.row_locks import locked
from khcn.kernel.fields.declared_validators import refused_values
from khcn.kernel.refusals import NotPermitted, Refused, Stale
from khcn.kernel.refusals.constraints import check_links, errors_by_field, refusal_of, refusing_violations
from khcn.kernel.refusals.shown_content import ShownPart, refuse_unless_shown
from khcn.kernel.text.language import in_vietnamese

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from khcn.kernel.actions.offered_actions import RegisterWithActions
    from khcn.kernel.actors import Actor

ANY_VERSION = "*"
LONGEST_KEY = 100  # of `ActionRun.key`


class NotVisible(Refused):
    """The record does not exist, or the actor may not know that it does; the answer is the same."""


class AlreadyUsed(Refused):
    """The key of the request was used before for something else."""


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """What an action came to. ``repeated``: the request was carried out earlier, and nothing was done now."""

    record_pk: int
    result_model: str = ""
    result_pk: int | None = None
    message: str = ""
    repeated: bool = False

    def as_json(self) -> dict[str, Any]:
        """For programs, and for the answer to a repeated request."""
        return {
            "record": self.record_pk,
            "result": {"model": self.result_model, "id": self.result_pk} if self.result_pk else None,
            "message": self.message,
        }


def record_to_act_on(register: RegisterWithActions, pk: int, *, actor: Actor, on: date) -> Any:
    """The record, if the actor may see it. Raises :class:`NotVisible`."""
    record = register.rows(actor, on).filter(pk=pk).first()
    if record is None:
        raise _not_on_record(pk)
    return record


def _not_on_record(pk: int) -> NotVisible:
    return NotVisible(
        _("Không có bản ghi số %(number)d trong danh mục này.") % {"number": pk}, code="not_found"
    )


def _locked_to_act_on(register: RegisterWithActions, pk: int) -> Any:
    """The record under lock. Raises :class:`NotVisible` where somebody removed it while this waited."""
    try:
        return locked(register.model, pk)
    except register.model.DoesNotExist:
        raise _not_on_record(pk) from None


@in_vietnamese
def settled_parts(action: Action, record: models.Model, *, actor: Actor, on: date) -> dict[str, ShownPart]:
    """What the action would settle, as its ``shows`` gives it. The dialog has it in the language of the page; to compare it
    with what was shown then it is always the same one.
    """
    shows = action.shows(record, actor=actor, on=on) if action.shows is not None else {}
    return {name: ShownPart(name, text) for name, text in shows.items()}


def run(  # noqa: PLR0913 -- who does what to which record, and what they had looked at
    action: Action,
    register: RegisterWithActions,
    pk: int,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    on: date,
    version: str = ANY_VERSION,
    shown: str | None = None,
    key: str = "",
) -> ActionOutcome:
    """Carry out the action on one record, or raise a :class:`~khcn.kernel.refusals.Refused` and change nothing.

    ``version`` is that of the record the actor looked at, ``shown`` the digest of what its ``shows`` gave then
    (:mod:`khcn.kernel.refusals.shown_content`). Of two requests with one ``key`` the second gets the first
    one's outcome.
    """
    with refusing_violations(), transaction.atomic(), acting(actor, _reason(action, values), on=on):
        request = _fingerprint(action, register, (pk,), values)
        if earlier := _earlier(actor, key, request):
            return earlier
        seen = record_to_act_on(register, pk, actor=actor, on=on)
        if action.lock_first:
            action.lock_first(seen)
        record = _locked_to_act_on(register, pk)
        _check(action, register, record, actor=actor, on=on, version=version)
        if action.shows is not None:
            refuse_unless_shown(settled_parts(action, record, actor=actor, on=on), shown)
        subject = [record] if action.bulk is Bulk.TOGETHER else record
        result = _call(action, register, subject, values, actor=actor, on=on)
        _move_version(register, record)
        outcome = _outcome(action, register, pk, result)
        if action.not_done is not None and (left := action.not_done(record, actor=actor, on=on)):
            outcome = replace(outcome, message=f"{outcome.message} {left}")
        _remember(actor, key, request, outcome)
        check_links()
    return outcome


def run_together(
    action: Action,
    register: RegisterWithActions,
    pks: Sequence[int],
    values: Mapping[str, Any],
    *,
    actor: Actor,
    on: date,
    key: str = "",
    versions: Mapping[int, str] | None = None,
) -> ActionOutcome:
    """Carry out an action that takes several records at once, in one transaction: on all of them or on none.

    ``versions`` are those of the records that the actor looked at. A refusal names the record that is in the way.
    """
    if action.bulk is not Bulk.TOGETHER or not pks:
        raise Refused(_("Hãy chọn ít nhất một bản ghi."), code="nothing_selected")
    with refusing_violations(), transaction.atomic(), acting(actor, _reason(action, values), on=on):
        request = _fingerprint(action, register, pks, values)
        if earlier := _earlier(actor, key, request):
            return earlier
        for pk in pks:
            record_to_act_on(register, pk, actor=actor, on=on)
        by_pk = {pk: _locked_to_act_on(register, pk) for pk in sorted(pks)}  # one order for all: no deadlock
        records = [by_pk[pk] for pk in pks]
        for record in records:
            version = (versions or {}).get(record.pk, ANY_VERSION)
            try:
                _check(action, register, record, actor=actor, on=on, version=version)
            except Refused as refused:
                raise _of_record(refused, record) from refused
        result = _call(action, register, records, values, actor=actor, on=on)
        for record in records:
            _move_version(register, record)
        outcome = _outcome(action, register, pks[0], result)
        _remember(actor, key, request, outcome)
        check_links()
    return outcome


def _of_record(refused: Refused, record: models.Model) -> Refused:
    text = _("“%(record)s”: %(why)s") % {"record": record, "why": refused}
    return type(refused)(text, code=refused.code, fields=refused.fields)


def _check(
    action: Action,
    register: RegisterWithActions,
    record: Any,
    *,
    actor: Actor,
    on: date,
    version: str = ANY_VERSION,
) -> None:
    if not is_permitted(action, register, actor, record):
        raise NotPermitted(_("Tài khoản của bạn không có quyền thực hiện việc này."), code="not_permitted")
    if version not in {ANY_VERSION, version_of(record)}:
        raise Stale(
            _(
                "Đã có người sửa bản ghi này sau khi bạn mở biểu mẫu (có thể ở cửa sổ khác của bạn). Hãy xem bản mới rồi thực hiện lại."
            ),
            code="stale_version",
        )
    if action.guard and (why := action.guard(record, actor=actor, on=on)):
        raise Refused(why, code="guard")


def _call(
    action: Action,
    register: RegisterWithActions,
    subject: Any,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    on: date,
) -> Any:
    _refuse_values(action, values)
    try:
        with carrying_out(action, register.model):
            return action.operation(**{action.subject: subject}, **values, actor=actor, on=on)
    except ValidationError as error:
        raise refusal_of(error, fields=errors_by_field(error)) from error


def _refuse_values(action: Action, values: Mapping[str, Any]) -> None:
    """What the validators of the inputs refuse, whatever sent it: forms say the same beforehand."""
    if errors := refused_values(action.kinds(), values):
        text = " ".join(dict.fromkeys(each for texts in errors.values() for each in texts))
        raise Refused(text, code="invalid", fields=errors)


def _reason(action: Action, values: Mapping[str, Any]) -> str:
    """What the change log says about every row that the action writes."""
    why = str(values.get(REASON) or "").strip()
    return f"{action.label}: {why}" if why else str(action.label)


def _move_version(register: RegisterWithActions, record: Any) -> None:
    """An action changes the record's version even where it writes other rows only: a person who looked at it before acts on
    something that is no longer so.
    """
    now = models.QuerySet(register.model).filter(pk=record.pk).values_list("updated_at", flat=True).first()
    if now == record.updated_at:
        advance_version(register.model, [record.pk])


def _outcome(action: Action, register: RegisterWithActions, pk: int, result: Any) -> ActionOutcome:
    message = _("Đã thực hiện “%(action)s”.") % {"action": action.label}
    if isinstance(result, models.Model):
        if action.made is not None or not isinstance(result, register.model):  # what was made of it
            message = _("Đã thực hiện “%(action)s”: %(result)s.") % {
                "action": action.label,
                "result": result if action.made is None else action.made(result),
            }
        return ActionOutcome(pk, result._meta.label_lower, result.pk, message)
    return ActionOutcome(pk, message=message)


# ---------------------------------------------------------------------------------------- repeated requests


def _actor_key(actor: Actor) -> str:
    return str(actor.user_id) if actor.user_id is not None else "system"


def _fingerprint(
    action: Action, register: RegisterWithActions, pks: Sequence[int], values: Mapping[str, Any]
) -> str:
    plain = {
        name: value.pk if isinstance(value, models.Model) else str(value) for name, value in values.items()
    }
    content = orjson.dumps([register.model._meta.label_lower, pks, action.name, sorted(plain.items())])
    return hashlib.sha256(content).hexdigest()


def run_once(
    *, actor: Actor, key: str, request: str, carry_out: Callable[[], ActionOutcome]
) -> ActionOutcome:
    """Carry out what is no action of a register; of two requests with one ``key`` the second gets the first one's outcome.

    ``request`` says what is asked for, so that a key serves one thing only.
    """
    digest = hashlib.sha256(request.encode()).hexdigest()
    with transaction.atomic():
        if earlier := _earlier(actor, key, digest):
            return earlier
        outcome = carry_out()
        _remember(actor, key, digest, outcome)
    return outcome


def _earlier(actor: Actor, key: str, request: str) -> ActionOutcome | None:
    found = ActionRun.objects.filter(actor=_actor_key(actor), key=key).first() if key else None
    if found is None:
        return None
    if found.request != request:
        raise AlreadyUsed(
            _("Mã yêu cầu này đã dùng cho một việc khác. Hãy mở lại biểu mẫu rồi thực hiện."),
            code="key_reused",
        )
    return ActionOutcome(**found.result, repeated=True)


def _remember(actor: Actor, key: str, request: str, outcome: ActionOutcome) -> None:
    if not key:
        return
    result = {
        "record_pk": outcome.record_pk,
        "result_model": outcome.result_model,
        "result_pk": outcome.result_pk,
        "message": outcome.message,
    }
    try:
        with transaction.atomic():
            ActionRun.objects.create(actor=_actor_key(actor), key=key, request=request, result=result)
    except (
        IntegrityError
    ):  # the same request twice at the same moment: the other one has just been carried out
        raise Stale(_("Yêu cầu này vừa được thực hiện. Hãy xem lại bản ghi."), code="carried_out") from None
