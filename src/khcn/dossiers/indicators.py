"""Figures about dossiers and procedures (part A.III.6 of the periodic report).

Both rates have their denominator as their records: the resolved dossiers of the period, and those that were received in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from khcn.dossiers.enums import ChangeKind, DossierOutcome, DossierStanding
from khcn.dossiers.models import Dossier, ProcedureChange
from khcn.kernel.indicators import Basis, Indicator, Measure, Period, Share, TableColumn
from khcn.kernel.text.dates import day_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from khcn.dossiers.models import DossierQuerySet

_OWNER = "VP"


def _resolved(period: Period) -> DossierQuerySet:
    return Dossier.objects.ended_in(period, DossierOutcome.RESOLVED).with_standing(on=period.last_day)


def _resolved_as(*standings: DossierStanding) -> Callable[[Period], DossierQuerySet]:
    wanted = Q(standing__in=standings)  # the annotation
    return lambda period: _resolved(period).filter(wanted)


def _open_as(standing: DossierStanding) -> Callable[[Period], DossierQuerySet]:
    def records(period: Period) -> DossierQuerySet:
        on = period.last_day
        return Dossier.objects.open_on(on).with_standing(on=on).filter(Q(standing=standing))

    return records


def _ended(outcome: DossierOutcome) -> Callable[[Period], DossierQuerySet]:
    return lambda period: Dossier.objects.ended_in(period, outcome)


def _is_in_time(rows: DossierQuerySet) -> DossierQuerySet:
    in_time = Q(standing__in=(DossierStanding.EARLY, DossierStanding.ON_TIME))
    return rows.annotate(
        is_in_time=Case(When(in_time, then=Value(True)), default=Value(False), output_field=BooleanField())
    )


def _received_with_result(period: Period) -> DossierQuerySet:
    received = Dossier.objects.received_in(period)
    return _is_in_time(received.with_standing(on=period.last_day))


_TABLE = (
    TableColumn(_("Mã hồ sơ"), 45, lambda row, on: row.code),
    TableColumn(_("Người nộp"), 45, lambda row, on: row.applicant),
    TableColumn(_("Ngày tiếp nhận"), 25, lambda row, on: day_text(row.received_on)),
    TableColumn(_("Ngày kết thúc"), 25, lambda row, on: day_text(row.ended_on)),
)


def _dossiers(
    code: str,
    label: StrOrPromise,
    records: Callable[[Period], QuerySet[Any]],
    definition: StrOrPromise,
    *figure_ids: str,
    basis: Basis = Basis.FLOW,
    unit: StrOrPromise = _("hồ sơ"),
    measure: Measure | None = None,
    dated: str = "ended_on",
) -> Indicator:
    return Indicator(
        code,
        label,
        records,
        unit,
        definition,
        basis=basis,
        measure=measure or Measure(),
        line=lambda dossier: f"{dossier.code} ({dossier.applicant})",
        figure_ids=figure_ids,
        owner=_OWNER,
        table=_TABLE,
        date_path=dated,
    )


DOSSIERS = (
    _dossiers(
        "HS-01",
        _("Số hồ sơ TTHC tiếp nhận"),
        Dossier.objects.received_in,
        _(
            "Đếm hồ sơ có ngày tiếp nhận trong kỳ, đã có kết quả hay chưa. Hồ sơ kỳ trước chuyển sang là HS-12 của kỳ trước."
        ),
        "F137",
        dated="received_on",
    ),
    _dossiers(
        "HS-02",
        _("Số hồ sơ TTHC đã giải quyết trước hạn, đúng hạn"),
        _resolved_as(DossierStanding.EARLY, DossierStanding.ON_TIME),
        _(
            "Đếm hồ sơ có kết quả trong kỳ, ngày có kết quả không sau hạn do phần mềm tính (HS-03 cộng HS-04)."
        ),
        "F138",
    ),
    _dossiers(
        "HS-03",
        _("Số hồ sơ TTHC đã giải quyết trước hạn"),
        _resolved_as(DossierStanding.EARLY),
        _("Đếm hồ sơ có kết quả trong kỳ, ngày có kết quả trước ngày cuối của hạn."),
    ),
    _dossiers(
        "HS-04",
        _("Số hồ sơ TTHC đã giải quyết đúng hạn"),
        _resolved_as(DossierStanding.ON_TIME),
        _("Đếm hồ sơ có kết quả trong kỳ, đúng ngày cuối của hạn."),
    ),
    _dossiers(
        "HS-05",
        _("Số hồ sơ TTHC đã giải quyết quá hạn"),
        _resolved_as(DossierStanding.LATE),
        _("Đếm hồ sơ có kết quả trong kỳ, sau ngày cuối của hạn. Hẹn lại không đổi hạn này."),
    ),
    _dossiers(
        "HS-06",
        _("Số hồ sơ TTHC đang giải quyết trong hạn"),
        _open_as(DossierStanding.OPEN),
        _("Đếm hồ sơ chưa có kết quả vào ngày cuối kỳ, hạn chưa qua, không chờ bổ sung."),
        "F139",
        basis=Basis.STOCK,
        dated="received_on",
    ),
    _dossiers(
        "HS-07",
        _("Số hồ sơ TTHC đang giải quyết quá hạn"),
        _open_as(DossierStanding.OVERDUE),
        _("Đếm hồ sơ chưa có kết quả vào ngày cuối kỳ trong khi hạn đã qua."),
        basis=Basis.STOCK,
        dated="received_on",
    ),
    _dossiers(
        "HS-08",
        _("Số hồ sơ TTHC chờ bổ sung"),
        _open_as(DossierStanding.WAITING),
        _(
            "Đếm hồ sơ chưa có kết quả vào ngày cuối kỳ, có yêu cầu bổ sung chưa nhận đủ; thời gian chờ không tính vào hạn."
        ),
        "F140",
        basis=Basis.STOCK,
        dated="received_on",
    ),
    _dossiers(
        "HS-09",
        _("Số hồ sơ TTHC trả lại, từ chối"),
        _ended(DossierOutcome.REFUSED),
        _("Đếm hồ sơ có ngày từ chối, trả lại trong kỳ."),
        "F141",
    ),
    _dossiers(
        "HS-10",
        _("Số hồ sơ TTHC người nộp rút"),
        _ended(DossierOutcome.WITHDRAWN),
        _("Đếm hồ sơ có ngày người nộp rút trong kỳ."),
    ),
    _dossiers(
        "HS-11",
        _("Số hồ sơ TTHC dừng giải quyết"),
        _ended(DossierOutcome.STOPPED),
        _("Đếm hồ sơ có ngày dừng giải quyết trong kỳ; chỉ có từ khi quy định năm 2025 có hiệu lực."),
    ),
    _dossiers(
        "HS-12",
        _("Số hồ sơ TTHC chuyển kỳ sau"),
        lambda period: Dossier.objects.open_on(period.last_day),
        _(
            "Đếm hồ sơ chưa kết thúc vào ngày cuối kỳ: trong hạn, quá hạn, chờ bổ sung (HS-06, HS-07, HS-08). Số của kỳ trước là số chuyển "
            "sang kỳ này."
        ),
        basis=Basis.STOCK,
        dated="received_on",
    ),
    _dossiers(
        "HS-13",
        _("Tỷ lệ hồ sơ TTHC giải quyết trước hạn, đúng hạn trên số đã giải quyết"),
        lambda period: _is_in_time(_resolved(period)),
        _("Đếm hồ sơ có kết quả trong kỳ (mẫu số); tỷ lệ là số trước hạn, đúng hạn (HS-02) trong số đó."),
        "F133",
        basis=Basis.TOUCHED,
        unit=_("%"),
        measure=Share("is_in_time"),
    ),
    _dossiers(
        "HS-14",
        _("Tỷ lệ hồ sơ TTHC giải quyết trước hạn, đúng hạn trên số tiếp nhận"),
        _received_with_result,
        _(
            "Đếm hồ sơ tiếp nhận trong kỳ (mẫu số); tỷ lệ là số đã có kết quả trước hạn, đúng hạn vào ngày cuối kỳ trong số đó."
        ),
        basis=Basis.TOUCHED,
        unit=_("%"),
        measure=Share("is_in_time"),
        dated="received_on",
    ),
    _dossiers(
        "HS-15",
        _("Số hồ sơ TTHC đã giải quyết"),
        lambda period: Dossier.objects.ended_in(period, DossierOutcome.RESOLVED),
        _(
            "Đếm hồ sơ có kết quả trong kỳ, trước hạn, đúng hạn hay quá hạn; không tính hồ sơ trả lại, rút, dừng."
        ),
    ),
)


def _changes(
    code: str, label: StrOrPromise, kind: ChangeKind, definition: StrOrPromise, *figure_ids: str
) -> Indicator:
    def records(period: Period) -> QuerySet[ProcedureChange]:
        found = ProcedureChange.objects.made_in(period).filter(kind=kind)
        return found.select_related("procedure").order_by(
            "decided_on", F("document").asc(nulls_last=True), "pk"
        )

    return Indicator(
        code,
        label,
        records,
        _("TTHC"),
        definition,
        line=lambda change: change.procedure.name,
        figure_ids=figure_ids,
        owner=_OWNER,
        date_path="decided_on",
    )


PROCEDURE_CHANGES = (
    _changes(
        "TT-01",
        _("Số TTHC mới ban hành được công bố"),
        ChangeKind.NEW,
        _(
            "Đếm thủ tục được công bố mới trong kỳ; một quyết định công bố nhiều thủ tục thì đếm từng thủ tục."
        ),
        "F134",
    ),
    _changes(
        "TT-02",
        _("Số TTHC bị bãi bỏ"),
        ChangeKind.ABOLISHED,
        _("Đếm thủ tục được công bố bãi bỏ trong kỳ."),
        "F135",
    ),
    _changes(
        "TT-03",
        _("Số TTHC được sửa đổi, bổ sung"),
        ChangeKind.AMENDED,
        _("Đếm thủ tục được công bố sửa đổi, bổ sung trong kỳ."),
        "F136",
    ),
    _changes(
        "TT-04",
        _("Số TTHC nội bộ được xây dựng"),
        ChangeKind.INTERNAL,
        _("Đếm thủ tục nội bộ có ngày rà soát, xây dựng trong kỳ."),
        "F129",
    ),
    _changes(
        "TT-05",
        _("Số TTHC có kiến nghị đơn giản hóa"),
        ChangeKind.SIMPLIFICATION,
        _("Đếm thủ tục có kiến nghị đơn giản hóa qua rà soát trong kỳ."),
        "F130",
    ),
    _changes(
        "TT-06",
        _("Số TTHC được cắt giảm, đơn giản hóa quy định"),
        ChangeKind.RULES_CUT,
        _("Đếm thủ tục có quy định được rà soát, cắt giảm, đơn giản hóa trong kỳ."),
        "F131",
    ),
    _changes(
        "TT-07",
        _("Số TTHC được ủy quyền, phân cấp giải quyết"),
        ChangeKind.DELEGATED,
        _("Đếm thủ tục được rà soát ủy quyền, phân cấp giải quyết trong kỳ."),
        "F132",
    ),
)
