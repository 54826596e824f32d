"""Addresses of the area beside its registers."""

from django.urls import path

from khcn.goods import views

urlpatterns = [path("label-prints/<int:pk>/sheets.pdf", views.label_sheets, name="label-sheets")]
