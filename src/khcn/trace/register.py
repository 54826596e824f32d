"""The register of trace parties."""

from django.utils.translation import gettext_lazy as _

from khcn.kernel.access.scopes import ACT, READING, AnyOrganisation, Department, OwnOrganisation
from khcn.kernel.registers.registry import register
from khcn.kernel.registers.spec import Column, Register, Section
from khcn.trace import rules
from khcn.trace.models import TraceParty
from khcn.trace.operations.party_standing import TracePartyWriter


@register
class TraceParties(Register):
    """The register of trace parties, kept by the editors of traceability."""

    model = TraceParty
    slug = "trace-parties"
    owner = "TDC"
    icon = "route"
    # Who may act on a party issues and revokes its keys: the editors, and the party's own people.
    takes_person = True
    # Their names are on public pages; who sends goods to one of them chooses it by its name.
    scope = (
        Department(write=rules.editors) | OwnOrganisation("organisation", READING | {ACT}) | AnyOrganisation()
    )
    columns = (Column("name", look="link"), "gln", "organisation", "address", "is_authority")
    filters = {"organisation": ["exact"], "is_authority": ["exact"]}
    form = (
        Section(_("Cơ sở tham gia truy xuất"), "name", "gln", "organisation", "address", "confirmed_codes"),
        Section(_("Quyền xem"), "is_authority"),
    )
    natural_key = ("gln",)
    lookup = "name"
    lookup_aliases = ("gln",)
    order = ("sort_key",)
    writer = TracePartyWriter()
