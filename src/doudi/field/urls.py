"""The addresses of field. The service worker lies at the root of its scope, so that it needs no special header."""

from __future__ import annotations

from django.urls import path

from .views import devices, shell, syncing

app_name = "field"
urlpatterns = [
    path("", shell.home, name="home"),
    path("worker.js", shell.worker, name="worker"),
    path("manifest.webmanifest", shell.manifest, name="manifest"),
    path("me/", syncing.me, name="me"),
    path("register/", syncing.register, name="register"),
    path("pull/", syncing.pull, name="pull"),
    path("push/", syncing.push, name="push"),
    path("chunk/", syncing.chunk, name="chunk"),
    path("state/", syncing.state, name="state"),
    path("erased/", syncing.erased, name="erased"),
    path("devices/", devices.devices, name="devices"),
    path("devices/<int:pk>/wipe/", devices.wipe, name="wipe"),
]
