"""Printed forms: typed data in, PDF out. One module and one .typ file per form, `common.typ` for what they share."""

from .render import FontsMissing, render_form
from .stamp import PrintStamp

__all__ = ["FontsMissing", "PrintStamp", "render_form"]
