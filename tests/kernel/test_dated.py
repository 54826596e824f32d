"""Dated facts and their succession, on a model of their own that no migration knows."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps

from khcn.kernel.dated.models import (
    Dated,
    DatedQuerySet,
    Succession,
    SuccessionKind,
    current_successors,
)

MERGER = date(2025, 7, 1)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dated_models():
    """`Place` and `PlaceSuccession` with real tables, unknown to the app registry afterwards."""
    with isolate_apps("khcn.kernel"):

        class Place(Dated):
            name = models.CharField(max_length=50)

            objects = DatedQuerySet.as_manager()

            class Meta(Dated.Meta):
                app_label = "kernel"

            def __str__(self):
                return self.name

        class PlaceSuccession(Succession):
            predecessor = models.ForeignKey(Place, models.PROTECT, related_name="+")
            successor = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")

            class Meta(Succession.Meta):
                app_label = "kernel"

            def __str__(self):
                return str(self.kind)

        with connection.schema_editor() as editor:
            editor.create_model(Place)
            editor.create_model(PlaceSuccession)
        yield Place, PlaceSuccession
        with connection.schema_editor() as editor:
            editor.delete_model(PlaceSuccession)
            editor.delete_model(Place)


@pytest.fixture
def places(dated_models):
    """Three old communes become one new; one of them was renamed before; a town is abolished; one lives on."""
    place, succession = dated_models

    def make(name, start, end=None):
        return place.objects.create(name=name, valid_from=start, valid_to=end)

    made = {
        "Ngọc Phái cũ": make("Ngọc Phái cũ", date(2000, 1, 1), date(2020, 1, 1)),
        "Ngọc Phái": make("Ngọc Phái", date(2020, 1, 1), MERGER),
        "Phương Viên": make("Phương Viên", date(2000, 1, 1), MERGER),
        "Bằng Lũng": make("Bằng Lũng", date(2000, 1, 1), MERGER),
        "Chợ Đồn": make("Chợ Đồn", MERGER),
        "Thị trấn": make("Thị trấn", date(2000, 1, 1), date(2010, 1, 1)),
        "Na Rì": make("Na Rì", date(2000, 1, 1)),
    }
    succession.objects.create(
        predecessor=made["Ngọc Phái cũ"],
        successor=made["Ngọc Phái"],
        kind=SuccessionKind.RENAME,
        effective_on=date(2020, 1, 1),
    )
    for name in ("Ngọc Phái", "Phương Viên", "Bằng Lũng"):
        succession.objects.create(
            predecessor=made[name], successor=made["Chợ Đồn"], kind=SuccessionKind.MERGE, effective_on=MERGER
        )
    succession.objects.create(
        predecessor=made["Thị trấn"], kind=SuccessionKind.ABOLISH, effective_on=date(2010, 1, 1)
    )
    return made


def names(rows):
    return sorted(row.name for row in rows)


def test_the_last_day_is_the_day_before_valid_to(dated_models):
    place, _succession = dated_models
    row = place.objects.create(name="a", valid_from=date(2023, 1, 1), valid_to=date(2023, 2, 1))
    place.objects.create(name="later", valid_from=date(2023, 2, 1))
    for day, expected in [
        (date(2022, 12, 31), []),
        (date(2023, 1, 1), ["a"]),
        (date(2023, 1, 31), ["a"]),
        (date(2023, 2, 1), ["later"]),
        (date(2099, 1, 1), ["later"]),
    ]:
        assert names(place.objects.valid(on=day)) == expected
        assert row.is_valid(on=day) == ("a" in expected)


@pytest.mark.parametrize("end", [date(2023, 1, 1), date(2022, 12, 31)])
def test_the_database_refuses_an_end_before_the_start(dated_models, end):
    place, _succession = dated_models
    with pytest.raises(IntegrityError), transaction.atomic():
        place.objects.create(name="a", valid_from=date(2023, 1, 1), valid_to=end)
    with pytest.raises(ValidationError) as refusal:
        place(name="a", valid_from=date(2023, 1, 1), valid_to=end).full_clean()
    assert refusal.value.messages == ["Ngày hết hiệu lực phải sau ngày có hiệu lực. Xem lại hai ngày đã gõ."]
    assert place.objects.count() == 0


def test_only_abolition_has_no_successor(dated_models, places):
    _place, succession = dated_models
    old, new = places["Na Rì"], places["Chợ Đồn"]
    before = succession.objects.count()
    for kind in SuccessionKind.values:
        wrong = new if kind == SuccessionKind.ABOLISH else None
        with pytest.raises(IntegrityError), transaction.atomic():
            succession.objects.create(predecessor=old, successor=wrong, kind=kind, effective_on=MERGER)
    with pytest.raises(IntegrityError), transaction.atomic():
        succession.objects.create(
            predecessor=old, successor=old, kind=SuccessionKind.RENAME, effective_on=MERGER
        )
    assert succession.objects.count() == before


def test_a_successor_that_begins_later_is_refused_in_words(dated_models, places):
    _place, succession = dated_models
    early = succession(
        predecessor=places["Na Rì"],
        successor=places["Chợ Đồn"],
        kind=SuccessionKind.MERGE,
        effective_on=MERGER - DAY,
    )
    with pytest.raises(ValidationError) as refusal:
        early.full_clean()
    assert list(refusal.value.message_dict) == ["effective_on"]
    early.effective_on = MERGER
    early.full_clean()


@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("Ngọc Phái cũ", date(2019, 12, 31), ["Ngọc Phái cũ"]),
        ("Ngọc Phái cũ", date(2020, 1, 1), ["Ngọc Phái"]),
        ("Ngọc Phái cũ", MERGER - DAY, ["Ngọc Phái"]),
        ("Ngọc Phái cũ", MERGER, ["Chợ Đồn"]),
        ("Phương Viên", MERGER, ["Chợ Đồn"]),
        ("Thị trấn", date(2010, 1, 1), []),
        ("Na Rì", date(2030, 1, 1), ["Na Rì"]),
    ],
)
def test_who_holds_its_place(dated_models, places, name, day, expected):
    place, succession = dated_models
    found = current_successors(
        places[name], among=place.objects.all(), links=succession.objects.all(), on=day
    )
    assert names(found) == expected


def test_a_split_has_several_and_a_transfer_keeps_the_old(dated_models, places):
    place, succession = dated_models
    old = places["Na Rì"]
    parts = [place.objects.create(name=name, valid_from=MERGER) for name in ("Kim Lư", "Cường Lợi")]
    for part in parts:
        succession.objects.create(
            predecessor=old, successor=part, kind=SuccessionKind.TRANSFER, effective_on=MERGER
        )
    everything = {"among": place.objects.all(), "links": succession.objects.all()}
    assert names(current_successors(old, **everything, on=MERGER)) == ["Cường Lợi", "Kim Lư", "Na Rì"]
    old.valid_to = MERGER
    old.save()
    succession.objects.filter(predecessor=old).update(kind=SuccessionKind.SPLIT)
    assert names(current_successors(old, **everything, on=MERGER)) == ["Cường Lợi", "Kim Lư"]


def test_a_circle_of_arrows_ends(dated_models, places):
    place, succession = dated_models
    succession.objects.create(
        predecessor=places["Chợ Đồn"],
        successor=places["Ngọc Phái"],
        kind=SuccessionKind.TRANSFER,
        effective_on=MERGER,
    )
    found = current_successors(
        places["Ngọc Phái"], among=place.objects.all(), links=succession.objects.all(), on=MERGER
    )
    assert names(found) == ["Chợ Đồn"]
