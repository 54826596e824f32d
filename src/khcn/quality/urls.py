"""The catalogue of standards for everybody; all other pages of the area are derived."""

from django.urls import path

from khcn.quality import views

urlpatterns = [
    path("catalogue/", views.standard_catalogue, name="standard-catalogue"),
    path("catalogue/request/", views.standard_request, name="standard-catalogue-request"),
]
