"""Name and first words of every stored paper, opened with the keys at hand; fails if one does not open."""

from __future__ import annotations

import sys

from doudi.config.commands.running import django


def main() -> None:
    """Open all."""
    django(as_owner=True)
    from doudi.documents import objects
    from doudi.documents.models import Document

    for document in Document.objects.kept().order_by("name"):
        text = b"".join(objects.read(document.digest)).decode()
        assert len(text) == document.size
        sys.stdout.write(f"{document.name}:{''.join(text.split()[:2])}\n")


if __name__ == "__main__":
    main()
