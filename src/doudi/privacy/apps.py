from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "doudi.privacy"
    label = "privacy"
