"""Pages of this context, one module for each kind of visitor."""

from . import access, own, signing, staff, table

__all__ = ["access", "own", "signing", "staff", "table"]
