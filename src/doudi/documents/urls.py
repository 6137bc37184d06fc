"""Addresses of documents."""

from django.urls import path

from . import views

app_name = "documents"

urlpatterns = [
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/discard/", views.discard, name="discard"),
    path("add/<slug:owner_kind>/<slug:owner_id>/", views.upload, name="upload"),
    path("verify/<slug:form>/<slug:number>/<slug:moment>/<int:operator>/<slug:code>/", views.verify, name="verify"),
]
