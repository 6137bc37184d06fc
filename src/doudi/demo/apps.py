from django.apps import AppConfig
from django.conf import settings

from doudi.accounts import port


class DemoConfig(AppConfig):
    name = "doudi.demo"
    label = "demo"

    def ready(self) -> None:
        """The sign-in page of a demo says how to sign in; that of a county never does."""
        if settings.DOUDI_DEMO:
            from .staff import demo_sign_ins

            port.on_demo_sign_ins(lambda: [(f"{s.role} {s.place}", s.username, s.password) for s in demo_sign_ins()])
