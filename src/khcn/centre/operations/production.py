"""Products, batches and sales: what is sold was made before."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext as _

from khcn.centre.models import Product, ProductionBatch, ProductionPlan, ProductSale
from khcn.kernel.audit.row_locks import locked_all
from khcn.kernel.past_days import PastDayWriter
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.writing import RowWriter
from khcn.kernel.text.dates import format_date
from khcn.kernel.text.numbers import format_amount

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from khcn.kernel.actors import Actor
    from khcn.kernel.registers.writing import ValidationContext, Write


class ProductWriter(RowWriter):
    """The unit of a product stays once something was planned, made or sold of it: amounts of two units cannot be added."""

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Stored products whose unit changes."""
        changing = [each for each in writes if "unit" in each.changed and not each.is_new]
        keys = [each.record.pk for each in changing]
        used: set[int] = set()
        for model in (ProductionPlan, ProductionBatch, ProductSale):
            used.update(model._default_manager.filter(product__in=keys).values_list("product", flat=True))
        for write in changing:
            if write.record.pk in used:
                text = _(
                    "Đã có kế hoạch, lô hoặc phiếu xuất theo đơn vị cũ. Hãy lập sản phẩm khác cho đơn vị mới."
                )
                yield write, Refused.about(text, "unit", code="unit_used")


def _movement(row: Any) -> tuple[date, int, Decimal]:
    """Day, order within the day and amount: what is made on a day may be sold on it."""
    if isinstance(row, ProductionBatch):
        return row.finished_on, 0, Decimal(row.quantity)
    return row.sold_on, 1, -Decimal(row.quantity)


def first_lack(rows: Iterable[Any]) -> tuple[Any, Decimal] | None:
    """The first row of one product after which more was sold than made, and how much is missing."""
    stock = Decimal(0)
    for row in sorted(rows, key=lambda each: _movement(each)[:2]):
        stock += _movement(row)[2]
        if stock < 0:
            return row, -stock
    return None


def _stored(keys: Iterable[int]) -> Iterator[Any]:
    wanted = list(keys)
    yield from ProductionBatch.objects.filter(product__in=wanted)
    yield from ProductSale.objects.filter(product__in=wanted)


def _key(row: Any) -> Any:
    """Of its product; one that the same file brings has no key of the database yet."""
    return row.product.pk or id(row.product)


class StockWriter(PastDayWriter):
    """Of batches and sales: on no day more of a product has been sold than made."""

    def lock(self, writes: Sequence[Write]) -> None:
        """The products, so that two sales of one are judged one after the other."""
        rows = [row for each in writes for row in (each.record, each.before) if row is not None]
        locked_all(Product, (each.product_id for each in rows if each.product_id))

    def validate(
        self, writes: Sequence[Write], context: ValidationContext
    ) -> Iterator[tuple[Write, Refused]]:
        """Each is seen together with all others of its product, those that the same file brings among them."""
        wrong = list(super().validate(writes, context))
        yield from wrong
        refused = {id(write) for write, _why in wrong}
        brought: list[Any] = context.seen.setdefault("centre.stock", [])
        brought.extend(each.record for each in writes)
        written = {(type(row), row.pk) for row in brought if row.pk}
        moved = {each.before.product_id for each in writes if each.before}
        products = {row.product.pk for row in brought} | moved
        found: defaultdict[Any, list[Any]] = defaultdict(list)
        for row in _stored(key for key in products if key):
            if (type(row), row.pk) not in written:
                found[row.product_id].append(row)
        for row in brought:
            found[_key(row)].append(row)
        # The last row answers for what its product lacks.
        answers = {each.before.product_id: each for each in writes if each.before}
        answers |= {_key(each.record): each for each in writes}
        for key, write in answers.items():
            lack = first_lack(found[key])
            if lack is not None and id(write) not in refused:
                refused.add(id(write))
                yield write, lacking(*lack)

    def refuse_removal(self, record: Any, *, actor: Actor, on: date) -> None:
        """What was sold stays made."""
        rest = [row for row in _stored([record.product_id]) if row != record]
        if (lack := first_lack(rest)) is not None:
            raise lacking(*lack)

    def refuse_taking_back(self, record: Any, *, actor: Actor, on: date) -> None:
        """Batches and sales of one file go together: what is left is judged by :meth:`violations`."""

    def violations(self, removed: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, str]]:
        """Sales of which the batches are gone."""
        left: defaultdict[int, list[Any]] = defaultdict(list)
        for row in _stored({each["product_id"] for each in removed if each.get("product_id")}):
            left[row.product_id].append(row)
        for rows in left.values():
            if (lack := first_lack(rows)) is not None:
                yield lack[0], _lack_in_words(*lack)


def _lack_in_words(row: Any, missing: Decimal) -> str:
    text = _(
        "Đến ngày %(day)s xuất bán nhiều hơn sản xuất %(missing)s %(unit)s. Hãy xem lại số lượng, ngày, hoặc ghi lô còn thiếu."
    )
    words = {
        "day": format_date(_movement(row)[0]),
        "missing": format_amount(missing),
        "unit": row.product.get_unit_display(),
    }
    return text % words


def lacking(row: Any, missing: Decimal) -> Refused:
    """How much more was sold than made, and since when."""
    return Refused.about(_lack_in_words(row, missing), "quantity", code="stock")


class BatchWriter(StockWriter):
    """Batches."""

    def __init__(self) -> None:
        """The day of a batch has come."""
        super().__init__("finished_on")


class SaleWriter(StockWriter):
    """Sales, after the batches of the same file."""

    rank: ClassVar[int] = 1

    def __init__(self) -> None:
        """The day of a sale has come."""
        super().__init__("sold_on")
