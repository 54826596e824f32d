"""Rules of amendments and of the requests they came of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value, Window
from django.db.models.functions import Coalesce, Lag
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.workflow.query_expressions import records_beside_their_steps
from khcn.science.models import AmendmentRequest, TaskAmendment, TaskMilestone
from khcn.science.models.amended import AMENDED
from khcn.science.operations.amendable import AMENDABLE, EXTENSIONS
from khcn.science.operations.deciding_documents import rules_by_kind
from khcn.science.workflow import AMENDMENT_REQUEST_FLOW, APPROVED, TASK_FLOW

if TYPE_CHECKING:
    from django.db.models import QuerySet

TAKE_BACK: Final = _(
    "Mở lần điều chỉnh, đối chiếu với quyết định; nếu ghi nhầm thì bấm “Bỏ điều chỉnh ghi nhầm” rồi ghi lại cho đúng."
)
_ASK_MAINTAINER: Final = _(
    "Đây là dữ liệu bị ghi ngoài chương trình: mở nhật ký của bản ghi và báo người bảo trì phần mềm."
)


@integrity_rule(
    "science.amendment_effect",
    _("Điều chỉnh có hiệu lực trước ngày quyết định"),
    explanation=_("Quyết định điều chỉnh có hiệu lực từ ngày ký hoặc sau đó."),
    remedy=TAKE_BACK,
)
def amendment_effect(_now: Moment) -> QuerySet[TaskAmendment]:
    return TaskAmendment.objects.filter(effective_on__lt=F("decided_on"))


@integrity_rule(
    "science.amendment_future",
    _("Điều chỉnh ghi ngày quyết định chưa đến"),
    explanation=_("Chỉ ghi quyết định đã ban hành; ngày có hiệu lực mới có thể ở phía sau."),
    remedy=TAKE_BACK,
)
def amendment_future(now: Moment) -> QuerySet[TaskAmendment]:
    return TaskAmendment.objects.filter(decided_on__gt=now.on)


@integrity_rule(
    "science.amendment_without_decision",
    _("Điều chỉnh không có văn bản quyết định, hoặc văn bản không ghi ngày"),
    explanation=_(
        "Theo quy định có hiệu lực ngày quyết định, điều chỉnh loại này phải có văn bản (số, ngày). Việc chuyển từ hồ sơ giấy có thể "
        "thiếu, và cần bổ sung khi tìm thấy văn bản."
    ),
    remedy=_(
        "Mở lần điều chỉnh, bấm “Sửa” và chọn văn bản điều chỉnh; văn bản thiếu ngày thì mở văn bản và ghi ngày."
    ),
    level=IntegrityLevel.WARNING,
)
def amendment_without_decision(_now: Moment) -> QuerySet[TaskAmendment]:
    needing = Q(kind__in=EXTENSIONS)
    for kind, versions in rules_by_kind().items():
        for rule in (each for each in versions if each.value > 0):
            begun = Q(kind=kind, decided_on__gte=rule.valid_from)
            needing |= begun & Q(decided_on__lt=rule.valid_to) if rule.valid_to else begun
    return TaskAmendment.objects.filter(needing, Q(decision=None) | Q(decision__issued_on=None))


@integrity_rule(
    "science.extension_without_end",
    _("Gia hạn không ghi thời hạn mới"),
    explanation=_("Gia hạn mà không có thời hạn mới thì hạn của nhiệm vụ vẫn là hạn cũ."),
    remedy=TAKE_BACK,
)
def extension_without_end(_now: Moment) -> QuerySet[TaskAmendment]:
    return TaskAmendment.objects.filter(kind__in=EXTENSIONS, new_end_on__isnull=True)


@integrity_rule(
    "science.extension_backwards",
    _("Gia hạn mà thời hạn mới không muộn hơn thời hạn trước"),
    explanation=_("Gia hạn chỉ kéo dài thời hạn; thời hạn bị rút ngắn làm nhiệm vụ thành quá hạn oan."),
    remedy=TAKE_BACK,
)
def extension_backwards(_now: Moment) -> QuerySet[TaskAmendment]:
    return TaskAmendment.objects.filter(kind__in=EXTENSIONS, new_end_on__lte=F("old_end_on"))


@integrity_rule(
    "science.amendment_without_change",
    _("Thay đổi mà trước và sau là một"),
    explanation=_(
        "Chủ nhiệm, tổ chức hoặc kinh phí trước và sau điều chỉnh là một mà không ghi nội dung nào khác, nên lần điều chỉnh "
        "không thay đổi gì mà vẫn được đếm."
    ),
    remedy=TAKE_BACK,
)
def amendment_without_change(_now: Moment) -> QuerySet[TaskAmendment]:
    same_state = Q(new_budget_state=F("old_budget_state")) | Q(new_budget_state__isnull=True)
    same_budget = Q(new_budget_total=F("old_budget_total"), new_text="") & same_state
    return TaskAmendment.objects.filter(
        Q(new_person=F("old_person")) | Q(new_organisation=F("old_organisation")) | same_budget
    )


@integrity_rule(
    "science.amendment_state_budget",
    _("Điều chỉnh kinh phí mà ngân sách nhà nước lớn hơn tổng kinh phí"),
    explanation=_("Ngân sách nhà nước là một phần của tổng kinh phí, trước cũng như sau điều chỉnh."),
    remedy=TAKE_BACK,
)
def amendment_state_budget(_now: Moment) -> QuerySet[TaskAmendment]:
    return TaskAmendment.objects.filter(
        Q(new_budget_state__gt=F("new_budget_total")) | Q(old_budget_state__gt=F("old_budget_total"))
    )


@integrity_rule(
    "science.amendment_chain",
    _("Điều chỉnh không nối tiếp lần điều chỉnh trước"),
    explanation=_("“Trước điều chỉnh” của mỗi lần phải là “sau điều chỉnh” của lần liền trước cùng loại."),
    remedy=TAKE_BACK,
)
def amendment_chain(_now: Moment) -> QuerySet[TaskAmendment]:
    rows = TaskAmendment.objects.order_by()
    found = Q()
    pairs = {(each.before, each.after) for columns in AMENDED.values() for each in columns}
    for number, (before, after) in enumerate(sorted(pairs)):
        last = Window(Lag(after), partition_by=("task_id", "kind"), order_by=("decided_on", "pk"))
        rows = rows.annotate(**{f"_last{number}": last})
        differs = ~Q(**{before: F(f"_last{number}")}) | Q(**{f"{before}__isnull": True})
        kinds = [
            kind for kind, columns in AMENDED.items() if (before, after) in {each[1:3] for each in columns}
        ]
        found |= Q(differs, kind__in=kinds, **{f"_last{number}__isnull": False, f"{after}__isnull": False})
    # The one before may be history from paper, which itself need not follow; so that is left out above the windows.
    return TaskAmendment.objects.filter(pk__in=rows.filter(found).values("pk"), taken_over=False)


@integrity_rule(
    "science.amendment_order",
    _("Điều chỉnh quyết định sau mà có hiệu lực trước lần trước đó"),
    explanation=_(
        "Các lần điều chỉnh cùng loại theo thứ tự ngày quyết định và ngày có hiệu lực; lần sau thay lần trước."
    ),
    remedy=TAKE_BACK,
)
def amendment_order(_now: Moment) -> QuerySet[TaskAmendment]:
    started: QuerySet[Any] = TaskAmendment.objects.with_start()
    earlier = started.filter(
        task=OuterRef("task"),
        kind=OuterRef("kind"),
        decided_on__lt=OuterRef("decided_on"),
        in_force_from__gt=Coalesce(OuterRef("effective_on"), OuterRef("decided_on")),
    )
    return TaskAmendment.objects.filter(Exists(earlier))


@integrity_rule(
    "science.amendment_state",
    _("Điều chỉnh nhiệm vụ ở trạng thái không điều chỉnh được"),
    explanation=_(
        "Chỉ điều chỉnh từ khi xác định nhiệm vụ đến trước khi nghiệm thu, dừng; gia hạn chỉ khi đã ký hợp đồng."
    ),
    remedy=_(
        "Mở nhiệm vụ, đối chiếu ngày của mốc và ngày quyết định điều chỉnh; đính chính mốc, hoặc bỏ lần điều chỉnh ghi nhầm."
    ),
)
def amendment_state(_now: Moment) -> QuerySet[TaskAmendment]:
    rows = TaskMilestone.objects.filter(task=OuterRef("task"), on__lte=OuterRef("decided_on"))
    moves: QuerySet[Any] = rows.moving_state()
    state = Coalesce(Subquery(moves.reverse().values("moves_to")[:1]), Value(TASK_FLOW.initial.value))
    possible = Q()
    for kind, categories in AMENDABLE.items():
        states = set(TASK_FLOW.values(*categories)) - {TASK_FLOW.initial.value}
        possible |= Q(kind=kind, _then__in=states)
    return TaskAmendment.objects.annotate(_then=state).filter(~possible, taken_over=False)


@integrity_rule(
    "science.request_undecided",
    _("Đề nghị ghi đã quyết định mà không có điều chỉnh, hoặc ngược lại"),
    explanation=_(
        "Đề nghị được chấp thuận thì có đúng một lần điều chỉnh theo nó; đề nghị chưa quyết định thì không có."
    ),
    remedy=_ASK_MAINTAINER,
)
def request_undecided(_now: Moment) -> QuerySet[AmendmentRequest]:
    return AmendmentRequest.objects.filter(
        Q(state=APPROVED, amendment__isnull=True) | (~Q(state=APPROVED) & Q(amendment__isnull=False))
    )


@integrity_rule(
    "science.request_of_other",
    _("Đề nghị gắn với điều chỉnh của nhiệm vụ khác hoặc loại khác"),
    explanation=_(
        "Điều chỉnh được quyết định theo đề nghị phải là của chính nhiệm vụ và loại điều chỉnh đã đề nghị."
    ),
    remedy=_ASK_MAINTAINER,
)
def request_of_other(_now: Moment) -> QuerySet[AmendmentRequest]:
    return AmendmentRequest.objects.filter(
        Q(amendment__isnull=False) & (~Q(amendment__task=F("task")) | ~Q(amendment__kind=F("kind")))
    )


@integrity_rule(
    "science.request_after_decision",
    _("Đề nghị nhận sau ngày quyết định"),
    explanation=_("Quyết định trả lời đề nghị nên không thể đứng trước ngày nhận đề nghị."),
    remedy=TAKE_BACK,
)
def request_after_decision(_now: Moment) -> QuerySet[AmendmentRequest]:
    return AmendmentRequest.objects.filter(requested_on__gt=F("amendment__decided_on"))


@integrity_rule(
    "science.request_steps",
    _("Trạng thái của đề nghị khác bước xử lý cuối cùng"),
    explanation=_(
        "Trạng thái đang lưu phải là nơi bước xử lý cuối cùng dẫn đến; khác nhau là có người sửa thẳng cơ sở dữ liệu."
    ),
    remedy=_ASK_MAINTAINER,
)
def request_steps(_now: Moment) -> QuerySet[AmendmentRequest]:
    return records_beside_their_steps(AMENDMENT_REQUEST_FLOW, AmendmentRequest.objects.all())


@integrity_rule(
    "science.request_of_ended_task",
    _("Đề nghị điều chỉnh còn chờ mà nhiệm vụ đã nghiệm thu, dừng hoặc thanh lý"),
    explanation=_("Đề nghị không còn quyết định được nữa mà vẫn nằm trong danh sách chờ và tính quá hạn."),
    remedy=_("Mở đề nghị và bấm “Không chấp thuận đề nghị” hoặc “Rút đề nghị”, ghi lý do."),
    level=IntegrityLevel.WARNING,
)
def request_of_ended_task(now: Moment) -> QuerySet[AmendmentRequest]:
    past = TaskMilestone.objects.filter(task=OuterRef("task"), on__lte=now.on)
    moves: QuerySet[Any] = past.moving_state().reverse()
    running: set[Any] = {value for states in AMENDABLE.values() for value in TASK_FLOW.values(*states)}
    ended = [state.value for state in TASK_FLOW.states if state.value not in running]
    rows: QuerySet[Any] = AmendmentRequest.objects.filter(state=AMENDMENT_REQUEST_FLOW.initial.value)
    return rows.alias(_now=Subquery(moves.values("moves_to")[:1])).filter(_now__in=ended)
