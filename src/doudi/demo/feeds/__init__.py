"""Files as the departments of the demo county would send them: true to what is so, and as dirty as real ones."""

from .year import Sheet, recent_files, write_list, write_year

__all__ = ["Sheet", "recent_files", "write_list", "write_year"]
