"""Turns typed data into a PDF with Typst. Data travels as JSON and is never read as markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, cast

import typst
from django.conf import settings

FOLDER = Path(__file__).parent
FONT_FOLDERS = ("400Regular", "700Bold")
CHINESE = frozenset({"Noto Serif SC", "Noto Serif CJK SC", "Source Han Serif SC", "FangSong", "STFangsong", "SimSun"})

_one_at_a_time = Lock()


class FontsMissing(RuntimeError):
    """No font with Chinese characters is installed; the message says what to install."""


def render_form(name: str, data: Mapping[str, Any]) -> bytes:
    """The form `name`.typ filled with JSON-able data, as PDF. Raises FontsMissing, typst.TypstError."""
    text = json.dumps(data, ensure_ascii=False)
    with _one_at_a_time:
        return cast(bytes, _compiler(name, font_folders()).compile(format="pdf", sys_inputs={"data": text}))


def font_folders() -> tuple[str, ...]:
    """The folders of our own fonts, as far as `npm ci` has fetched them."""
    home = Path(settings.DOUDI_ROOT) / "node_modules" / "@expo-google-fonts" / "noto-serif-sc"
    return tuple(str(home / one) for one in FONT_FOLDERS if (home / one).is_dir())


@cache
def _compiler(name: str, folders: tuple[str, ...]) -> typst.Compiler:
    """One compiler per form: fonts are searched once, not for every page."""
    if not CHINESE & set(typst.Fonts(font_paths=list(folders)).families()):
        raise FontsMissing(
            "没有可用的中文字体，无法打印。请在程序目录运行 npm ci，或安装系统字体：apt-get install fonts-noto-cjk"
        )
    return typst.Compiler(str(FOLDER / f"{name}.typ"), root=str(FOLDER), font_paths=list(folders))
