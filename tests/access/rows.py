"""One row in every table of ours, made from the models alone: a new table or field is planted without a new line here.

Rows hang together (every foreign key leads to the row of its table), lie in the world's village and hold in every text
field a canary that names table and field. Triggers and foreign keys are asleep while they are planted; a check
constraint that the plain values break is dropped for the length of the test, since what matters here is who may see a
row, not whether the office could have written it. `HINTS` holds what pages need to be shown at all.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, models, transaction

from doudi.privacy.datamap import TECHNICAL, contexts, map_of
from doudi.privacy.fields import BlindIndex, EncryptedText
from tests.access.world import World
from tests.conftest import NOON, VILLAGE

DAY = NOON.date()
MONTH = DAY.replace(day=1)
DIGEST = "0" * 64
FIRST = 9_000_000
# Tables of the installation, not of a person or a place: nothing to plant.
OURS = ("places_division", "places_divisionversion", "places_localholiday", "places_holidayyear", "accounts_grant")
HEAD, TAIL = "鸢", "鹂"
CODE = re.compile(rf"{HEAD}\d{{4}}{TAIL}")
_codes: dict[tuple[str, str], str] = {}
Said = Callable[[models.Field], str]

# What a page must find to be shown: field name → value, or table.field → value.
HINTS: dict[str, Any] = {
    "division_code": VILLAGE, "place": VILLAGE, "place_code": VILLAGE, "county": VILLAGE[:6], "area": VILLAGE[:6],
    "ends_on": None, "closed_on": None, "superseded_at": None, "ended_on": None, "revoked_at": None, "wiped_at": None,
    "merged_into": None, "withdrawn_at": None, "death_date": None, "replaces": None, "corrects": None,
    "undone_at": None,
    "month": MONTH, "since": MONTH, "from_month": MONTH, "until": None, "first_month": MONTH, "digest": DIGEST,
    "text_digest": DIGEST, "payload_digest": DIGEST, "notice_digest": DIGEST, "evidence_digest": DIGEST,
    "language": "zh-hans",
    "is_open": True, "is_active": True, "landed_at": NOON,
}  # fmt: skip
# Short texts are codes: pages look their words up. What is not here is empty.
LONGEST_CODE = 24
CODES: dict[str, str] = {
    "programme": "household_dibao", "awards_award.programme": "dibao", "awards_awardline.programme": "dibao",
    "category": "dibao", "reason": "review", "role": "county_clerk", "place_code": VILLAGE, "from_code": VILLAGE,
    "to_code": VILLAGE, "relation": "02", "ethnicity": "01", "registry_certificate.code": "yes", "contract": "medical",
    "registry_circumstance.code": "yes", "tail": "0001", "residence": "rural", "quarter": "202604", "task": "place",
    "connector": "province", "text_key": "consent", "text_version": "1", "kind": "wage_income", "fact": "disability",
    "area": VILLAGE[:6], "before_programme": "dibao", "key": "acceptance", "move": "accept", "owner_kind": "household",
}  # fmt: skip
# Texts that hold a record of facts: the canary is one of its values, or there is none where pages want the whole.
EMPTY = "{}"
PACKAGE = '{"people": [], "household": {"number": "%s"}, "awards": [], "open_cases": []}'
RECORDS: dict[str, str] = {
    "registry_revision.said": '{"name": "%s"}', "feeds_doubtfulpair.said": '{"name": "%s"}',
    "casework_declaration.said": EMPTY, "casework_intakedraft.typed": EMPTY, "casework_transfer.package": PACKAGE,
    "casework_determination.findings": EMPTY, "casework_determination.answer": EMPTY,
    "casework_reviewproposal.told": '{"clauses": [], "failed": []}', "casework_reviewproposal.facts": EMPTY,
    "casework_factsnapshot.facts": EMPTY, "casework_factsnapshot.sources": EMPTY, "casework_factsnapshot.names": EMPTY,
    "casework_caseconference.participants": '[{"name": "%s", "office": "%s"}]',
    "monitoring_visitreport.answers": EMPTY, "monitoring_visitreport.place": EMPTY,
    "monitoring_earlywarning.evidence": EMPTY, "verification_answer.payload": EMPTY,
    "field_syncrecord.body": EMPTY, "field_syncrecord.answer": EMPTY, "field_attachment.place": EMPTY,
    "field_fieldconflict.base": EMPTY, "field_fieldconflict.mine": EMPTY, "field_fieldconflict.theirs": EMPTY,
    "exchange_comparison.content": "[]",
}  # fmt: skip


def personal() -> list[type[models.Model]]:
    """The models of every table that the data map says something about anybody in, in the order of the house."""
    found = []
    for config in contexts():
        stated = map_of(config)
        for model in config.get_models(include_auto_created=True):
            table = model._meta.db_table
            if model._meta.managed and table not in OURS and set(stated.get(table, {})) - {TECHNICAL}:
                found.append(model)
    return found


class Planter:
    """Plants rows, each table once, and remembers them."""

    def __init__(self, world: World | None = None, said: Said | None = None) -> None:
        self.rows: dict[type[models.Model], models.Model] = {}
        self.dropped: list[str] = []
        self.said = said or canary
        self.asked: set[type[models.Model]] = set()
        for one in vars(world).values() if world else ():
            self.rows.setdefault(type(one), one)

    def all(self) -> dict[str, models.Model]:
        """A row of every table, by table."""
        with asleep():
            for model in [m for c in contexts() for m in c.get_models() if m._meta.managed]:
                if model._meta.db_table not in OURS:
                    self._say(self.row(model))
        return {model._meta.db_table: row for model, row in self.rows.items()}

    def row(self, model: type[models.Model]) -> models.Model:
        """The row of a table, with everything it hangs on."""
        if model not in self.rows and (there := model._base_manager.order_by("pk").first()):
            self.rows[model] = there
        if model in self.rows:
            return self.rows[model]
        self.asked.add(model)
        values = {f.attname: self._value(model, f) for f in model._meta.local_concrete_fields if not _given(f)}
        if isinstance(model._meta.pk, models.AutoField):
            values[model._meta.pk.attname] = FIRST + len(self.rows)  # no two tables share a number
        return self._insert(model, values)

    def _say(self, row: models.Model) -> None:
        """The canaries in a row that was there before: in every free text, which codes and numbers are not."""
        told = {}
        for field in row._meta.local_concrete_fields:
            now = getattr(row, field.attname)
            if isinstance(now, str) and not isinstance(field, models.ForeignKey) and not field.choices:
                told[field.attname] = plain(field, self.said) if _is_free(now) else now
        type(row)._base_manager.filter(pk=row.pk).update(**told) if told else None

    def _insert(self, model: type[models.Model], values: dict[str, Any]) -> models.Model:
        for _attempt in range(20):
            try:
                with transaction.atomic():
                    self.rows[model] = model._base_manager.create(**values)
                    return self.rows[model]
            except IntegrityError as error:
                name = error.__cause__.diag.constraint_name  # type: ignore[union-attr]
                if "CheckViolation" not in type(error.__cause__).__name__ or not name:
                    raise
                self.dropped.append(name)
                with connection.cursor() as cursor:
                    cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT "{name}"')
        raise AssertionError(f"{model._meta.db_table}: no row could be planted")

    def _value(self, model: type[models.Model], field: models.Field) -> Any:
        record = RECORDS.get(f"{model._meta.db_table}.{field.name}")
        if record is not None:
            return record.replace("%s", self.said(field).replace("\\", "").replace('"', "'"))
        if field.name == "number" and isinstance(field, models.CharField):
            return f"KX-202611-{len(self.rows):05}"
        for key in (f"{model._meta.db_table}.{field.name}", field.name):
            if _is_code(field) and key in CODES:
                return CODES[key]
            if key in HINTS and (HINTS[key] is not None or field.null):
                hint = NOON if HINTS[key] == MONTH and isinstance(field, models.DateTimeField) else HINTS[key]
                return hint[: getattr(field, "max_length", None) or None] if isinstance(hint, str) else hint
        if _is_code(field):
            return ""
        if field.null and not isinstance(field, (models.CharField, models.TextField, EncryptedText, models.ForeignKey)):
            return None
        if isinstance(field, models.ForeignKey):
            other = field.related_model
            if other in self.asked and other not in self.rows:  # the two hang on each other: one of them goes without
                return None if field.null else 1
            return self.row(other).pk if other._meta.db_table not in OURS else VILLAGE
        return plain(field, self.said)


def _is_code(field: models.Field) -> bool:
    """Whether a field holds a code whose list stands elsewhere."""
    plain_text = (
        isinstance(field, models.CharField) and not field.choices and field.name not in ("number", "division_code")
    )
    return plain_text and (field.max_length or 0) <= LONGEST_CODE


def _is_free(text: str) -> bool:
    """Whether somebody wrote it: neither a code nor a number nor a record of facts."""
    return not text.isascii() and text[0] not in "{["


def _given(field: models.Field) -> bool:
    """Whether the database gives the value."""
    return isinstance(field, models.AutoField) or field.db_default is not models.NOT_PROVIDED or field.generated


def canary(field: models.Field) -> str:
    """A word that stands nowhere else and tells its table and field; see `told`."""
    where = (field.model._meta.db_table, field.name)
    if where not in _codes:
        _codes[where] = f"{HEAD}{len(_codes):04}{TAIL}"
    return _codes[where]


def told(text: str) -> set[tuple[str, str]]:
    """The fields whose canaries stand in a text."""
    known = {code: where for where, code in _codes.items()}
    return {known[code] for code in set(CODE.findall(text)) if code in known}


def plain(field: models.Field, said: Said) -> Any:
    """A value of the field's type."""
    if field.choices:
        return next(value for value, _label in field.flatchoices if value not in ("", None))
    if isinstance(field, BlindIndex):
        return uuid.uuid4().bytes
    if isinstance(field, EncryptedText):
        return said(field)
    kinds: list[tuple[type[models.Field], Any]] = [
        (models.DateTimeField, NOON), (models.DateField, DAY), (models.BooleanField, False),
        (models.UUIDField, uuid.uuid4()), (models.DecimalField, Decimal("100.0")), (models.BinaryField, b"\x00"),
        (models.IntegerField, 1), (models.FloatField, 0.5), (models.GenericIPAddressField, "10.0.0.9"),
    ]  # fmt: skip
    for kind, value in kinds:
        if isinstance(field, kind):
            return value
    if isinstance(field, models.JSONField):
        return [] if field.default is list else {}
    if hasattr(field, "base_field"):
        return []
    return said(field)[: field.max_length or None]


@contextmanager
def asleep() -> Iterator[None]:
    """Guards and foreign keys sleep inside."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
