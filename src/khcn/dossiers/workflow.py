"""The states of a dossier and the steps between them (NĐ 61/2018/NĐ-CP, TT 01/2018/TT-VPCP; from 2025 NĐ 118/2025/NĐ-CP, TT 03/2025/TT-VPCP).

The state follows from the dated facts on record: the dossier's own days, its hand-overs and its requests for a supplement. An
import of the provincial one-stop system brings the same facts as the buttons.
"""

from functools import partial

from django.utils.translation import gettext_lazy as _

from khcn.dossiers.rules import office, settlers
from khcn.kernel.workflow import Category, State, Transition, Workflow

RECEIVED, PROCESSING, WAITING = "received", "processing", "waiting"
RESOLVED, DELIVERED, REFUSED, WITHDRAWN, STOPPED = (
    *("resolved", "delivered", "refused"),
    *("withdrawn", "stopped"),
)
_AT_WORK = (RECEIVED, PROCESSING)
_OPEN = (*_AT_WORK, WAITING)
_Step = partial(Transition, who=settlers)

DOSSIER_FLOW = Workflow(
    "dossier",
    _("Hồ sơ thủ tục hành chính"),
    replayed=True,
    states=(
        State(
            RECEIVED,
            _("đã tiếp nhận"),
            Category.OPEN,
            initial=True,
            public=_("đã tiếp nhận, đang giải quyết"),
        ),
        State(PROCESSING, _("đang giải quyết"), Category.OPEN, public=_("đang giải quyết")),
        State(
            WAITING, _("chờ bổ sung"), Category.SUSPENDED, public=_("chờ người nộp bổ sung, hoàn thiện hồ sơ")
        ),
        State(RESOLVED, _("đã có kết quả"), Category.DONE, public=_("đã có kết quả, mời đến nhận")),
        State(DELIVERED, _("đã trả kết quả"), Category.DONE, final=True, public=_("đã trả kết quả")),
        State(REFUSED, _("từ chối, trả lại"), Category.ENDED_EARLY, final=True, public=_("đã trả lại hồ sơ")),
        State(
            WITHDRAWN,
            _("người nộp rút"),
            Category.ENDED_EARLY,
            final=True,
            public=_("người nộp đã rút hồ sơ"),
        ),
        State(
            STOPPED, _("dừng giải quyết"), Category.ENDED_EARLY, final=True, public=_("đã dừng giải quyết")
        ),
    ),
    transitions=(
        _Step("hand_over", _("Chuyển xử lý"), _AT_WORK, PROCESSING),
        _Step("ask_supplement", _("Yêu cầu bổ sung"), _AT_WORK, WAITING),
        _Step("receive_supplement", _("Đã nhận bổ sung"), (WAITING,), PROCESSING),
        _Step("apologise", _("Xin lỗi, hẹn lại"), _AT_WORK, PROCESSING),
        _Step("resolve", _("Ghi kết quả"), _AT_WORK, RESOLVED),
        _Step("refuse", _("Từ chối, trả lại"), _OPEN, REFUSED),
        _Step("withdraw", _("Người nộp rút"), _OPEN, WITHDRAWN),
        _Step("stop", _("Dừng giải quyết"), _OPEN, STOPPED),
        Transition("deliver", _("Trả kết quả"), (RESOLVED,), DELIVERED, who=office),
    ),
)
