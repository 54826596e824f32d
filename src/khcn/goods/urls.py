"""Addresses of the area beside its registers."""

from django.urls import path

from khcn.goods.views import label_sheets, participation, phone_sync

urlpatterns = [
    path("participate/", participation.participation, name="participation"),
    path("label-prints/<int:pk>/sheets.pdf", label_sheets.label_sheets, name="label-sheets"),
]

# At the root: what the diary on telephones asks, beside the interface of the registers.
root_urlpatterns = [
    path("api/goods/phone-diary/", phone_sync.phone_data, name="phone-diary-data"),
    path("api/goods/phone-diary/entries/", phone_sync.phone_entries, name="phone-diary-entries"),
    path(
        "api/goods/phone-diary/entries/<int:pk>/photos/<uuid:photo>/",
        phone_sync.phone_photos,
        name="phone-diary-photos",
    ),
]
