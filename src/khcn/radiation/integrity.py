"""What must be so of the registers of radiation safety, and what no constraint refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, F, Min, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.radiation.enums import ApplicationKind, NotificationKind
from khcn.radiation.models import (
    RadiationApplicationItem,
    RadiationDevice,
    RadiationLicence,
    RadiationLicenceApplication,
    RadiationLicenceItem,
    RadiationNotification,
    RadiationStaffCertificate,
    RadiationWorker,
)
from khcn.radiation.models.facilities import ABOUT_ONE
from khcn.radiation.workflow import GRANTED, RETURNED
from khcn.reference.models import CodeList

if TYPE_CHECKING:
    from django.db.models import QuerySet

CORRECT_APPLICATION: Final = _("Mở hồ sơ cấp giấy phép, xem nhật ký và báo người bảo trì phần mềm.")
CORRECT_LICENCE: Final = _("Mở giấy phép, đối chiếu với bản giấy và sửa cột sai.")
CHOOSE_ONE: Final = _("Mở dòng này và chọn thiết bị hoặc nguồn phóng xạ, một trong hai.")
CORRECT_NOTIFICATION: Final = _("Mở khai báo, đối chiếu với phiếu khai báo và sửa cột sai.")


@integrity_rule(
    "radiation.granted_without_licence",
    _("Hồ sơ đã cấp mà không có giấy phép, hoặc có giấy phép mà chưa ghi đã cấp"),
    explanation=_("Hồ sơ được cấp thì có đúng một giấy phép; thiếu một trong hai thì báo cáo đếm sai."),
    remedy=CORRECT_APPLICATION,
)
def granted_without_licence(_now: Moment) -> QuerySet[RadiationLicenceApplication]:
    return RadiationLicenceApplication.objects.filter(
        Q(state=GRANTED, granted__isnull=True) | (~Q(state=GRANTED) & Q(granted__isnull=False))
    )


@integrity_rule(
    "radiation.decided_without_day",
    _("Hồ sơ đã cấp, trả lại mà không ghi ngày, hoặc ghi ngày mà chưa giải quyết"),
    explanation=_("Số hồ sơ trả lại được đếm theo ngày; thiếu ngày thì hồ sơ biến mất khỏi báo cáo."),
    remedy=CORRECT_APPLICATION,
)
def decided_without_day(_now: Moment) -> QuerySet[RadiationLicenceApplication]:
    decided = Q(state__in=(GRANTED, RETURNED))
    return RadiationLicenceApplication.objects.filter(
        (decided & Q(decided_on__isnull=True)) | (~decided & Q(decided_on__isnull=False))
    )


@integrity_rule(
    "radiation.decided_before_received",
    _("Hồ sơ được giải quyết trước ngày nhận"),
    explanation=_("Hồ sơ nhận rồi mới giải quyết; một trong hai ngày sai và thời hạn trả lời tính sai."),
    remedy=CORRECT_APPLICATION,
)
def decided_before_received(_now: Moment) -> QuerySet[RadiationLicenceApplication]:
    return RadiationLicenceApplication.objects.filter(decided_on__lt=F("received_on"))


@integrity_rule(
    "radiation.returned_without_reason",
    _("Hồ sơ trả lại không ghi lý do"),
    explanation=_("Cơ sở phải biết vì sao hồ sơ bị trả lại; thông báo in lý do này."),
    remedy=CORRECT_APPLICATION,
)
def returned_without_reason(_now: Moment) -> QuerySet[RadiationLicenceApplication]:
    return RadiationLicenceApplication.objects.filter(state=RETURNED, return_reason="")


@integrity_rule(
    "radiation.application_of_licence",
    _("Loại đề nghị và giấy phép đang có không đi cùng nhau"),
    explanation=_(
        "Cấp mới không có giấy phép cũ; gia hạn, sửa đổi, cấp lại phải chọn giấy phép của chính cơ sở, nếu không thì không biết "
        "giấy phép nào được thay."
    ),
    remedy=_("Mở hồ sơ cấp giấy phép và chọn lại loại đề nghị hoặc giấy phép đang có."),
)
def application_of_licence(_now: Moment) -> QuerySet[RadiationLicenceApplication]:
    return RadiationLicenceApplication.objects.filter(
        Q(kind=ApplicationKind.NEW, licence__isnull=False)
        | (~Q(kind=ApplicationKind.NEW) & Q(licence__isnull=True))
        | (Q(licence__isnull=False) & ~Q(licence__facility=F("facility")))
    )


@integrity_rule(
    "radiation.licence_of_application",
    _("Giấy phép được cấp khác hồ sơ: cơ sở, công việc hoặc hình thức cấp"),
    explanation=_("Giấy phép cấp đúng điều hồ sơ đề nghị; khác nhau thì số giấy phép mới, gia hạn đếm sai."),
    remedy=CORRECT_LICENCE,
)
def licence_of_application(_now: Moment) -> QuerySet[RadiationLicenceApplication]:
    same = Q(granted__facility=F("facility"), granted__practice=F("practice"), granted__kind=F("kind"))
    return RadiationLicenceApplication.objects.filter(granted__isnull=False).exclude(same)


@integrity_rule(
    "radiation.replaced_licence",
    _("Ngày được thay của giấy phép khác ngày cấp giấy phép thay nó"),
    explanation=_("Giấy phép đã được thay không còn hiệu lực và không nhắc gia hạn; ngày sai làm nhắc sai."),
    remedy=_("Mở giấy phép thay thế, bấm Sửa rồi Lưu; nếu còn sai thì báo người bảo trì phần mềm."),
)
def replaced_licence(_now: Moment) -> QuerySet[RadiationLicence]:
    rows = RadiationLicence.objects.annotate(_first=Min("replaced_by__issued_on"))
    return rows.filter(
        Q(_first__isnull=True, replaced_on__isnull=False)
        | Q(_first__isnull=False, replaced_on__isnull=True)
        | ~Q(replaced_on=F("_first")) & Q(_first__isnull=False, replaced_on__isnull=False)
    )


@integrity_rule(
    "radiation.replaces_other",
    _("Giấy phép thay một giấy phép của cơ sở khác hoặc cấp sau"),
    explanation=_("Giấy phép chỉ thay giấy phép cũ của chính cơ sở đó."),
    remedy=CORRECT_LICENCE,
)
def replaces_other(_now: Moment) -> QuerySet[RadiationLicence]:
    return RadiationLicence.objects.filter(supersedes__isnull=False).filter(
        ~Q(supersedes__facility=F("facility")) | Q(supersedes__issued_on__gt=F("issued_on"))
    )


@integrity_rule(
    "radiation.ended_before_issued",
    _("Giấy phép chấm dứt trước ngày cấp"),
    explanation=_("Giấy phép cấp rồi mới chấm dứt; một trong hai ngày sai."),
    remedy=CORRECT_LICENCE,
)
def ended_before_issued(_now: Moment) -> QuerySet[RadiationLicence]:
    return RadiationLicence.objects.filter(ended_on__lt=F("issued_on"))


@integrity_rule(
    "radiation.licence_list",
    _("Công việc bức xạ của giấy phép, hồ sơ chọn từ danh mục khác"),
    explanation=_("Công việc bức xạ là một mục của danh mục “Công việc bức xạ”."),
    remedy=CORRECT_LICENCE,
)
def licence_list(_now: Moment) -> QuerySet[RadiationLicence]:
    return RadiationLicence.objects.exclude(practice__code_list=CodeList.RADIATION_PRACTICE)


@integrity_rule(
    "radiation.device_list",
    _("Loại thiết bị bức xạ chọn từ danh mục khác"),
    explanation=_("Loại thiết bị là một mục của danh mục “Loại thiết bị bức xạ”."),
    remedy=_("Mở thiết bị bức xạ và chọn lại loại thiết bị."),
)
def device_list(_now: Moment) -> QuerySet[RadiationDevice]:
    return RadiationDevice.objects.exclude(kind__code_list=CodeList.RADIATION_DEVICE)


@integrity_rule(
    "radiation.item_of_other_facility",
    _("Giấy phép ghi thiết bị, nguồn của cơ sở khác"),
    explanation=_(
        "Giấy phép cho phép cơ sở dùng thiết bị, nguồn của chính cơ sở; thiết bị có thể đã chuyển nơi khác."
    ),
    remedy=_("Mở giấy phép, đối chiếu danh sách thiết bị, nguồn với bản giấy."),
    level=IntegrityLevel.WARNING,
)
def item_of_other_facility(_now: Moment) -> QuerySet[RadiationLicenceItem]:
    return RadiationLicenceItem.objects.filter(
        (Q(device__isnull=False) & ~Q(device__facility=F("licence__facility")))
        | (Q(source__isnull=False) & ~Q(source__facility=F("licence__facility")))
    )


@integrity_rule(
    "radiation.asked_of_other_facility",
    _("Hồ sơ xin cấp phép ghi thiết bị, nguồn của cơ sở khác"),
    explanation=_("Cơ sở xin cấp phép cho thiết bị, nguồn của mình."),
    remedy=_("Mở hồ sơ cấp giấy phép và chọn lại thiết bị, nguồn."),
)
def asked_of_other_facility(_now: Moment) -> QuerySet[RadiationApplicationItem]:
    return RadiationApplicationItem.objects.filter(
        (Q(device__isnull=False) & ~Q(device__facility=F("application__facility")))
        | (Q(source__isnull=False) & ~Q(source__facility=F("application__facility")))
    )


@integrity_rule(
    "radiation.notified_twice",
    _("Hai khai báo có cùng thiết bị, nguồn"),
    explanation=_("Một thiết bị, nguồn được khai báo có một lần; khai hai lần thì báo cáo đếm hai."),
    remedy=CORRECT_NOTIFICATION,
)
def notified_twice(_now: Moment) -> QuerySet[RadiationNotification]:
    rows = RadiationNotification.objects.filter(kind=NotificationKind.POSSESSION)
    earlier = rows.filter(pk__lt=OuterRef("pk"))
    same = Exists(earlier.filter(device=OuterRef("device"))) | Exists(
        earlier.filter(source=OuterRef("source"))
    )
    return rows.filter(same)


@integrity_rule(
    "radiation.notified_after_disposal",
    _("Khai báo sau ngày thanh lý của cùng thiết bị, nguồn"),
    explanation=_("Thiết bị, nguồn đã thanh lý thì không còn gì để khai báo."),
    remedy=CORRECT_NOTIFICATION,
)
def notified_after_disposal(_now: Moment) -> QuerySet[RadiationNotification]:
    disposed = RadiationNotification.objects.filter(
        kind=NotificationKind.DISPOSED, happened_on__lt=OuterRef("happened_on")
    )
    same = Exists(disposed.filter(device=OuterRef("device"))) | Exists(
        disposed.filter(source=OuterRef("source"))
    )
    return RadiationNotification.objects.filter(same)


@integrity_rule(
    "radiation.notified_in_future",
    _("Khai báo nhận vào ngày chưa đến"),
    explanation=_("Khai báo đã nhận thì có ngày; ngày chưa đến làm kỳ báo cáo sau đếm sai."),
    remedy=CORRECT_NOTIFICATION,
)
def notified_in_future(now: Moment) -> QuerySet[RadiationNotification]:
    return RadiationNotification.objects.filter(received_on__gt=now.on)


@integrity_rule(
    "radiation.acquired_after_notification",
    _("Thiết bị khai báo trước ngày có thiết bị"),
    explanation=_("Có thiết bị rồi mới khai báo; ngày có thiết bị sai làm thời hạn khai báo tính sai."),
    remedy=_("Mở thiết bị bức xạ và đối chiếu ngày có thiết bị với phiếu khai báo."),
    level=IntegrityLevel.WARNING,
)
def acquired_after_notification(_now: Moment) -> QuerySet[RadiationDevice]:
    notified = RadiationNotification.objects.filter(
        device=OuterRef("pk"), received_on__lt=OuterRef("acquired_on")
    )
    return RadiationDevice.objects.filter(Exists(notified))


@integrity_rule(
    "radiation.certificate_after_leaving",
    _("Chứng chỉ cấp cho người đã thôi làm việc bức xạ"),
    explanation=_("Chứng chỉ cấp cho người đang làm việc ở cơ sở."),
    remedy=_("Mở chứng chỉ, đối chiếu ngày cấp và ngày thôi làm của nhân viên."),
    level=IntegrityLevel.WARNING,
)
def certificate_after_leaving(_now: Moment) -> QuerySet[RadiationStaffCertificate]:
    return RadiationStaffCertificate.objects.filter(issued_on__gt=F("worker__left_on"))


@integrity_rule(
    "radiation.same_person_twice",
    _("Một người ghi hai lần là nhân viên đang làm của cùng cơ sở"),
    explanation=_("Một người ở một cơ sở có một dòng; hai dòng thì thời hạn đo liều nhắc hai lần."),
    remedy=_("Mở hai dòng nhân viên bức xạ, giữ dòng đúng và xóa dòng ghi thừa."),
    level=IntegrityLevel.WARNING,
)
def same_person_twice(_now: Moment) -> QuerySet[RadiationWorker]:
    working = RadiationWorker.objects.filter(left_on__isnull=True)
    earlier = working.filter(person=OuterRef("person"), facility=OuterRef("facility"), pk__lt=OuterRef("pk"))
    return working.filter(Exists(earlier))


@integrity_rule(
    "radiation.notification_about_one",
    _("Khai báo ghi không đúng một thiết bị hoặc nguồn"),
    explanation=_(
        "Mỗi dòng nói về một thiết bị hoặc một nguồn; thiếu hoặc có cả hai thì không biết đếm vào đâu."
    ),
    remedy=CHOOSE_ONE,
)
def notification_about_one(_now: Moment) -> QuerySet[RadiationNotification]:
    return RadiationNotification.objects.exclude(ABOUT_ONE)


@integrity_rule(
    "radiation.licence_item_of_one",
    _("Giấy phép ghi không đúng một thiết bị hoặc nguồn"),
    explanation=_(
        "Mỗi dòng nói về một thiết bị hoặc một nguồn; thiếu hoặc có cả hai thì không biết đếm vào đâu."
    ),
    remedy=CHOOSE_ONE,
)
def licence_item_of_one(_now: Moment) -> QuerySet[RadiationLicenceItem]:
    return RadiationLicenceItem.objects.exclude(ABOUT_ONE)


@integrity_rule(
    "radiation.application_item_of_one",
    _("Hồ sơ ghi không đúng một thiết bị hoặc nguồn"),
    explanation=_(
        "Mỗi dòng nói về một thiết bị hoặc một nguồn; thiếu hoặc có cả hai thì không biết đếm vào đâu."
    ),
    remedy=CHOOSE_ONE,
)
def application_item_of_one(_now: Moment) -> QuerySet[RadiationApplicationItem]:
    return RadiationApplicationItem.objects.exclude(ABOUT_ONE)
