from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "doudi.places"
    label = "places"
