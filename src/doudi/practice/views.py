"""The pages of practice."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doudi.accounts.access import requires
from doudi.accounts.models import Staff
from doudi.accounts.permissions import Permission

from . import actions
from .desk import Desk
from .folder import folder
from .forms import AnswerForm, StartForm
from .generate import SEEDS
from .models import PracticeAnswer, PracticeRun
from .queries import answers_of, desk_of, next_task, progress_of, runs_of, scores_of
from .questions import Task, judge
from .tasks import TASKS, tasks_of
from .topics import Level, Topic

SHOWN = 8


def me(request: HttpRequest) -> Staff:
    """Who asks; the middleware lets nobody else through."""
    assert isinstance(request.user, Staff)
    return request.user


@requires(Permission.SELF)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Begin a case; one's own scores and latest cases."""
    return _home(request, StartForm())


def _home(request: HttpRequest, form: StartForm, status: int = 200) -> HttpResponse:
    by = me(request)
    context = {
        "form": form, "scores": scores_of(by), "runs": runs_of(by)[:SHOWN],
        "township": by.may(Permission.CASE_APPROVE), "county": by.may(Permission.CASE_CHECK),
    }  # fmt: skip
    return render(request, "practice/home.html", context, status=status)


@requires(Permission.SELF)
@require_POST
def start_run(request: HttpRequest) -> HttpResponse:
    """A new made-up case."""
    form = StartForm(request.POST)
    if not form.is_valid():
        return _home(request, form, status=422)
    said = form.cleaned_data
    run = actions.start(
        level=Level(said["level"]), topic=said["topic"], seed=secrets.randbelow(SEEDS), by=me(request),
        at=timezone.now(),
    )  # fmt: skip
    return redirect("practice:run", pk=run.pk)


def _own(request: HttpRequest, pk: int) -> PracticeRun:
    return get_object_or_404(PracticeRun, pk=pk, staff=me(request))


@requires(Permission.SELF)
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """On to the next task; when all are done, how it went."""
    one = _own(request, pk)
    if (key := next_task(one)) and "done" not in request.GET:
        return redirect("practice:task", pk=pk, task=key)
    firsts = {a.task: a for a in PracticeAnswer.objects.filter(run=one, first=True)}
    rows = [(task, firsts.get(task.key)) for task in tasks_of(one.topic)]
    return render(request, "practice/run.html", {"run": one, "rows": rows, "open": key})


@requires(Permission.SELF)
@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, pk: int, task: str) -> HttpResponse:
    """One task: the file, the question, and after the answer what the rules say."""
    one = _own(request, pk)
    asked = TASKS.get(task)
    if asked is None or asked not in tasks_of(one.topic):
        raise Http404
    desk = desk_of(one)
    if request.method == "POST":
        form = AnswerForm(request.POST, asked.fields(desk))
        if not form.is_valid():
            return _page(request, one, asked, desk, {"form": form}, 422)
        actions.answer(run=one, task=task, said=form.said(), by=me(request), at=timezone.now())
        return redirect("practice:task", pk=pk, task=task)
    return _page(request, one, asked, desk, _asked_or_judged(request, one, asked, desk))


def _asked_or_judged(request: HttpRequest, one: PracticeRun, asked: Task, desk: Desk) -> dict[str, Any]:
    """The question; or, once it has been answered, the verdict. Before that the rules are not even asked."""
    kept = answers_of(one).get(asked.key)
    if kept is None or "again" in request.GET:
        return {"form": AnswerForm(None, asked.fields(desk))}
    return {"verdict": judge(asked, desk, kept.answer), "next": next_task(one)}


def _page(
    request: HttpRequest, one: PracticeRun, asked: Task, desk: Desk, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    done = answers_of(one)
    steps = [(each, done.get(each.key)) for each in tasks_of(one.topic)]
    context = {
        "run": one, "task": asked, "scenario": desk.scenario, "sections": folder(desk, asked.shows), "steps": steps,
        "number": [each.key for each, _answer in steps].index(asked.key) + 1, "names": desk.scenario.names, **more,
    }  # fmt: skip
    return render(request, "practice/task.html", context, status=status)


@requires(Permission.CASE_APPROVE)
@require_safe
def township_progress(request: HttpRequest) -> HttpResponse:
    """A township head: the counts of their own staff."""
    return _progress(request, Permission.CASE_APPROVE)


@requires(Permission.CASE_CHECK)
@require_safe
def county_progress(request: HttpRequest) -> HttpResponse:
    """A county clerk: the counts of the county's staff."""
    return _progress(request, Permission.CASE_CHECK)


def _progress(request: HttpRequest, permission: Permission) -> HttpResponse:
    context = {"people": progress_of(me(request), permission), "topics": Topic.labels}
    return render(request, "practice/progress.html", context)
