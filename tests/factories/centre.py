from datetime import date, timedelta

import factory

from khcn.centre import models
from tests.factories.base import RecordFactory
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory


class ReferenceStandardFactory(RecordFactory):
    class Meta:
        model = models.ReferenceStandard

    code = factory.Sequence(lambda n: f"CH{n}")
    name = factory.Sequence(lambda n: f"Bộ quả cân M1 số {n}")
    since_on = factory.Sequence(lambda n: date(2015, 5, 10) + timedelta(days=n % 100))


class StandardCalibrationFactory(RecordFactory):
    class Meta:
        model = models.StandardCalibration

    standard = factory.SubFactory(ReferenceStandardFactory)
    calibrated_on = date(2022, 5, 10)
    passed = True
    valid_until = factory.LazyAttribute(lambda row: date(2024, 5, 10) if row.passed else None)


class ServiceOrderFactory(RecordFactory):
    class Meta:
        model = models.ServiceOrder

    code = factory.Sequence(lambda n: f"YC{n}")
    customer = factory.SubFactory(OrganisationFactory)
    received_on = date(2019, 5, 10)


class ServiceOrderItemFactory(RecordFactory):
    class Meta:
        model = models.ServiceOrderItem

    code = factory.Sequence(lambda n: f"YC{n}/1")
    order = factory.SubFactory(ServiceOrderFactory)
    ordinal = factory.Sequence(lambda n: n % 30_000 + 1)
    subject = "scale"
    method = "verification"
    quantity = 5


class ServiceResultFactory(RecordFactory):
    class Meta:
        model = models.ServiceResult

    item = factory.SubFactory(ServiceOrderItemFactory)
    done_on = date(2023, 5, 10)
    quantity = 5


class MeasuringInstrumentFactory(RecordFactory):
    class Meta:
        model = models.MeasuringInstrument

    code = factory.Sequence(lambda n: f"PTD{n}")
    customer = factory.SubFactory(OrganisationFactory)
    subject = "scale"
    name = factory.Sequence(lambda n: f"Cân đồng hồ lò xo {n}")
    since_on = date(2015, 5, 10)


class InstrumentVerificationFactory(RecordFactory):
    class Meta:
        model = models.InstrumentVerification
        skip_postgeneration_save = True

    instrument = factory.SubFactory(MeasuringInstrumentFactory)
    method = "verification"
    done_on = date(2023, 5, 10)
    standard = factory.SubFactory(ReferenceStandardFactory)

    @factory.post_generation
    def calibrated(self, create, _extracted, **_options):
        """The standard is in calibration on that day."""
        if create and not self.standard.calibrations.exists():
            StandardCalibrationFactory(standard=self.standard)


class ProductFactory(RecordFactory):
    class Meta:
        model = models.Product

    code = factory.Sequence(lambda n: f"SP{n}")
    name = factory.Sequence(lambda n: f"Sản phẩm thử {n}")
    line = "other"
    unit = "kg"


class ProductionPlanFactory(RecordFactory):
    class Meta:
        model = models.ProductionPlan

    product = factory.SubFactory(ProductFactory)
    year = 2023
    quantity = 40


class ProductionBatchFactory(RecordFactory):
    class Meta:
        model = models.ProductionBatch

    code = factory.Sequence(lambda n: f"LO{n}")
    product = factory.SubFactory(ProductFactory)
    finished_on = date(2023, 5, 10)
    quantity = 40


class ProductSaleFactory(RecordFactory):
    class Meta:
        model = models.ProductSale
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"PX{n}")
    product = factory.SubFactory(ProductFactory)
    sold_on = date(2023, 5, 10)
    quantity = 10

    @factory.post_generation
    def made(self, create, _extracted, **_options):
        """There is something to sell."""
        if create and not self.product.batches.exists():
            ProductionBatchFactory(product=self.product, finished_on=date(2015, 5, 10), quantity=10_000)


class ProductionSiteFactory(RecordFactory):
    class Meta:
        model = models.ProductionSite

    code = factory.Sequence(lambda n: f"NL{n}")
    name = factory.Sequence(lambda n: f"Nhà lưới {n}")
    kind = "net_house"
    area_m2 = 100
    since_on = date(2015, 5, 10)


class TechnologyProcessFactory(RecordFactory):
    class Meta:
        model = models.TechnologyProcess

    code = factory.Sequence(lambda n: f"QT{n}")
    name = factory.Sequence(lambda n: f"Quy trình sấy {n}")
    kind = "food"
    started_on = factory.Sequence(lambda n: date(2019, 5, 10) + timedelta(days=n % 100))


class ConsultingContractFactory(RecordFactory):
    class Meta:
        model = models.ConsultingContract

    code = factory.Sequence(lambda n: f"{n}/HĐTV")
    customer = factory.SubFactory(OrganisationFactory)
    title = factory.Sequence(lambda n: f"Liên kết sản xuất nấm {n}")
    signed_on = date(2022, 5, 10)
    first_year = 2022
    last_year = 2024


class CentreTrainingFactory(RecordFactory):
    class Meta:
        model = models.CentreTraining

    code = factory.Sequence(lambda n: f"DT{n}")
    kind = "transfer"
    title = factory.Sequence(lambda n: f"Kỹ thuật chăn nuôi {n}")
    held_on = date(2023, 5, 10)
    participants = 30


class FollowedModelFactory(RecordFactory):
    class Meta:
        model = models.FollowedModel

    code = factory.Sequence(lambda n: f"MH{n}")
    name = factory.Sequence(lambda n: f"Mô hình trồng lúa {n}")
    started_on = date(2019, 5, 10)


class ModelVisitFactory(RecordFactory):
    class Meta:
        model = models.ModelVisit

    followed = factory.SubFactory(FollowedModelFactory)
    work = "monitoring"
    visited_on = date(2023, 5, 10)


class CentreTaskWorkFactory(RecordFactory):
    class Meta:
        model = models.CentreTaskWork

    code = factory.Sequence(lambda n: f"NVTT{n}")
    kind = "result"
    task = factory.SubFactory(ScienceTaskFactory)
    happened_on = date(2023, 5, 10)
