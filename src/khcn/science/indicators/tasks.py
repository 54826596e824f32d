"""Figures that count tasks: who has how many on hand, and how far they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from khcn.kernel.indicators import Basis, Indicator, Period
from khcn.science.enums import AmendmentKind, ManagingSide, MilestoneKind, TaskLevel, TaskMode
from khcn.science.models import ScienceTask

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_stubs_ext import StrOrPromise

    from khcn.science.models.tasks import ScienceTaskQuerySet


def _managed(period: Period) -> ScienceTaskQuerySet:
    return ScienceTask.objects.managed_in(period)


def _carried_over(period: Period) -> ScienceTaskQuerySet:
    return ScienceTask.objects.carried_over_into(period)


def _started(period: Period) -> ScienceTaskQuerySet:
    return ScienceTask.objects.started_in(period.year)


def _of_next_year(period: Period) -> ScienceTaskQuerySet:
    return ScienceTask.objects.started_in(period.year + 1)


def _rest_of_year(period: Period) -> ScienceTaskQuerySet:
    new_year = date(period.last_day.year + 1, 1, 1)
    return ScienceTask.objects.due_for_acceptance(on=period.last_day, start=period.end, end=new_year)


def _past_term(kind: str, period: Period) -> ScienceTaskQuerySet:
    return ScienceTask.objects.past_term(kind, on=period.last_day)


def _tasks(
    code: str,
    label: StrOrPromise,
    records: Callable[[Period], ScienceTaskQuerySet],
    definition: StrOrPromise,
    *figure_ids: str,
    basis: Basis = Basis.STOCK,
    line: Callable[[ScienceTask], str] = str,
    date_path: str = "planned_start_on",
    also_called: tuple[str, ...] = (),
) -> Indicator:
    return Indicator(
        code,
        label,
        records,
        _("nhiệm vụ"),
        definition,
        basis=basis,
        line=line,
        figure_ids=figure_ids,
        owner="QLKH",
        date_path=date_path,
        also_called=also_called,
    )


def _title(task: ScienceTask) -> str:
    return task.title


MANAGED = (
    _tasks(
        "NV-01",
        _("Số nhiệm vụ KH&CN quản lý trong năm"),
        _managed,
        _(
            "Đếm nhiệm vụ chuyển tiếp (NV-02) và nhiệm vụ thực hiện từ năm báo cáo (NV-03) do tỉnh quản lý, được ủy quyền "
            "hoặc phối hợp quản lý. Kể cả nhiệm vụ dừng, chấm dứt hoặc được công nhận trong năm: là số nhiệm vụ đã quản lý "
            "trong năm, không phải số đang thực hiện vào ngày cuối kỳ. Không đếm nhiệm vụ Sở chỉ theo dõi (Trung ương "
            "quản lý, tổ chức chủ trì tự quản lý)."
        ),
        "F007",
    ),
    _tasks(
        "NV-02",
        _("Số nhiệm vụ KH&CN chuyển tiếp"),
        _carried_over,
        _(
            "Đếm nhiệm vụ thực hiện từ trước năm báo cáo mà đến ngày đầu năm báo cáo chưa được công nhận kết quả, chưa dừng, chưa "
            "chấm dứt hợp đồng, chưa thanh lý. Gồm nhiệm vụ cấp tỉnh (NV-04), cấp quốc gia (NV-07) và thuộc các chương "
            "trình (NV-05, NV-08); chú thích nào bỏ sót một nhóm thì cộng lại không đủ số này."
        ),
        "F008",
    ),
    _tasks(
        "NV-03",
        _("Số nhiệm vụ KH&CN thực hiện từ năm báo cáo"),
        _started,
        _("Đếm nhiệm vụ có năm bắt đầu là năm báo cáo, kể cả nhiệm vụ bổ sung chưa ký hợp đồng."),
        "F009",
        also_called=("nhiệm vụ mới", "nhiệm vụ mở mới"),
    ),
)

CARRIED_OVER = (
    _tasks(
        "NV-04",
        _("Số nhiệm vụ chuyển tiếp cấp tỉnh"),
        lambda period: _carried_over(period).filter(level=TaskLevel.PROVINCE),
        _("Đếm nhiệm vụ chuyển tiếp (NV-02) có cấp quản lý là cấp tỉnh."),
        "F010",
        "F011",
    ),
    _tasks(
        "NV-05",
        _("Số nhiệm vụ chuyển tiếp thuộc Chương trình nông thôn miền núi"),
        lambda period: _carried_over(period).filter(programme__code="rural_mountain"),
        _(
            "Đếm nhiệm vụ chuyển tiếp (NV-02) thuộc Chương trình nông thôn miền núi, kể cả dự án phối hợp quản lý với "
            "Trung ương (NV-06) và dự án ủy quyền địa phương quản lý."
        ),
        "F012",
        "F026",
    ),
    _tasks(
        "NV-06",
        _("Số nhiệm vụ chuyển tiếp do Trung ương quản lý, địa phương phối hợp quản lý"),
        lambda period: _carried_over(period).filter(managing_side=ManagingSide.CO_MANAGED),
        _(
            "Đếm nhiệm vụ chuyển tiếp (NV-02) do Trung ương quản lý, địa phương phối hợp quản lý. “Phối hợp quản lý” và "
            "“Trung ương quản lý, phối hợp theo dõi” trong báo cáo là cùng một nhóm. Kể cả dự án chấm dứt hợp đồng trong kỳ."
        ),
        "F013",
        "F031",
        "F033",
        line=_title,
    ),
    _tasks(
        "NV-07",
        _("Số nhiệm vụ chuyển tiếp cấp quốc gia ngoài chương trình"),
        lambda period: _carried_over(period).filter(level=TaskLevel.NATIONAL, programme__isnull=True),
        _("Đếm nhiệm vụ chuyển tiếp (NV-02) cấp quốc gia không thuộc chương trình nào."),
        "F014",
        "F025",
    ),
    _tasks(
        "NV-08",
        _("Số nhiệm vụ chuyển tiếp thuộc Chương trình phát triển tài sản trí tuệ"),
        lambda period: _carried_over(period).filter(programme__code="ip_assets"),
        _("Đếm nhiệm vụ chuyển tiếp (NV-02) thuộc Chương trình phát triển tài sản trí tuệ."),
        "F027",
        "F070",
    ),
)

STARTED = (
    _tasks(
        "NV-09",
        _("Số nhiệm vụ cấp tỉnh thực hiện từ năm báo cáo"),
        lambda period: _started(period).filter(level=TaskLevel.PROVINCE),
        _("Đếm nhiệm vụ thực hiện từ năm báo cáo (NV-03) có cấp quản lý là cấp tỉnh."),
        "F036",
    ),
    _tasks(
        "NV-10",
        _("Số nhiệm vụ thực hiện từ năm báo cáo đã phê duyệt thuyết minh và ký hợp đồng"),
        lambda period: (
            _started(period)
            .with_milestone(MilestoneKind.OUTLINE_APPROVED, until=period.end)
            .with_milestone(MilestoneKind.CONTRACT_SIGNED, until=period.end)
        ),
        _(
            "Đếm nhiệm vụ thực hiện từ năm báo cáo (NV-03) có cả hai mốc phê duyệt thuyết minh, dự toán và ký hợp đồng tính "
            "đến ngày cuối kỳ."
        ),
        "F037",
    ),
    _tasks(
        "NV-11",
        _("Số nhiệm vụ bổ sung trong năm báo cáo"),
        lambda period: _started(period).filter(is_supplementary=True),
        _("Đếm nhiệm vụ thực hiện từ năm báo cáo (NV-03) được bổ sung ngoài danh mục đầu năm."),
        "F038",
    ),
    _tasks(
        "NV-12",
        _("Số nhiệm vụ bổ sung giao trực tiếp"),
        lambda period: _started(period).filter(is_supplementary=True, mode=TaskMode.DIRECT),
        _("Đếm nhiệm vụ bổ sung (NV-11) theo phương thức giao trực tiếp."),
        "F039",
    ),
    _tasks(
        "NV-13",
        _("Số nhiệm vụ bổ sung tuyển chọn"),
        lambda period: _started(period).filter(is_supplementary=True, mode=TaskMode.SELECTION),
        _("Đếm nhiệm vụ bổ sung (NV-11) theo phương thức tuyển chọn."),
        "F040",
    ),
)

NEXT_YEAR = (
    _tasks(
        "NV-14",
        _("Số nhiệm vụ năm sau được Hội đồng xác định trong kỳ"),
        lambda period: _of_next_year(period).first_determined_in(period),
        _(
            "Đếm nhiệm vụ thực hiện từ năm sau có mốc xác định nhiệm vụ đầu tiên trong kỳ, theo cả hai phương thức tuyển "
            "chọn và giao trực tiếp. Khác NV-15, chỉ gồm nhiệm vụ còn phải tuyển chọn."
        ),
        "F046",
        basis=Basis.FLOW,
        date_path="",
    ),
    _tasks(
        "NV-15",
        _("Số nhiệm vụ năm sau chờ tuyển chọn"),
        lambda period: (
            _of_next_year(period)
            .filter(mode=TaskMode.SELECTION)
            .with_milestone(MilestoneKind.DETERMINED, until=period.end)
            .without_milestone(MilestoneKind.AWARDED, until=period.end)
        ),
        _(
            "Đếm nhiệm vụ thực hiện từ năm sau theo phương thức tuyển chọn, đã được xác định mà chưa có kết quả tuyển chọn "
            "tính đến ngày cuối kỳ. Không đếm nhiệm vụ giao trực tiếp, nên có thể nhỏ hơn NV-14."
        ),
        "F197",
        date_path="",
    ),
)

ENDING = (
    _tasks(
        "NT-06",
        _("Số nhiệm vụ cấp tỉnh đến hạn nghiệm thu trong thời gian còn lại của năm"),
        lambda period: _rest_of_year(period).filter(level=TaskLevel.PROVINCE),
        _(
            "Đếm nhiệm vụ cấp tỉnh đang thực hiện hoặc đã nộp hồ sơ nghiệm thu vào ngày cuối kỳ, có ngày kết thúc thực "
            "hiện (tính cả gia hạn đã quyết định) từ sau kỳ đến hết ngày 31/12. Không đếm nhiệm vụ đã nghiệm thu "
            "(kể cả không đạt), trừ khi đã nộp lại hồ sơ."
        ),
        "F194",
    ),
    replace(
        _tasks(
            "NT-07",
            _("Số nhiệm vụ đã hết thời gian thực hiện, quá hạn nộp hồ sơ nghiệm thu"),
            lambda period: ScienceTask.objects.late_with_dossier(on=period.last_day),
            _(
                "Đếm nhiệm vụ Sở quản lý có ngày kết thúc thực hiện (tính cả gia hạn đã quyết định) và hạn nộp hồ sơ nghiệm thu "
                "(theo hợp đồng, gia hạn hoặc tham số quy định) đã qua vào ngày cuối kỳ mà đến ngày đó chưa nộp hồ sơ. Không đếm "
                "nhiệm vụ còn trong hạn nộp hồ sơ, đã nộp hồ sơ, đã nghiệm thu hoặc đang tạm dừng."
            ),
        ),
        untrue_words=("đảm bảo tiến độ", "bảo đảm tiến độ", "đúng tiến độ"),
        terms=("science.dossier", "science.execution"),
    ),
    _tasks(
        "TL-01",
        _("Số nhiệm vụ đã nghiệm thu, hợp đồng chưa thanh lý"),
        lambda period: ScienceTask.objects.unliquidated(on=period.last_day),
        _(
            "Đếm nhiệm vụ Sở quản lý ở trạng thái đã nghiệm thu hoặc nghiệm thu không đạt vào ngày cuối kỳ, chưa có mốc thanh lý "
            "hợp đồng đến ngày đó. Không đếm nhiệm vụ đã chấm dứt hợp đồng hoặc đã nộp hồ sơ để nghiệm thu lại."
        ),
    ),
    _tasks(
        "DC-09",
        _("Số nhiệm vụ chuyển tiếp đến hạn trong năm đã được gia hạn thời gian thực hiện"),
        lambda period: _carried_over(period).extended_before_year_end(AmendmentKind.EXTEND_DURATION, period),
        _(
            "Đếm nhiệm vụ chuyển tiếp (NV-02) có ngày kết thúc theo hợp đồng không muộn hơn 31/12 năm báo cáo và đã được "
            "gia hạn thời gian thực hiện tính đến ngày cuối kỳ, dù quyết định gia hạn ban hành trong kỳ hay trước kỳ. Khác "
            "DC-02, chỉ đếm lượt gia hạn quyết định trong kỳ."
        ),
        "F191",
    ),
    _tasks(
        "DC-10",
        _("Số nhiệm vụ chuyển tiếp đến hạn trong năm đã được gia hạn thời gian nộp hồ sơ nghiệm thu"),
        lambda period: _carried_over(period).extended_before_year_end(
            AmendmentKind.EXTEND_SUBMISSION, period
        ),
        _(
            "Đếm nhiệm vụ chuyển tiếp (NV-02) có hạn nộp hồ sơ nghiệm thu ban đầu (không ghi riêng thì lấy ngày kết thúc "
            "theo hợp đồng) không muộn hơn 31/12 năm báo cáo và đã được gia hạn thời gian nộp hồ sơ tính đến ngày cuối kỳ, "
            "dù quyết định ban hành trong kỳ hay trước kỳ."
        ),
        "F192",
    ),
)

OVERDUE = tuple(
    replace(
        _tasks(
            code,
            label,
            # bound now: a name of the loop would be the last kind by the time the figure is asked for
            partial(_past_term, kind),
            _(
                "Đếm nhiệm vụ Sở quản lý có thời hạn này, tính theo tham số quy định và lịch làm việc (kể cả tạm dừng, gia hạn "
                "đã ghi), đã qua vào ngày cuối kỳ mà đến ngày đó chưa làm xong."
            ),
            date_path="",
        ),
        terms=(kind,),
    )
    for code, kind, label in (
        ("TH-01", "science.registration", _("Số nhiệm vụ quá hạn đăng ký kết quả")),
        ("TH-02", "science.settlement", _("Số nhiệm vụ quá hạn quyết toán kinh phí")),
        ("TH-03", "science.liquidation", _("Số nhiệm vụ quá hạn thanh lý hợp đồng")),
    )
)

ASSETS = (
    _tasks(
        "KP-04",
        _("Số nhiệm vụ chưa thanh lý hợp đồng vì tài sản chưa xử lý xong"),
        lambda period: ScienceTask.objects.unliquidated_for_assets(on=period.last_day),
        _(
            "Đếm nhiệm vụ Sở quản lý đã nghiệm thu, chưa thanh lý hợp đồng vào ngày cuối kỳ (TL-01), có tài sản mà đến ngày đó chưa xử "
            "lý xong."
        ),
    ),
)

TASKS = (*MANAGED, *CARRIED_OVER, *STARTED, *NEXT_YEAR, *ENDING, *OVERDUE, *ASSETS)
