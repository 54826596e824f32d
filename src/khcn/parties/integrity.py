"""What must be so of organisations, persons, units and accounts, and what no constraint refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from khcn.kernel.actors import EVERYTHING
from khcn.kernel.dated.models import SuccessionKind
from khcn.kernel.integrity_rules import IntegrityLevel, Moment, integrity_rule
from khcn.kernel.integrity_rules.dated_rows import beside_an_earlier_one
from khcn.kernel.registers.registry import registers
from khcn.kernel.search.same_names import named_like_an_earlier_one
from khcn.parties.models import (
    AccountToken,
    Delegation,
    Merger,
    Organisation,
    OrgUnit,
    OrgUnitSuccession,
    PasswordIssue,
    Person,
    RoleAssignment,
    RoleRight,
    User,
    roles_of_two_persons,
)
from khcn.parties.models.account_sessions import AccountSession

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

CORRECT_UNIT: Final = _("Mở phòng, đơn vị, đối chiếu với quyết định về tổ chức và sửa ngày.")
MERGE: Final = _(
    "Mở hai bản ghi, so địa chỉ và hồ sơ nêu tên; nếu là một thì bấm “Gộp bản ghi trùng” ở bản ghi muốn giữ."
)
SEEN_BY_MAINTAINER: Final = _(
    "Đây là dữ liệu bị ghi ngoài chương trình: xem nhật ký hệ thống và báo người bảo trì phần mềm."
)
_ENDING: Final = (SuccessionKind.RENAME, SuccessionKind.MERGE, SuccessionKind.ABOLISH)
_DECIDED: Final = Q(withdrawn_on__isnull=True)


@integrity_rule(
    "parties.unit_overlap",
    _("Hai phòng, đơn vị cùng mã có hiệu lực cùng ngày"),
    explanation=_("Mã phòng quyết định ai sửa hồ sơ nào; hai dòng cùng lúc thì việc và quyền đi nhầm phòng."),
    remedy=CORRECT_UNIT,
)
def unit_overlap(_now: Moment) -> QuerySet[OrgUnit]:
    return beside_an_earlier_one(OrgUnit.objects.all(), "province", "code")


@integrity_rule(
    "parties.unit_succession_days",
    _("Đơn vị mới có hiệu lực sau ngày kế thừa"),
    explanation=_(
        "Vào ngày kế thừa thì đơn vị mới phải có rồi, nếu không có ngày không đơn vị nào nhận việc."
    ),
    remedy=CORRECT_UNIT,
)
def unit_succession_days(_now: Moment) -> QuerySet[OrgUnitSuccession]:
    return OrgUnitSuccession.objects.filter(successor__valid_from__gt=F("effective_on"))


@integrity_rule(
    "parties.unit_succession_not_ended",
    _("Đơn vị đã sáp nhập, đổi tên mà chưa ghi ngày kết thúc"),
    explanation=_("Đơn vị cũ kết thúc vào ngày kế thừa; không ghi thì vẫn chọn được để giao việc."),
    remedy=CORRECT_UNIT,
    level=IntegrityLevel.WARNING,
)
def unit_succession_not_ended(now: Moment) -> QuerySet[OrgUnitSuccession]:
    goes_on = Q(predecessor__valid_to__isnull=True) | Q(predecessor__valid_to__gt=F("effective_on"))
    return OrgUnitSuccession.objects.filter(goes_on, kind__in=_ENDING, effective_on__lte=now.on)


@integrity_rule(
    "parties.organisation_over_itself",
    _("Tổ chức là cơ quan chủ quản của chính mình, hoặc hai tổ chức chủ quản lẫn nhau"),
    explanation=_("Cơ quan chủ quản đứng trên; vòng tròn làm giấy chứng nhận in sai cơ quan chủ quản."),
    remedy=_("Mở tổ chức và chọn lại cơ quan chủ quản theo quyết định thành lập."),
)
def organisation_over_itself(_now: Moment) -> QuerySet[Organisation]:
    return Organisation.objects.filter(Q(governing_body=F("pk")) | Q(governing_body__governing_body=F("pk")))


@integrity_rule(
    "parties.organisation_twice",
    _("Hai tổ chức có tên chỉ khác dấu, chữ hoa hoặc dấu câu"),
    explanation=_("Một tổ chức nhập hai lần: nhiệm vụ, đề xuất chia ra hai nơi và số tổ chức thừa một."),
    remedy=MERGE,
    level=IntegrityLevel.WARNING,
)
def organisation_twice(_now: Moment) -> QuerySet[Organisation]:
    return named_like_an_earlier_one(Organisation.objects.all(), "province")


@integrity_rule(
    "parties.tax_code_twice",
    _("Hai tổ chức ghi cùng mã số thuế"),
    explanation=_("Mã số thuế là của một tổ chức; hai tên cùng mã thường là một tổ chức đã đổi tên."),
    remedy=MERGE,
    level=IntegrityLevel.WARNING,
)
def tax_code_twice(_now: Moment) -> QuerySet[Organisation]:
    earlier = Organisation.objects.filter(
        province=OuterRef("province"), tax_code=OuterRef("tax_code"), pk__lt=OuterRef("pk")
    )
    return Organisation.objects.exclude(tax_code="").filter(Exists(earlier))


@integrity_rule(
    "parties.tax_code_shape",
    _("Mã số thuế không đúng dạng"),
    explanation=_(
        "Mã số thuế có 10 chữ số, 12 chữ số (số định danh cá nhân), hoặc 10 chữ số, gạch nối và 3 chữ số của đơn vị phụ thuộc."
    ),
    remedy=_("Mở tổ chức, đối chiếu với giấy đăng ký và sửa mã số thuế."),
    level=IntegrityLevel.WARNING,
)
def tax_code_shape(_now: Moment) -> QuerySet[Organisation]:
    return Organisation.objects.exclude(tax_code="").exclude(
        tax_code__regex=r"^([0-9]{10}(-?[0-9]{3})?|[0-9]{12})$"
    )


@integrity_rule(
    "parties.organisation_place_ended",
    _("Địa chỉ của tổ chức ghi đơn vị hành chính đã sáp nhập"),
    explanation=_("Số liệu theo địa bàn và giấy cấp mới cần đơn vị hành chính hiện nay."),
    remedy=_("Mở tổ chức và chọn đơn vị hành chính mới; xem bảng sắp xếp đơn vị hành chính."),
    level=IntegrityLevel.WARNING,
)
def organisation_place_ended(now: Moment) -> QuerySet[Organisation]:
    return Organisation.objects.filter(admin_unit__valid_to__lte=now.on)


@integrity_rule(
    "parties.person_twice",
    _("Hai người cùng đơn vị công tác có tên chỉ khác dấu hoặc chữ hoa"),
    explanation=_("Một người nhập hai lần: lý lịch khoa học và số người tham gia chia ra hai nơi."),
    remedy=MERGE,
    level=IntegrityLevel.WARNING,
)
def person_twice(_now: Moment) -> QuerySet[Person]:
    return named_like_an_earlier_one(Person.objects.all(), "province", "organisation", "distinction")


def _mergers_of(model: type[Any], condition: Any) -> Q:
    return Q(condition, model=model._meta.label_lower)


@integrity_rule(
    "parties.merger_left_over",
    _("Bản ghi đã gộp vẫn còn"),
    explanation=_("Gộp thì bản ghi trùng bị xóa; nó còn nghĩa là bị thêm lại ngoài chương trình."),
    remedy=SEEN_BY_MAINTAINER,
)
def merger_left_over(_now: Moment) -> QuerySet[Merger]:
    there = Q()
    for model in (Organisation, Person):
        there |= _mergers_of(model, Exists(model._base_manager.filter(pk=OuterRef("duplicate_id"))))
    return Merger.objects.filter(there, undone_on__isnull=True)


@integrity_rule(
    "parties.merger_target_gone",
    _("Bản ghi nhận gộp không còn"),
    explanation=_(
        "Hồ sơ của bản ghi trùng đã chuyển sang bản ghi này; nó chỉ mất khi được gộp tiếp vào bản ghi khác."
    ),
    remedy=SEEN_BY_MAINTAINER,
)
def merger_target_gone(_now: Moment) -> QuerySet[Merger]:
    went_on = Merger.objects.filter(
        model=OuterRef("model"), duplicate_id=OuterRef("target_id"), undone_on__isnull=True
    )
    gone = Q()
    for model in (Organisation, Person):
        gone |= _mergers_of(model, ~Exists(model._base_manager.filter(pk=OuterRef("target_id"))))
    return Merger.objects.filter(gone, ~Exists(went_on), undone_on__isnull=True)


# ----------------------------------------------------------------------------------------- accounts


@integrity_rule(
    "parties.account_role_alone",
    _("Tài khoản cán bộ có vai trò mà không ghi phòng, đơn vị"),
    explanation=_(
        "Quyền của cán bộ và lãnh đạo phòng theo phòng; thiếu phòng thì tài khoản không thấy việc của phòng nào."
    ),
    remedy=_("Mở tài khoản và chọn phòng, đơn vị."),
    level=IntegrityLevel.WARNING,
    page="account-list",
)
def account_role_alone(_now: Moment) -> QuerySet[User]:
    return User.objects.filter(is_active=True, role__acts_as__in=("officer", "head"), unit__isnull=True)


@integrity_rule(
    "parties.account_unit_ended",
    _("Tài khoản đang dùng thuộc đơn vị đã kết thúc"),
    explanation=_(
        "Đơn vị đã sáp nhập, đổi tên; tài khoản vẫn mang mã cũ nên không thấy việc của đơn vị mới."
    ),
    remedy=_("Mở tài khoản và chọn đơn vị mới."),
    level=IntegrityLevel.WARNING,
    page="account-list",
)
def account_unit_ended(now: Moment) -> QuerySet[User]:
    return User.objects.filter(is_active=True, unit__valid_to__lte=now.on)


@integrity_rule(
    "parties.account_second_person",
    _("Tài khoản có vai trò quyết định mà không cần người thứ hai khi cấp mật khẩu"),
    explanation=_(
        "Ai duyệt, ký, giữ sổ hoặc quản trị thì mật khẩu phải do hai người cấp; dấu này chỉ mất khi bị sửa ngoài chương trình."
    ),
    remedy=_("Ở máy chủ hoặc ở trang Tài khoản: lưu lại tài khoản; xem nhật ký và báo người bảo trì."),
    page="account-list",
)
def account_second_person(now: Moment) -> QuerySet[User]:
    return User.objects.filter(role__in=roles_of_two_persons(on=now.on), needs_second_person=False)


@integrity_rule(
    "parties.assignment_overlap",
    _("Một tài khoản có hai phân công vai trò cùng ngày"),
    explanation=_("Mỗi ngày một vai trò; hai phân công thì quyền hôm đó tùy dòng nào được đọc trước."),
    remedy=_("Ở trang Phân công vai trò: hủy phân công ghi nhầm, hoặc kết thúc phân công cũ."),
    page="assignment-list",
)
def assignment_overlap(_now: Moment) -> QuerySet[RoleAssignment]:
    return beside_an_earlier_one(RoleAssignment.objects.filter(_DECIDED), "user")


@integrity_rule(
    "parties.assignment_of_outsider",
    _("Phân công vai trò của Sở cho tài khoản của tổ chức bên ngoài"),
    explanation=_("Tài khoản bên ngoài chỉ thấy hồ sơ của tổ chức mình."),
    remedy=_("Ở trang Phân công vai trò: hủy phân công."),
    page="assignment-list",
)
def assignment_of_outsider(_now: Moment) -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.filter(_DECIDED, user__organisation__isnull=False)


@integrity_rule(
    "parties.delegation_without_end",
    _("Ủy quyền không có ngày hết hiệu lực"),
    explanation=_("Ủy quyền phải có thời hạn."),
    remedy=_("Ở trang Ủy quyền: hủy ủy quyền rồi ghi lại có thời hạn."),
    page="delegation-list",
)
def delegation_without_end(_now: Moment) -> QuerySet[Delegation]:
    return Delegation.objects.filter(_DECIDED, valid_to__isnull=True)


@integrity_rule(
    "parties.delegation_to_outsider",
    _("Ủy quyền với tài khoản của tổ chức bên ngoài"),
    explanation=_("Chỉ cán bộ của Sở ủy quyền cho nhau."),
    remedy=_("Ở trang Ủy quyền: hủy ủy quyền."),
    page="delegation-list",
)
def delegation_to_outsider(_now: Moment) -> QuerySet[Delegation]:
    return Delegation.objects.filter(
        Q(principal__organisation__isnull=False) | Q(delegate__organisation__isnull=False), _DECIDED
    )


@integrity_rule(
    "parties.right_without_register",
    _("Quyền đã quyết định cho danh mục không còn"),
    explanation=_(
        "Danh mục đã đổi tên hoặc bị bỏ ở bản phần mềm mới, nên quyết định không còn tác dụng mà không ai biết."
    ),
    remedy=_("Ở trang Phân quyền: hủy quyết định cũ và ghi lại cho danh mục hiện nay."),
    level=IntegrityLevel.WARNING,
    page="permissions",
)
def right_without_register(_now: Moment) -> QuerySet[RoleRight]:
    known = {
        EVERYTHING,
        *(each.name for each in registers()),
        *(each.area for each in registers()),
        *apps.app_configs,
    }
    return RoleRight.objects.filter(_DECIDED).exclude(register__in=sorted(known))


@integrity_rule(
    "parties.right_of_unknown_unit",
    _("Quyền đã quyết định cho mã phòng không có"),
    explanation=_("Không phòng nào mang mã này, nên quyết định không có tác dụng."),
    remedy=_("Ở trang Phân quyền: hủy quyết định và ghi lại đúng mã phòng."),
    level=IntegrityLevel.WARNING,
    page="permissions",
)
def right_of_unknown_unit(_now: Moment) -> QuerySet[RoleRight]:
    units = OrgUnit.objects.filter(code=OuterRef("unit_code"))
    return RoleRight.objects.filter(~Exists(units), _DECIDED).exclude(unit_code="")


@integrity_rule(
    "parties.password_issue_ends",
    _("Lần cấp mật khẩu vừa được dùng vừa bị từ chối, hoặc dùng sau khi hết hạn"),
    explanation=_(
        "Mỗi lần cấp mật khẩu kết thúc một cách: dùng trong hạn, bị từ chối hoặc rút, hoặc hết hạn."
    ),
    remedy=SEEN_BY_MAINTAINER,
    page="password-issue-list",
)
def password_issue_ends(_now: Moment) -> QuerySet[PasswordIssue]:
    return PasswordIssue.objects.filter(
        Q(used_at__isnull=False, closed_at__isnull=False) | Q(used_at__gt=F("expires_at"))
    )


@integrity_rule(
    "parties.password_issue_confirmation",
    _("Lần cấp mật khẩu có giờ xác nhận mà không có người xác nhận, hoặc ngược lại"),
    explanation=_(
        "Xác nhận là của một người vào một lúc; thiếu một trong hai thì không biết ai đã xác nhận."
    ),
    remedy=SEEN_BY_MAINTAINER,
    page="password-issue-list",
)
def password_issue_confirmation(_now: Moment) -> QuerySet[PasswordIssue]:
    return PasswordIssue.objects.filter(
        Q(confirmed_at__isnull=False, confirmed_by__isnull=True)
        | Q(confirmed_at__isnull=True, confirmed_by__isnull=False)
    )


@integrity_rule(
    "parties.token_days",
    _("Mã truy cập hết hạn trước khi được cấp, hoặc kết thúc trước khi được cấp"),
    explanation=_("Mã truy cập có hiệu lực từ lúc cấp; thứ tự ngược là bị ghi ngoài chương trình."),
    remedy=SEEN_BY_MAINTAINER,
)
def token_days(_now: Moment) -> QuerySet[AccountToken]:
    return AccountToken.objects.filter(Q(expires_at__lte=F("issued_at")) | Q(ended_at__lt=F("issued_at")))


@integrity_rule(
    "parties.session_of_nobody",
    _("Phiên đăng nhập của tài khoản không còn"),
    explanation=_(
        "Tài khoản không bị xóa trong chương trình; phiên còn lại là của tài khoản bị xóa bên ngoài."
    ),
    remedy=SEEN_BY_MAINTAINER,
)
def session_of_nobody(_now: Moment) -> Iterator[str]:
    # The key of a session is a credential, so it is named by its number.
    rows = AccountSession.objects.filter(
        ~Exists(User.objects.filter(pk=OuterRef("account"))), account__isnull=False
    )
    for session in rows.order_by("pk").only("session_key"):
        yield session.number
