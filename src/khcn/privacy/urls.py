"""Pages of this area that its registers cannot express; the rest of ``privacy/…`` is derived."""

from django.urls import path

from khcn.privacy.views import identities, inventory

urlpatterns = [
    path("inventory/", inventory.inventory_page, name="privacy-inventory"),
    path("retention/", inventory.retention_page, name="privacy-retention"),
    path("about/", inventory.about_page, name="privacy-about"),
    path("identities/<int:pk>/", identities.identity_page, name="privacy-identity"),
    path("identities/<int:pk>/number/", identities.identity_number, name="privacy-identity-number"),
]
