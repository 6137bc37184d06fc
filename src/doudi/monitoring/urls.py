"""The addresses of monitoring."""

from __future__ import annotations

from django.urls import path

from .views import board, indicators, leads, tasks

app_name = "monitoring"
urlpatterns = [
    path("", board.board, name="board"),
    path("send/", board.send, name="send"),
    path("export/", board.export, name="export"),
    path("tasks/<str:number>/", tasks.task_page, name="task"),
    path("tasks/<str:number>/assign/", tasks.task_assign, name="task_assign"),
    path("tasks/<str:number>/visit/", tasks.task_visit, name="task_visit"),
    path("tasks/<str:number>/dispose/", tasks.task_dispose, name="task_dispose"),
    path("tasks/<str:number>/reopen/", tasks.task_reopen, name="task_reopen"),
    path("tasks/<str:number>/hold/", tasks.task_hold, name="task_hold"),
    path("leads/", leads.lead_list, name="leads"),
    path("leads/new/", leads.lead_new, name="lead_new"),
    path("leads/<str:number>/", leads.lead_page, name="lead"),
    path("tell/", leads.tell_us, name="tell"),
    path("told/", leads.what_came, name="told"),
    path("indicators/", indicators.ledger_page, name="ledger"),
    path("indicators/<str:key>/", indicators.indicator_page, name="indicator"),
    path("indicators/<str:key>/stand/", indicators.indicator_stand, name="indicator_stand"),
    path("indicators/<str:key>/draft/", indicators.indicator_draft, name="indicator_draft"),
    path("changes/<int:pk>/decide/", indicators.indicator_decide, name="indicator_decide"),
]
