"""Terms of radiation safety: what a facility still has to do, and until when the department answers it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from khcn.kernel.calendar.day_arithmetic import quarter_end
from khcn.kernel.deadlines import Answering, DeadlineKind, SubjectFacts, TermFacts, day_by
from khcn.kernel.deadlines.kinds import registry
from khcn.kernel.deadlines.workflow_step_deadlines import deadline_of_steps
from khcn.radiation.enums import ApplicationKind, NotificationKind
from khcn.radiation.models import (
    DoseRecord,
    EmergencyPlan,
    RadiationDevice,
    RadiationDeviceVerification,
    RadiationLicence,
    RadiationLicenceApplication,
    RadiationNotification,
    RadiationWorker,
)
from khcn.radiation.operations.rule_values import RENEWAL_RULE
from khcn.radiation.rules import radiation_staff
from khcn.radiation.workflow import ANSWER_TERM, APPLICATION_FLOW, IN_USE, RETURNED, TARGETS, WITHDRAWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from khcn.kernel.actors import Actor
    from khcn.kernel.deadlines.models import Deadline

OWNER: Final = "QLCN"
_MONTHS_OF_A_QUARTER: Final = 3
RENEWAL, EXPIRY = "radiation.renewal", "radiation.expiry"
NOTIFICATION, VERIFICATION = "radiation.notification", "radiation.verification"
DOSIMETRY, PLAN = "radiation.dosimetry", "radiation.plan"


def _keeps_registers(actor: Actor, term: Deadline) -> bool:
    return bool(radiation_staff.test(actor, registry.models[term.subject_model]))


# What a facility has to do is no term of the division: who enters what the facility did moves nothing of their own.
OF_FACILITIES: Final = Answering(_keeps_registers, _("Phòng Quản lý công nghệ và chuyên ngành"))


def _until(rows: Any, on: date | None, column: str) -> Any:
    return rows if on is None else rows.filter(**{f"{column}__lte": on})


def licence_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """When a licence ends, and when its renewal is applied for. Nothing is waited for after one that was ended."""
    filed = RadiationLicenceApplication.objects.filter(licence__in=keys, kind=ApplicationKind.RENEWAL)
    filed = _until(filed.exclude(state__in=(RETURNED, WITHDRAWN)), on, "received_on").order_by()
    filed_on = dict(filed.values_list("licence").annotate(first=Min("received_on")))
    found = {}
    for licence in RadiationLicence.objects.filter(pk__in=keys).select_related("facility"):
        terms: dict[str, TermFacts] = {}
        replaced_on, expires_on = day_by(licence.replaced_on, on), licence.expires_on
        if expires_on is not None and day_by(licence.ended_on, on) is None:
            renewed_on = min(filter(None, (filed_on.get(licence.pk), replaced_on)), default=None)
            terms[RENEWAL] = TermFacts(expires_on, renewed_on)
            terms[EXPIRY] = TermFacts(licence.issued_on, replaced_on, fixed_on=expires_on)
        found[licence.pk] = SubjectFacts(str(licence), OWNER, terms)
    return found


def device_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """When a device is notified, and when it is verified next, while it is in use."""
    kinds: dict[int, str] = {}
    received: dict[int, date] = {}
    rows = _until(RadiationNotification.objects.filter(device__in=keys), on, "happened_on")
    for key, kind, day in rows.order_by("happened_on", "pk").values_list("device", "kind", "received_on"):
        kinds[key] = kind
        if day_by(day, on) is not None and key not in received:
            received[key] = day
    verified: dict[int, tuple[date, date | None]] = {}
    checks = RadiationDeviceVerification.objects.filter(device__in=keys, passed=True)
    checks = _until(checks, on, "verified_on").order_by("verified_on", "pk")
    for key, day, until in checks.values_list("device", "verified_on", "valid_until"):
        verified[key] = (day, until)
    found = {}
    for device in RadiationDevice.objects.filter(pk__in=keys):
        kind = kinds.get(device.pk, "")
        terms = {NOTIFICATION: TermFacts(device.acquired_on, received.get(device.pk))}
        if TARGETS.get(kind) == IN_USE:
            begins, until = verified.get(device.pk, (device.acquired_on, None))
            terms[VERIFICATION] = TermFacts(begins, fixed_on=until)
        elif kind == NotificationKind.DISPOSED and device.pk not in received:
            del terms[NOTIFICATION]
        found[device.pk] = SubjectFacts(str(device), OWNER, terms)
    return found


def worker_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """When the next dosimeter is read: after the last quarter on record, or after the day on which the work began."""
    last: defaultdict[int, date] = defaultdict(lambda: date.min)
    doses = _until(DoseRecord.objects.filter(worker__in=keys), on, "read_on")
    for key, year, quarter in doses.values_list("worker", "year", "quarter"):
        last[key] = max(last[key], quarter_end(date(year, _MONTHS_OF_A_QUARTER * quarter, 1)))
    found = {}
    for worker in RadiationWorker.objects.filter(pk__in=keys).select_related("person", "facility"):
        left = day_by(worker.left_on, on) is not None
        terms = {} if left else {DOSIMETRY: TermFacts(max(last[worker.pk], worker.since_on))}
        found[worker.pk] = SubjectFacts(str(worker), OWNER, terms)
    return found


def plan_facts(keys: Sequence[int], on: date | None) -> Mapping[int, SubjectFacts]:
    """When a plan is approved."""
    return {
        plan.pk: SubjectFacts(
            str(plan), OWNER, {PLAN: TermFacts(plan.submitted_on, day_by(plan.approved_on, on))}
        )
        for plan in EmergencyPlan.objects.filter(pk__in=keys).select_related("facility")
    }


OfLicence = partial(
    DeadlineKind,
    facts=licence_facts,
    follows={"radiation.radiationlicence": "pk", "radiation.radiationlicenceapplication": "licence_id"},
    answering=OF_FACILITIES,
)
LICENCE_DEADLINES = (
    OfLicence(RENEWAL, _("Nộp hồ sơ gia hạn giấy phép"), rule=RENEWAL_RULE),
    OfLicence(EXPIRY, _("Giấy phép hết hiệu lực")),
)
OfDevice = partial(
    DeadlineKind,
    facts=device_facts,
    follows={
        "radiation.radiationdevice": "pk",
        "radiation.radiationnotification": "device_id",
        "radiation.radiationdeviceverification": "device_id",
    },
    answering=OF_FACILITIES,
)
DEVICE_DEADLINES = (
    OfDevice(NOTIFICATION, _("Khai báo thiết bị"), rule="radiation.notification_days"),
    OfDevice(VERIFICATION, _("Kiểm định thiết bị"), rule="radiation.verification_months", recurs=True),
)
WORKER_DEADLINES = (
    DeadlineKind(
        DOSIMETRY,
        _("Đo liều cá nhân"),
        worker_facts,
        {"radiation.radiationworker": "pk", "radiation.doserecord": "worker_id"},
        rule="radiation.dosimetry_months",
        recurs=True,
        answering=OF_FACILITIES,
    ),
)
PLAN_DEADLINES = (
    DeadlineKind(
        PLAN,
        _("Phê duyệt kế hoạch ứng phó sự cố"),
        plan_facts,
        {"radiation.emergencyplan": "pk"},
        rule="radiation.plan_days",
        may_stop=True,
    ),
)
APPLICATION_DEADLINES = (
    replace(
        deadline_of_steps(
            APPLICATION_FLOW,
            RadiationLicenceApplication,
            ANSWER_TERM,
            _("Trả lời hồ sơ cấp giấy phép"),
            rule="radiation.answer_days",
            owner=OWNER,
        ),
        may_stop=True,
    ),
)
