from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "doudi.config"
    label = "config"
