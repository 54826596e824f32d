"""Addresses of the area beside its registers."""

from django.urls import path

from khcn.goods.views import label_sheets, participation, phone_app, phone_sync

urlpatterns = [
    path("participate/", participation.participation, name="participation"),
    path("label-prints/<int:pk>/sheets.pdf", label_sheets.label_sheets, name="label-sheets"),
]

# At the root: the diary on telephones, whose address people type, and what it asks, beside the interface of the registers.
root_urlpatterns = [
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
