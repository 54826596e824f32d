"""The page on which an applicant sees what has become of a dossier; all other pages of the area are derived."""

from django.urls import path

from khcn.dossiers import views

urlpatterns = [path("status/", views.dossier_status, name="dossier-status")]
