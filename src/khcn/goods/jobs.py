"""Mail about requests to take part in traceability."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khcn.goods.models import ParticipationRequest
from khcn.kernel.jobs.recurring import name_work

name_work("khcn.goods.jobs.send_participation_mail", gettext_lazy("Thư trả lời đăng ký tham gia truy xuất"))


def send_participation_mail(request: int) -> None:
    """Tell who asked what was decided, where an address is known."""
    asked = ParticipationRequest.objects.get(pk=request)
    if not asked.email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        words = {"code": asked.code, "name": asked.name, "reason": asked.refusal_reason}
        if asked.party is None:
            text = _("Sở chưa nhận đăng ký %(code)s của %(name)s. Lý do: %(reason)s")
        else:
            text = _(
                "Sở đã xác nhận %(name)s tham gia truy xuất nguồn gốc (đăng ký %(code)s). Người quản trị sẽ cấp tài khoản và báo cho "
                "người liên hệ."
            )
        subject = _("Trả lời đăng ký tham gia truy xuất %(code)s") % words
        send_mail(subject, f"{text % words}\n\n{settings.PUBLIC_URL}\n", None, [asked.email])
