"""Addresses of the area beside its registers: the files of labels, the chain of a lot, what goes to the national portal, and the pages that everybody reads."""

from django.urls import path

from khcn.goods.views import (
    feedback,
    label_sheets,
    lot_chain,
    national_portal,
    open_data,
    package_label,
    participation,
    phone_app,
    phone_sync,
    pictures,
    portal,
)
from khcn.kernel.ui.front_page import offer_front_page

urlpatterns = [
    path("participate/", participation.participation, name="participation"),
    path("label-prints/<int:pk>/sheets.pdf", label_sheets.label_sheets, name="label-sheets"),
    path("packages/<int:pk>/label.pdf", package_label.package_label, name="package-label"),
    path("packages/<int:pk>/labels.pdf", package_label.labels_of_one_step, name="package-labels-of-step"),
    path("lots/<int:pk>/chain/", lot_chain.chain_page, name="lot-chain"),
    path("lots/<int:pk>/chain.xlsx", lot_chain.chain_workbook, name="lot-chain-file"),
    path("lots/<int:pk>/national-portal/", national_portal.dry_run, name="outbox-dry-run"),
    path("lots/<int:pk>/national-portal.json", national_portal.dry_run_file, name="outbox-dry-run-file"),
    path("outbox/<int:pk>/message.json", national_portal.message_file, name="outbox-file"),
    path("outbox-accounts/<int:pk>/key/", national_portal.credential, name="outbox-credential"),
]

# At the root: what everybody reads; the diary on telephones, whose address people type, and what it asks, beside the interface of
# the registers.
root_urlpatterns = [
    path("public/", portal.front, name="public-front"),
    path("public/recalls/", portal.recall_list, name="public-recalls"),
    path("public/join/", portal.join, name="public-join"),
    path("public/data/", open_data.described, name="public-data"),
    path(
        "public/data/<slug:table>.csv-metadata.json", open_data.table_metadata, name="public-table-metadata"
    ),
    path("public/data/<slug:table>.<slug:form>", open_data.table_file, name="public-table"),
    path("public/feedback/", feedback.feedback, name="public-feedback"),
    path("public/pictures/<str:sha256>/<slug:size>", pictures.picture, name="public-picture"),
    path("robots.txt", portal.robots, name="robots"),
    path("sitemap.xml", portal.sitemap, name="sitemap"),
    path("nhat-ky/", phone_app.page, name="phone-diary"),
    path("nhat-ky/app.webmanifest", phone_app.manifest, name="phone-diary-manifest"),
    path("nhat-ky/worker.js", phone_app.worker, name="phone-diary-worker"),
    path("api/goods/phone-diary/", phone_sync.phone_data, name="phone-diary-data"),
    path("api/goods/phone-diary/entries/", phone_sync.phone_entries, name="phone-diary-entries"),
    path(
        "api/goods/phone-diary/entries/<int:pk>/photos/<uuid:photo>/",
        phone_sync.phone_photos,
        name="phone-diary-photos",
    ),
]

offer_front_page(portal.front)
