"""Addresses of this context, below places/."""

from django.urls import path, register_converter

from . import views


class Code:
    """A division code in an address: 2, 4, 6, 9 or 12 digits."""

    regex = r"\d{12}|\d{9}|\d{6}|\d{4}|\d{2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Code, "division")

app_name = "places"

urlpatterns = [
    path("", views.tree, name="tree"),
    path("holidays/", views.holidays, name="holidays"),
    path("holidays/year/", views.enter_year, name="enter_year"),
    path("holidays/<int:pk>/remove/", views.remove_holiday, name="remove_holiday"),
    path("<division:code>/", views.place, name="place"),
    path("<division:code>/rename/", views.rename, name="rename"),
    path("<division:code>/class/", views.set_class, name="set_class"),
    path("<division:code>/close/", views.close, name="close"),
    path("<division:code>/open/", views.open_below, name="open_below"),
]
