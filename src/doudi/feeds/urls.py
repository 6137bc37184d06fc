"""The addresses of feeds."""

from __future__ import annotations

from django.urls import path

from .views import api, batches, keys, pairs

app_name = "feeds"
urlpatterns = [
    path("", batches.freshness, name="freshness"),
    path("batches/", batches.batches, name="batches"),
    path("send/", batches.send, name="send"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/columns/", batches.mapping, name="mapping"),
    path("batches/<int:pk>/land/", batches.land, name="land"),
    path("batches/<int:pk>/refuse/", batches.refuse, name="refuse"),
    path("batches/<int:pk>/take-back/", batches.take_back, name="take_back"),
    path("batches/<int:pk>/correction.xlsx", batches.correction_xlsx, name="correction"),
    path("batches/<int:pk>/correct/", batches.correct, name="correct"),
    path("pairs/", pairs.queue, name="pairs"),
    path("pairs/<int:pk>/", pairs.pair, name="pair"),
    path("keys/", keys.keys, name="keys"),
    path("keys/<int:pk>/revoke/", keys.revoke_key, name="revoke_key"),
    path("api/batches/<int:pk>/", api.api_batch, name="api_batch"),
    path("api/<slug:source>/", api.api_send, name="api_send"),
]
