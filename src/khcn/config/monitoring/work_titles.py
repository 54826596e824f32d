"""What people call the work that the program does by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WORK_TITLES: Final[dict[str, StrOrPromise]] = {
    "khcn.kernel.actions.jobs.forget_runs": _("Xóa dấu của các lần gửi biểu mẫu đã cũ"),
    "khcn.kernel.audit.jobs.daily_anchor_job": _("Chốt nhật ký ra ngoài cơ sở dữ liệu"),
    "khcn.kernel.audit.jobs.seal_rows": _("Niêm phong nhật ký"),
    "khcn.kernel.audit.jobs.verify_log_job": _("Kiểm tra nhật ký"),
    "khcn.kernel.backup.jobs.nightly_backup": _("Sao lưu và phục hồi thử"),
    "khcn.kernel.deadlines.jobs.deadline_drift_job": _("Đối chiếu thời hạn"),
    "khcn.kernel.integrity.jobs.check_data_job": _("Kiểm tra dữ liệu"),
    "khcn.kernel.jobs.daily.run_daily": _("Xem giờ của việc hằng ngày"),
    "khcn.kernel.jobs.heartbeat.record_heartbeat": _("Báo công việc nền đang chạy"),
    "khcn.kernel.jobs.queue.forget_queue_results": _("Xóa kết quả cũ của việc xếp hàng"),
    "khcn.kernel.jobs.queue.return_lost_to_queue": _("Xếp hàng lại việc bị ngắt"),
    "khcn.kernel.jobs.queue.run_queue": _("Làm việc xếp hàng"),
    "khcn.kernel.papers.jobs.finish_papers": _("In giấy tờ còn dở"),
    "khcn.kernel.search.jobs.search_entries_job": _("Đối chiếu bảng tra cứu"),
    "khcn.kernel.audit.jobs.forward_entries": _("Chép nhật ký thay đổi sang nhật ký dịch vụ"),
    "khcn.privacy.jobs.erase_due_job": _("Xóa dữ liệu cá nhân hết thời hạn lưu giữ"),
    "khcn.reports.jobs.print_approved": _("In báo cáo đã duyệt còn dở"),
    "khcn.reports.jobs.sign_approved": _("Ký số báo cáo đã duyệt"),
    "khcn.science.jobs.take_effect_today": _("Cho hiệu lực thay đổi chủ nhiệm, tổ chức chủ trì"),
    "khcn.trace.jobs.answer_job": _("Trả lời đăng ký theo lịch"),
    "khcn.trace.jobs.deliver": _("Gửi sự kiện cho bên đăng ký"),
    "khcn.trace.jobs.dispatch_job": _("Tìm sự kiện cho bên đăng ký"),
    "khcn.trace.jobs.make_partitions_job": _("Chuẩn bị bảng sự kiện của các tháng tới"),
    "khcn.trace.jobs.old_deliveries_job": _("Xóa lượt gửi sự kiện đã cũ"),
    "khcn.trace.jobs.run_captures": _("Ghi tài liệu sự kiện lớn"),
    "khcn.web.jobs.log_failed_sign_ins": _("Ghi số lần đăng nhập sai vào nhật ký"),
    "khcn.web.jobs.remove_old_sign_ins": _("Xóa phiên đăng nhập đã hết"),
    "khcn.web.jobs.send_address_change_mail": _("Thư báo địa chỉ thư của tài khoản đã đổi"),
    "khcn.web.jobs.send_morning_mail": _("Thư nhắc việc buổi sáng"),
    "khcn.web.jobs.send_password_issue_mail": _("Thư báo cấp lại mật khẩu"),
}


def title_of_work(path: str) -> str:
    """What the work at a path is called; the path itself where it has no name."""
    return str(WORK_TITLES.get(path, path))
