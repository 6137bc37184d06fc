"""Staff, what they may do and where, and how they signed in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from doudi.privacy.fields import EncryptedText

from . import port
from .permissions import Permission
from .roles import Role

if TYPE_CHECKING:
    from .scope import Scope


class StaffManager(BaseUserManager["Staff"]):
    """Finds staff by the name they sign in with."""

    def get_by_natural_key(self, username: str | None) -> Staff:
        return self.get(username=username)


class Staff(AbstractBaseUser):
    """A person who works with Doudi. What they may do comes from their assignments only."""

    username = models.CharField(_("登录名"), max_length=40, unique=True, db_collation="C")
    name = models.CharField(_("姓名"), max_length=50)
    office = models.CharField(_("单位"), max_length=80, blank=True)
    phone = EncryptedText(_("手机"), null=True)
    is_active = models.BooleanField(_("在用"), default=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True)
    # Raised when every session must die at once: disabled, roles changed, password changed by an administrator.
    session_epoch = models.PositiveIntegerField(default=0)
    totp_secret = EncryptedText(null=True)
    totp_confirmed_at = models.DateTimeField(null=True)
    totp_last_step = models.BigIntegerField(default=0)
    preferences = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()

    objects = StaffManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    # Set by the middleware for the length of a request.
    scope: Scope

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="staff_username_plain", condition=Q(username__regex=r"^[a-z0-9][a-z0-9._-]{2,39}$")
            ),
            models.CheckConstraint(
                name="staff_totp_confirmed_has_secret",
                condition=Q(totp_confirmed_at__isnull=True) | Q(totp_secret__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """Changes with the password and with the epoch, so old sessions fail at their next request."""
        return f"{super().get_session_auth_hash()}.{self.session_epoch}"

    def may(self, permission: Permission | str, place: str | None = None) -> bool:
        """Whether this person holds a permission now, anywhere or at a division code."""
        return self.is_active and self.scope.covers(Permission(permission), place)

    @property
    def scope_words(self) -> str:
        """Where this person works, as pages write it: 遮放镇, 全市."""
        return "、".join(port.scope_name(code) for code in self.scope.own_places)

    @property
    def must_enrol(self) -> bool:
        """Whether a role of theirs demands a second factor that they have not set up yet."""
        return self.scope.demands_code and self.totp_confirmed_at is None


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Filters in the language of the office."""

    def in_force(self, at: datetime) -> AssignmentQuerySet:
        return self.filter(starts_at__lte=at).not_over(at)

    def not_over(self, at: datetime) -> AssignmentQuerySet:
        """In force now or later."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))


class Assignment(models.Model):
    """One role at one place for a time; a temporary look at another place is an assignment that ends in 24 hours."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=30, choices=Role.choices)
    division_code = models.CharField(max_length=12, db_collation="C")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    granted_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="assignment_ends_after_start",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(name="assignment_known_role", condition=Q(role__in=[r.value for r in Role])),
            models.CheckConstraint(
                name="assignment_place_is_a_code",
                condition=Q(division_code__regex=r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$"),
            ),
            models.CheckConstraint(
                name="assignment_not_self_granted",
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("staff")),
            ),
            models.CheckConstraint(
                name="assignment_visit_is_one_day",
                condition=~Q(role=Role.VISITOR)
                | Q(ends_at__isnull=False, ends_at__lte=F("starts_at") + timedelta(hours=24)),
            ),
        ]
        indexes = [models.Index(fields=["staff", "role"])]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.division_code}"

    @property
    def place_words(self) -> str:
        """The name of the place, or its code where nobody knows the name."""
        return port.place_name(self.division_code)


class Grant(models.Model):
    """The permission table as the database sees it; written from `permissions.GRANTS` at every migration."""

    role = models.CharField(max_length=30)
    permission = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="grant_once")]

    def __str__(self) -> str:
        return f"{self.role}: {self.permission}"


class RolePolicy(models.Model):
    """What the security administrator demands of a role, beyond the table: a second factor."""

    role = models.CharField(max_length=30, unique=True, choices=Role.choices)
    require_totp = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.get_role_display())


class SignIn(models.Model):
    """One attempt to sign in, shown to the person it concerns and used for the lock-out."""

    class Outcome(models.TextChoices):
        """What became of the attempt."""

        OK = "ok", _("成功")
        WRONG_PASSWORD = "wrong_password", _("密码不对")
        WRONG_CODE = "wrong_code", _("动态码不对")
        LOCKED = "locked", _("已锁定")
        DISABLED = "disabled", _("账号停用")
        SIGNED_OUT = "signed_out", _("退出")

    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="sign_ins")
    username = models.CharField(max_length=40, db_collation="C")
    address = models.GenericIPAddressField()
    device = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["username", "at"]), models.Index(fields=["address", "at"])]

    def __str__(self) -> str:
        return f"{self.username} {self.outcome} {self.at:%F %T}"


class AccessRequest(models.Model):
    """A request to look at a village outside one's jurisdiction for 24 hours, with a reason, answered by its head."""

    class State(models.TextChoices):
        """Where the request stands."""

        OPEN = "open", _("待批")
        GRANTED = "granted", _("已批准")
        REFUSED = "refused", _("已拒绝")

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="access_requests")
    division_code = models.CharField(max_length=12, db_collation="C")
    reason = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    answered_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    assignment = models.OneToOneField(Assignment, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="access_request_answer_complete",
                condition=Q(state="open", answered_by__isnull=True, answered_at__isnull=True)
                | Q(state__in=["granted", "refused"], answered_by__isnull=False, answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="access_request_not_self",
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("staff")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} → {self.division_code}"

    @property
    def place_words(self) -> str:
        """The name of the village asked for, or its code."""
        return port.place_name(self.division_code)
