"""The page itself, which the phone keeps: it knows nobody's name and nobody's family."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from doudi.accounts.access import public, requires
from doudi.accounts.permissions import Permission

HERE = Path(__file__).parents[1] / "static" / "field"
STYLES = ("console/tokens.css", "console/icons.css", "console/shell.css", "console/components.css")


@requires(Permission.MONITORING_VISIT)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The shell. Everything personal is fetched by it and sealed on the phone."""
    return render(request, "field/home.html", {"root": root()})


@public
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What makes the page installable."""
    icon = {"src": static("field/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    said = {
        "id": reverse("field:home"), "name": "兜底 协理员", "short_name": "兜底", "lang": "zh-CN",
        "start_url": reverse("field:home"), "scope": reverse("field:home"), "display": "standalone",
        "orientation": "portrait", "background_color": "#F5F6F8", "theme_color": "#1B4F91",
        "icons": [icon, icon | {"purpose": "maskable"}],
    }  # fmt: skip
    return JsonResponse(said, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: our script, told what to keep and under which version."""
    known = json.dumps({"version": version(), "shell": reverse("field:home"), "assets": assets()})
    response = HttpResponse(f"const PACK = {known};\n{_script()}", content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    response["Service-Worker-Allowed"] = reverse("field:home")
    return response


@cache
def _script() -> str:
    return (HERE / "worker.js").read_text(encoding="utf-8")


@cache
def modules() -> tuple[str, ...]:
    """Our modules by path; they import each other by relative names, so they are served under their plain names."""
    return tuple(sorted(str(p.relative_to(HERE)) for p in HERE.rglob("*.js") if p.name != "worker.js"))


@cache
def root() -> str:
    """Where our modules lie."""
    return static("field/field.css").rpartition("/")[0]


@cache
def assets() -> list[str]:
    """Everything the page needs without a network."""
    styles = [static(name) for name in (*STYLES, "field/field.css", "field/icon.svg", "console/mark.svg")]
    return [*styles, *(f"{root()}/{name}" for name in modules()), reverse("field:manifest")]


@cache
def version() -> str:
    """Changes with any byte of the pack."""
    state = hashlib.sha256()
    for path in [HERE / name for name in (*modules(), "worker.js", "field.css")]:
        state.update(path.read_bytes())
    template = HERE.parents[1] / "templates" / "field" / "home.html"
    state.update(template.read_bytes() + "".join(static(name) for name in STYLES).encode())
    return state.hexdigest()[:12]
