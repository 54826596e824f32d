"""What goes to the national portal, to look at before and after it was sent, and the form for the key of a producer.

The key is asked for and never shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from khcn.goods.enums import OutboxKind
from khcn.goods.models import Lot, LotEntry, OutboxAccount, OutboxDispatch, OutboxMessage, TradeItem
from khcn.goods.operations.outbox.changes import account_of
from khcn.goods.operations.outbox.content import LotReport, content_of
from khcn.goods.operations.outbox.credentials import LONGEST, set_credential
from khcn.goods.operations.outbox.messages import file_of, lacks_in_words
from khcn.goods.operations.outbox.switch import why_not_of, why_nothing_leaves
from khcn.kernel.access.predicates import deny_unless
from khcn.kernel.access.scopes import ACT, READ
from khcn.kernel.access.shown_names import shown_record_name
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.ui.http import see_other
from khcn.kernel.ui.view_decorators import asks_again, open_to_outside_accounts, read_only
from khcn.parties.models import Organisation

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from khcn.kernel.ui.http import Request


@dataclass(frozen=True)
class _DryRun:
    """A lot with what would be sent about it."""

    lot: Lot
    account: OutboxAccount | None
    content: LotReport

    @property
    def file(self) -> bytes:
        """As it would go; a key and a number are given when the message is made."""
        kind = OutboxKind.RECALL if self.content.is_recalled else OutboxKind.PUBLISH
        return file_of(self.content, kind, 0, "", indent=True)


def _lots_in_files(request: Request) -> QuerySet[Lot]:
    """Those whose files an account may read: they name the product, its producer and the entries of the diary."""
    actor = request.actor
    deny_unless(register_of(LotEntry).may(READ, actor))
    producers = register_of(Organisation).visible(actor)
    items = register_of(TradeItem).visible(actor).filter(organisation__in=producers)
    found: QuerySet[Lot] = register_of(Lot).visible(actor).filter(item__in=items)
    return found


def _dry_run(request: Request, pk: int) -> _DryRun:
    lots = _lots_in_files(request).filter(source_path="")
    lot = get_object_or_404(lots.select_related("item__organisation", "item__group"), pk=pk)
    account = account_of(lot.item.organisation, on=request.today)
    content = content_of(lot, account=account, on=request.today, as_published=True)
    if content is None:
        raise Http404
    return _DryRun(lot, account, content)


@open_to_outside_accounts
@read_only
def dry_run(request: Request, pk: int) -> HttpResponse:
    """The file that would go about a lot, what it lacks, and why it does not go yet."""
    found = _dry_run(request, pk)
    reasons = [why_nothing_leaves(request.today), why_not_of(found.account)]
    if found.lot.published_on is None:
        reasons.append(_("Lô chưa công bố."))
    context: dict[str, Any] = {
        "lot": found.lot,
        "lot_url": register_of(Lot).detail_url(found.lot.pk),
        "lacks": lacks_in_words(found.content),
        "reasons": [each for each in reasons if each],
        "is_assumed": found.content.mapping.illustrative,
        "file": found.file.decode(),
    }
    return render(request, "goods/outbox_dry_run.html", context)


@open_to_outside_accounts
@read_only
def dry_run_file(request: Request, pk: int) -> HttpResponse:
    """The same file, to be saved."""
    found = _dry_run(request, pk)
    return _json(found.file, f"cong-quoc-gia-{found.lot.item.number}-{found.lot.pk}.json")


@open_to_outside_accounts
@read_only
def message_file(request: Request, pk: int) -> HttpResponse:
    """The bytes of a message as they are sent."""
    rows = register_of(OutboxMessage).visible(request.actor).filter(lot__in=_lots_in_files(request))
    message = get_object_or_404(rows, pk=pk)
    dispatch = get_object_or_404(OutboxDispatch, message=message)
    return _json(dispatch.body.encode(), f"{message.code}.json")


def _json(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class CredentialForm(forms.Form):
    """The key that the national portal has given to a producer."""

    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["secret"] = forms.CharField(
            label=_("Khóa do Cổng quốc gia cấp"),
            max_length=LONGEST,
            help_text=_("Khóa được mã hóa khi lưu và không hiện lại. Nhập khóa mới thì khóa cũ thôi dùng."),
            error_messages={"required": _("Hãy nhập khóa.")},
            widget=forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "off"}),
        )


@asks_again
@open_to_outside_accounts
@sensitive_post_parameters("secret")
@sensitive_variables("secret", "form")
@require_http_methods(["GET", "HEAD", "POST"])
def credential(request: Request, pk: int) -> HttpResponse:
    """Enter the key of a producer, or exchange it. It comes back in no answer."""
    register = register_of(OutboxAccount)
    account = get_object_or_404(register.visible(request.actor), pk=pk)
    deny_unless(register.may(ACT, request.actor, account))
    form = CredentialForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_credential(
                account=account, secret=form.cleaned_data["secret"], actor=request.actor, at=request.at
            )
        except Refused as refused:
            form.add_error("secret" if refused.fields else None, str(refused))
        else:
            messages.success(request, _("Đã lưu khóa. Khóa không hiện lại ở đâu nữa."))
            return see_other(register.detail_url(account.pk))
    status = 422 if form.is_bound else 200
    producer = shown_record_name(account.organisation, request.actor)
    context = {"producer": producer, "form": form, "account_url": register.detail_url(account.pk)}
    return render(request, "goods/outbox_credential.html", context, status=status)
