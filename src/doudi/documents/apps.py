from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "doudi.documents"
    label = "documents"

    def ready(self) -> None:
        from doudi.jobs.steps import register, schedule

        from .upkeep import Reseal, Sweep

        register(Sweep(), Reseal())
        schedule("documents.sweep", "40 18 * * *")  # 02:40 in China
