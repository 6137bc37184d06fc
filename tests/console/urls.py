"""The console alone, so that it is tested without the contexts above it."""

from django.urls import include, path

urlpatterns = [path("", include("doudi.console.urls"))]
