from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "doudi.jobs"
    label = "jobs"
