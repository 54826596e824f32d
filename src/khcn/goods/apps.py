from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from khcn.kernel.ui.own_pages import register_own_page
from khcn.kernel.ui.public_pages import register_public_page


class GoodsConfig(AppConfig):
    name = "khcn.goods"
    verbose_name = _("Hàng hóa truy xuất")

    def ready(self) -> None:
        """Tell the pages of labels which lots are not published, lead producers to the form for taking part and to the diary on
        telephones, from the sign-in page and from their home page, warn of recalls on the pages of lots, and offer what waits for
        parties and for administrators.
        """
        from khcn.goods import work  # local: app registry
        from khcn.goods.models import LabelPrint, Location, Lot, Package  # local: app registry
        from khcn.goods.models.packages import PRINTED_SSCC, sscc_of  # local: app registry
        from khcn.goods.operations.labels import why_no_sheets  # local: app registry
        from khcn.goods.operations.lot_stops import why_stopped  # local: app registry
        from khcn.goods.operations.package_words import why_goods_stopped  # local: app registry
        from khcn.goods.queries.diary_choices import writes_diary  # local: app registry
        from khcn.goods.queries.far_places import why_far_off  # local: app registry
        from khcn.goods.queries.package_work import package_work  # local: app registry
        from khcn.goods.queries.page_sources import page_sources  # local: app registry
        from khcn.goods.queries.party_progress import progress_of_parties  # local: app registry
        from khcn.goods.queries.public_facts import public_facts  # local: app registry
        from khcn.goods.queries.published import lots_written_like  # local: app registry
        from khcn.goods.queries.withheld import withheld_lots  # local: app registry
        from khcn.kernel.screens.record_warnings import provide_record_warning  # local: app registry
        from khcn.kernel.search.search_words import register_printed_number  # local: app registry
        from khcn.kernel.ui.work_items import register_work_provider  # local: app registry
        from khcn.trace.queries.party_progress import offer_party_progress  # local: app registry
        from khcn.trace.queries.publication import register_withheld_lots  # local: app registry
        from khcn.trace.queries.register_facts import (  # local: app registry
            offer_lots_like,
            offer_public_pages,
            offer_register_facts,
        )
        from khcn.trace.store.page_triggers import pages_are_made_of  # local: app registry

        register_printed_number(PRINTED_SSCC, sscc_of)
        pages_are_made_of(*page_sources())
        register_public_page("public-front", _("Tra cứu nguồn gốc hàng hóa"))
        register_withheld_lots(withheld_lots)
        provide_record_warning(Lot, lambda lot, _on: why_stopped(lot))
        provide_record_warning(Location, why_far_off)
        provide_record_warning(Package, why_goods_stopped)
        provide_record_warning(LabelPrint, why_no_sheets)
        register_public_page("participation", _("Đăng ký tham gia truy xuất nguồn gốc"))
        register_public_page("phone-diary", _("Ghi nhật ký trên điện thoại"))
        register_own_page("phone-diary", _("Ghi nhật ký trên điện thoại"), writes_diary)
        offer_register_facts(public_facts)
        offer_party_progress(progress_of_parties)
        offer_lots_like(lots_written_like)
        offer_public_pages(feedback="/public/feedback/", front="/public/")
        for each in (work.account_work, work.copy_work, work.approval_work):
            register_work_provider(each)
        for each in (
            work.first_step_work,
            work.shipment_work,
            package_work,
            work.notice_work,
            work.recalled_lot_work,
            work.corrected_day_work,
            work.outbox_work,
            work.outbox_key_work,
        ):
            register_work_provider(each, outside=True)
