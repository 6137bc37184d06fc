"""Addresses of this context."""

from django.urls import path

from .views import access, own, signing, staff, table

app_name = "accounts"

urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-in/code/", signing.sign_in_code, name="sign_in_code"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("still-here/", signing.still_here, name="still_here"),
    path("profile/", own.profile, name="profile"),
    path("profile/password/", own.password, name="password"),
    path("profile/second-factor/", own.totp, name="totp"),
    path("profile/second-factor/start/", own.totp_start, name="totp_start"),
    path("preferences/", own.preferences, name="preferences"),
    path("staff/", staff.staff_list, name="staff"),
    path("staff/new/", staff.hire, name="hire"),
    path("staff/permissions/", table.permissions, name="permissions"),
    path("staff/permissions.csv", table.permissions_csv, name="permissions_csv"),
    path("staff/roles/", table.roles, name="roles"),
    path("staff/<int:pk>/", staff.staff_one, name="staff_one"),
    path("staff/<int:pk>/assign/", staff.assign, name="assign"),
    path("staff/<int:pk>/roles/<int:assignment>/end/", staff.end_role, name="end_role"),
    path("staff/<int:pk>/disable/", staff.disable, name="disable"),
    path("staff/<int:pk>/enable/", staff.enable, name="enable"),
    path("staff/<int:pk>/reset-password/", staff.reset_password, name="reset_password"),
    path("staff/<int:pk>/reset-second-factor/", staff.reset_totp, name="reset_totp"),
    path("access/", access.requests, name="requests"),
    path("access/ask/", access.ask, name="ask_access"),
    path("access/<int:pk>/answer/", access.answer, name="answer_access"),
]
