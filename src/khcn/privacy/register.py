"""Registers of personal data: identity numbers, texts and consents, requests of persons."""

from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import CREATE, READING, AnyOrganisation, Department, OwnOrganisation
from khcn.kernel.actions import Action
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, OwnedFields, Panel, Register, Section
from khcn.kernel.registers.workflow_actions import Effect
from khcn.privacy import rules
from khcn.privacy.deadlines import REQUEST_DEADLINES
from khcn.privacy.models import Consent, ConsentText, DataRequest, PersonIdentity
from khcn.privacy.operations import consents, requests
from khcn.privacy.workflow import DATA_REQUEST_FLOW


class PrivacyRegister(Register):
    """What the office keeps to answer for personal data."""

    owner = "VP"
    whole_numbers = rules.editors


@register
class PersonIdentities(PrivacyRegister):
    model = PersonIdentity
    slug = "identities"
    icon = "id-badge"
    scope = Department(write=rules.clerks, read=rules.identity_readers)
    columns = (Column("person", look="link"), "number", "ground", Column("purpose", hidden=True))
    filters = {"person": ["exact"], "ground": ["exact"]}
    search = ("person",)
    form = (Section(_("Số định danh cá nhân"), "person", "number", "ground", "purpose"),)
    panel_of = (Panel("person", _("Số định danh cá nhân"), position=80),)
    natural_key = ("person",)
    order = ("-created_at",)
    writer = consents.IdentityWriter()


@register
class ConsentTexts(PrivacyRegister):
    model = ConsentText
    slug = "consent-texts"
    icon = "file-text"
    scope = Department(write=rules.editors) | AnyOrganisation()
    columns = (Column("title", look="link"), "code", "purpose", "valid_from", "valid_to")
    filters = {"valid_from": ["gte", "lt"], "valid_to": ["gte", "lt"]}
    form = (
        Section(_("Nội dung xin đồng ý"), "code", "title", "purpose", "body"),
        Section(_("Hiệu lực"), "valid_from", "valid_to"),
    )
    natural_key = ("code", "valid_from")
    lookup = "title"
    lookup_aliases = ("code",)
    owned = (
        OwnedFields(
            ("title", "purpose", "body"),
            _("Đã có người đồng ý theo nội dung này. Ghi bản mới có ngày hiệu lực mới."),
            where=consents.used_texts,
            covers_empty=True,
        ),
    )


@register
class Consents(PrivacyRegister):
    model = Consent
    slug = "consents"
    icon = "user-check"
    scope = Department(write=rules.clerks) | OwnOrganisation("person__organisation", READING | {CREATE})
    columns = (
        Column("person", look="link"),
        "text",
        "given_on",
        "manner",
        "withdrawn_on",
        Column("evidence", hidden=True),
    )
    filters = {
        "person": ["exact"],
        "text": ["exact"],
        "manner": ["exact"],
        "given_on": ["gte", "lt"],
        "withdrawn_on": ["gte", "lt"],
    }
    search = ("person", "text")
    form = (Section(_("Sự đồng ý"), "person", "text", "given_on", "manner", "evidence"),)
    outcome = Section(_("Rút đồng ý"), "withdrawn_on")
    panel_of = (Panel("person", _("Sự đồng ý"), position=81), Panel("text", _("Người đã đồng ý")))
    natural_key = ("person", "text", "given_on")
    order = ("-given_on",)
    date_field = "given_on"
    writer = consents.ConsentWriter()
    owned = (
        OwnedFields(
            ("person", "text", "given_on", "manner", "evidence"),
            _("Sự đồng ý đã rút nên không sửa được."),
            where=consents.withdrawn_consents,
            covers_empty=True,
        ),
    )
    actions = (
        Action(
            name="withdraw",
            label=_("Ghi việc rút đồng ý"),
            operation=consents.withdraw_consent,
            subject="consent",
            guard=consents.why_not_withdraw,
            notice=consents.data_without_ground,
            source=Consent,
            required=("withdrawn_on",),
            inputs=(Section(_("Rút đồng ý"), "withdrawn_on"),),
            asks_reason=_("Người đó rút bằng cách nào"),
            icon="arrow-back-up",
        ),
    )


@register
class DataRequests(PrivacyRegister):
    model = DataRequest
    slug = "requests"
    icon = "message-2"
    scope = Department(write=rules.editors, read=rules.readers)
    columns = (
        Column("code", look="link"),
        "kind",
        "requester_name",
        "received_on",
        Column("state", look="badge"),
        Column("person", hidden=True),
        Column("third_party", hidden=True),
    )
    filters = {
        "kind": ["exact"],
        "state": ["exact"],
        "person": ["exact"],
        "received_on": ["gte", "lt"],
    }
    search = ("person",)
    form = (
        Section(_("Yêu cầu"), "code", "kind", "received_on", "content", "third_party"),
        Section(_("Người yêu cầu"), "requester_name", "requester_identity", "requester_contact", "person"),
    )
    outcome = Section(_("Trả lời, kết quả"), "answered_on", "answer", "extended_to", "closed_on", "result")
    panel_of = (Panel("person", _("Yêu cầu về dữ liệu cá nhân"), position=82),)
    natural_key = ("code",)
    order = ("-received_on",)
    date_field = "received_on"
    deadlines = REQUEST_DEADLINES
    writer = requests.DataRequestWriter()
    workflow = DATA_REQUEST_FLOW
    effects = {
        "answer": Effect(operation=requests.record_answer, subject="request"),
        "extend": Effect(operation=requests.record_extension, subject="request"),
        "carry_out": Effect(operation=requests.record_result, subject="request"),
        "refuse": Effect(operation=requests.record_end, subject="request"),
        "withdraw": Effect(operation=requests.record_end, subject="request"),
    }
    owned = (
        OwnedFields(
            (
                *("code", "kind", "received_on", "content", "third_party"),
                *("requester_name", "requester_identity", "requester_contact"),
            ),
            _("Yêu cầu đã được trả lời nên không sửa được nữa."),
            where=requests.answered_requests,
            covers_empty=True,
        ),
    )
