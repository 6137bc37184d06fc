"""Sign-in and every page the workbench leads to, of another database than the tests have.

Run as its own process: `python -m tests.keeping.pages`; it fails where a page does.
"""

from __future__ import annotations

import os
import re

PEOPLE = ("jingban", "shijingban", "shenhe", "caizheng", "shenji", "xitong", "anquan")
NO_PAGES = ("/static/", "/sign-out/", "/language/")


def main() -> None:
    """Look at every page as whoever works with it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "doudi.config.test_settings"
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    from doudi.demo.staff import PASSWORD

    settings.ALLOWED_HOSTS = ["testserver"]
    seen = 0
    for username in PEOPLE:
        client = Client()
        client.post("/sign-in/", {"username": username, "password": PASSWORD})
        assert "_auth_user_id" in client.session, f"{username} cannot sign in"
        workbench = client.get("/", follow=True)
        assert workbench.status_code == 200, f"{username}: {workbench.status_code}"
        links = set(re.findall(r'href="(/[^"#]*)"', workbench.content.decode()))
        for page in sorted(link for link in links if not link.startswith(NO_PAGES)):
            answer = client.get(page, follow=True)
            assert answer.status_code == 200, f"{username} {page}: {answer.status_code}"
            seen += 1
    assert seen > 20, "the workbench leads nowhere"


if __name__ == "__main__":
    main()
