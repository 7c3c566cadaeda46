"""Run by Django's test runner: tests/django/test_runner.py starts it."""

import datetime
import enum
import io
import json
import threading
import time
import uuid
from decimal import Decimal

from django.contrib.auth.models import User
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.core.management import call_command
from django.db import (
    IntegrityError,
    NotSupportedError,
    OperationalError,
    connection,
    models,
    transaction,
)
from django.db.models import F, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Upper
from django.test import TestCase, TransactionTestCase
from django.test.utils import CaptureQueriesContext

from kwtools.django import fields
from tests.django.clinic.models import Clinic, Patient, Visit

BORN = datetime.date(1815, 12, 10)
SEEN = datetime.datetime(2026, 11, 27, 12, 30, 15, 123456, tzinfo=datetime.UTC)


class Address(str, enum.Enum):  # noqa: UP042
    """An address of a program that does not use TextChoices."""

    GRACE = "grace@example.org"


def make(name="Ada", **given):
    """Insert a patient with an address of their name."""
    return Patient.objects.create(**{"name": name, "email": f"{name}@example.org", **given})


def stored(column):
    """Return a column of the table below the view."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {column} from clinic_patient_protected order by id")
        return [row[0] for row in cursor.fetchall()]


class Values(TestCase):
    """What is written is read again, and the table holds ciphertexts."""

    def test_each_kind_of_field_gives_its_value_back(self):
        given = {
            "phone": "+44 20 1",
            "born": BORN,
            "number": 2**40,
            "notes": "100% 'quoted' \\ ü\n%s",
            "balance": Decimal("12.50"),
            "extra": {"a": [1, None, "ü"]},
            "seen_at": SEEN,
        }
        made = make(**given)
        found = Patient.objects.get(pk=made.pk)
        self.assertEqual({key: getattr(found, key) for key in given}, given)

    def test_null_stays_null(self):
        make()
        found = Patient.objects.get()
        self.assertEqual((found.phone, found.born, found.balance), (None, None, None))
        self.assertEqual(stored("phone"), [None])

    def test_the_table_holds_ciphertexts_and_tokens(self):
        make(notes="a secret")
        for column in ("email", "notes"):
            self.assertNotIn(b"secret", bytes(stored(f"{column}::bytea")[0]))
            self.assertNotIn(b"example", bytes(stored(f"{column}::bytea")[0]))
        self.assertEqual(len(stored("email_token")[0]), 21)

    def test_the_id_is_returned_by_an_insert_of_one_and_of_many(self):
        one = make()
        many = Patient.objects.bulk_create(
            Patient(name=str(n), email=f"{n}@example.org") for n in range(3)
        )
        self.assertEqual(len({one.pk, *(each.pk for each in many)}), 4)
        self.assertEqual(Patient.objects.get(pk=many[2].pk).email, "2@example.org")

    def test_save_updates_only_what_changed(self):
        made = make(notes="before")
        before = stored("email::bytea")
        made.notes = "after"
        made.save()
        self.assertEqual(Patient.objects.get().notes, "after")
        self.assertEqual(stored("email::bytea"), before)
        made.email = "new@example.org"
        made.save(update_fields=["email"])
        self.assertEqual(Patient.objects.get(email="new@example.org"), made)

    def test_update_delete_and_bulk_update_count_rows(self):
        many = [make(name) for name in ("Ada", "Alan", "Grace")]
        self.assertEqual(Patient.objects.filter(email="ada@example.org").update(notes="x"), 1)
        self.assertEqual(Patient.objects.update(notes=F("email")), 3)
        for each in many:
            each.notes, each.born = f"of {each.name}", BORN
        self.assertEqual(Patient.objects.bulk_update(many, ["notes", "born"]), 3)
        self.assertEqual(Patient.objects.get(name="Alan").notes, "of Alan")
        Visit.objects.create(patient=many[0], reason="x")
        deleted, _ = Patient.objects.filter(email="ada@example.org").delete()
        self.assertEqual((deleted, Patient.objects.count()), (2, 2))

    def test_values_expressions_and_aggregates_see_plaintext(self):
        make("Ada", born=BORN)
        make("Alan", born=datetime.date(1912, 6, 23))
        self.assertEqual(
            list(Patient.objects.order_by("email").values_list("email", "born")),
            [("Ada@example.org", BORN), ("Alan@example.org", datetime.date(1912, 6, 23))],
        )
        self.assertEqual(Patient.objects.aggregate(Max("born"))["born__max"].year, 1912)
        upper = Patient.objects.annotate(upper=Upper("email")).values_list("upper", flat=True)
        self.assertIn("ADA@EXAMPLE.ORG", upper)

    def test_foreign_keys_to_and_from_a_protected_table_hold(self):
        made = make(clinic=Clinic.objects.create(name="North"))
        Visit.objects.create(patient=made, reason="x")
        found = Visit.objects.select_related("patient__clinic").get()
        self.assertEqual(found.patient.email, "Ada@example.org")
        self.assertEqual(Visit.objects.get(patient__email="ada@example.org"), found)
        with self.assertRaises(IntegrityError), transaction.atomic():
            Visit.objects.create(patient_id=10**6, reason="y")
            connection.check_constraints()

    def test_rows_are_locked_through_the_view(self):
        made = make()
        with transaction.atomic():
            locked = Patient.objects.select_for_update().get(email="ada@example.org")
        self.assertEqual(locked, made)


class Search(TestCase):
    """Lookups compare tokens."""

    @classmethod
    def setUpTestData(cls):
        cls.ada = make("Ada", phone="020 1", born=BORN, number=7)
        cls.alan = make("Alan", phone="020 2")

    def found(self, *args, **given):
        """Return the names that a filter finds."""
        names = Patient.objects.filter(*args, **given).values_list("name", flat=True)
        return sorted(names)

    def test_exact_finds_what_the_normaliser_takes_for_equal(self):
        self.assertEqual(self.found(email=" ADA@Example.org"), ["Ada"])
        self.assertEqual(self.found(email__iexact="ada@example.ORG"), ["Ada"])
        self.assertEqual(self.found(phone="0201"), ["Ada"])
        self.assertEqual(self.found(born=BORN), ["Ada"])
        self.assertEqual(self.found(number=7), ["Ada"])
        self.assertEqual(self.found(email="nobody@example.org"), [])

    def test_in_takes_values_and_subqueries(self):
        self.assertEqual(self.found(email__in=["ada@example.org", "x@y.z"]), ["Ada"])
        self.assertEqual(self.found(number__in={7, 8, None}), ["Ada"])
        self.assertEqual(self.found(email__in=[]), [])
        emails = Patient.objects.filter(name="Alan").values("email")
        self.assertEqual(self.found(email__in=emails), ["Alan"])

    def test_a_member_of_an_enumeration_is_found_by_its_value(self):
        """Its str() is the name of the member, and what is stored is the value."""
        address = Address("grace@example.org")
        make("Grace", email=address)
        self.assertEqual(self.found(email=address), ["Grace"])
        self.assertEqual(self.found(email__in=[address]), ["Grace"])

    def test_null_is_found_by_the_token(self):
        self.assertEqual(self.found(born=None), ["Alan"])
        self.assertEqual(self.found(born__isnull=False), ["Ada"])
        self.assertEqual(self.found(balance__isnull=True), ["Ada", "Alan"])

    def test_conditions_combine(self):
        self.assertEqual(self.found(Q(email="ada@example.org") | Q(phone="0202")), ["Ada", "Alan"])
        self.assertEqual(self.found(~Q(born=BORN)), ["Alan"])
        excluded = Patient.objects.exclude(email="ada@example.org")
        self.assertEqual([each.name for each in excluded], ["Alan"])

    def test_expressions_and_other_columns_are_compared_by_their_tokens(self):
        self.assertEqual(self.found(email=Value("ADA@example.org")), ["Ada"])
        self.assertEqual(self.found(email=F("email")), ["Ada", "Alan"])
        self.assertEqual(self.found(email=F("phone")), [])
        twin = Patient.objects.filter(email=OuterRef("email")).values("name")[:1]
        rows = Patient.objects.annotate(twin=Subquery(twin)).values_list("name", "twin")
        self.assertEqual(sorted(rows), [("Ada", "Ada"), ("Alan", "Alan")])

    def test_a_search_decrypts_only_what_it_finds_and_uses_the_index(self):
        with connection.cursor() as cursor:
            cursor.execute("set local enable_seqscan = off")
        for given in ({"email": "ada@example.org"}, {"email__in": ["ada@example.org", "b@c.d"]}):
            plan = Patient.objects.filter(**given).explain()
            self.assertRegex(plan, "email_token")
            self.assertRegex(plan, "Index")
            self.assertNotRegex(plan, "Filter: .*decrypt")

    def test_other_lookups_are_refused_with_a_hint(self):
        for given in (
            {"email__contains": "ada"},
            {"email__lt": "b"},
            {"email__startswith": "a"},
            {"email__regex": "a"},
            {"phone__iexact": "020 1"},
            {"born__year": 1815},
            {"notes": "x"},
            {"balance__gt": 1},
            {"extra__a": 1},
        ):
            with self.subTest(given), self.assertRaisesRegex(FieldError, "cannot be searched by"):
                Patient.objects.filter(**given).exists()
        with self.assertRaisesRegex(FieldError, "With search= it is found"):
            Patient.objects.filter(notes="x")

    def test_a_cast_decrypts_each_row_for_any_lookup(self):
        text = Cast("email", models.TextField())
        found = Patient.objects.annotate(plain=text).filter(plain__startswith="Al").get()
        self.assertEqual(found, self.alan)

    def test_an_expression_is_not_compared_by_its_token(self):
        with self.assertRaisesRegex(FieldError, "cannot be searched"):
            list(Patient.objects.annotate(upper=Upper("email")).filter(upper="ADA@EXAMPLE.ORG"))


class Uniqueness(TestCase):
    """Unique values are so by their tokens."""

    def test_the_database_refuses_a_second_one(self):
        make("Ada")
        with self.assertRaises(IntegrityError), transaction.atomic():
            make("ADA")

    def test_validation_finds_a_second_one(self):
        north = Clinic.objects.create(name="North")
        make("Ada", clinic=north, phone="020 1")
        with self.assertRaisesRegex(ValidationError, "Email already exists"):
            Patient(name="b", email="ADA@example.org").full_clean()
        with self.assertRaisesRegex(ValidationError, "Clinic and Phone already exists"):
            Patient(name="b", email="b@example.org", clinic=north, phone="0201").full_clean()
        with self.assertRaises(IntegrityError), transaction.atomic():
            make("b", clinic=north, phone="02 01")
        Patient(name="b", email="b@example.org", clinic=north, phone="0202").full_clean()

    def test_get_or_create_and_update_or_create_find_their_row(self):
        for expected in (True, False):
            made, created = Patient.objects.get_or_create(
                email="ada@example.org", defaults={"name": "Ada"}
            )
            self.assertEqual(created, expected)
        same, created = Patient.objects.update_or_create(
            email="ADA@example.org", defaults={"notes": "changed"}
        )
        self.assertEqual((same.pk, created), (made.pk, False))
        self.assertEqual(Patient.objects.get().notes, "changed")
        _, created = Patient.objects.update_or_create(email="b@example.org", defaults={"name": "b"})
        self.assertTrue(created)

    def test_conflicts_cannot_be_ignored_or_updated(self):
        rows = [Patient(name="a", email="a@example.org")]
        for given in (
            {"ignore_conflicts": True},
            {"update_conflicts": True, "update_fields": ["name"], "unique_fields": ["email"]},
        ):
            with self.subTest(given), self.assertRaisesRegex(NotSupportedError, "protected view"):
                Patient.objects.bulk_create(rows, **given)


class Around(TestCase):
    """Forms, the admin, serializers and migrations."""

    def test_the_admin_lists_searches_and_changes(self):
        self.client.force_login(User.objects.create_superuser("root"))
        made = make("Ada")
        make("Alan")
        listed = self.client.get("/admin/clinic/patient/")
        self.assertContains(listed, "Ada@example.org")
        searched = self.client.get("/admin/clinic/patient/?q=ADA@example.org")
        self.assertContains(searched, "Ada@example.org")
        self.assertNotContains(searched, "Alan@example.org")
        form = {"name": "Ada", "email": "alan@example.org", "extra": "{}", "notes": ""}
        refused = self.client.post(f"/admin/clinic/patient/{made.pk}/change/", form)
        self.assertContains(refused, "Patient with this Email already exists.")
        form["email"] = "new@example.org"
        done = self.client.post(f"/admin/clinic/patient/{made.pk}/change/", form)
        self.assertEqual(done.status_code, 302)
        self.assertEqual(Patient.objects.get(pk=made.pk).email, "new@example.org")

    def test_a_dump_has_plaintext_and_loads_again(self):
        make("Ada", born=BORN, balance=Decimal("1.50"), extra={"a": 1})
        out = io.StringIO()
        call_command("dumpdata", "clinic.patient", stdout=out)
        (row,) = json.loads(out.getvalue())
        self.assertEqual(row["fields"]["email"], "Ada@example.org")
        Patient.objects.all().delete()
        for each in serializers.deserialize("json", out.getvalue()):
            each.save()
        self.assertEqual(Patient.objects.get(email="ada@example.org").born, BORN)

    def test_makemigrations_finds_nothing_to_do(self):
        call_command("makemigrations", "--check", "--dry-run", stdout=io.StringIO())

    def test_a_field_deconstructs_to_itself(self):
        field = fields.ProtectedCharField(
            max_length=5, unique=True, search="raw", key_scope="row", policy="strict"
        )
        _, path, args, kwargs = field.deconstruct()
        self.assertEqual(path, "kwtools.django.fields.ProtectedCharField")
        self.assertEqual(
            fields.ProtectedCharField(*args, **kwargs).deconstruct(), field.deconstruct()
        )

    def test_checks_name_what_cannot_hold(self):
        for number, field in {
            "E001": fields.ProtectedCharField(max_length=5, unique=True),
            "E002": fields.ProtectedCharField(max_length=5, db_index=True),
            "E003": fields.ProtectedDecimalField(max_digits=5, decimal_places=2, search="raw"),
            "E004": fields.ProtectedUUIDField(primary_key=True, search="raw", default=uuid.uuid4),
            "E005": fields.ProtectedTextField(key_scope="tenant"),
        }.items():
            with self.subTest(number):
                field.set_attributes_from_name("field")
                self.assertIn(f"kwtools.{number}", [found.id for found in field.check()])

    def test_djangos_log_of_statements_shows_what_is_searched(self):
        with CaptureQueriesContext(connection) as captured:
            Patient.objects.filter(email="ada@example.org").exists()
        self.assertIn("ada@example.org", captured.captured_queries[-1]["sql"])


class Together(TransactionTestCase):
    """Two writers of a row."""

    def write_beside(self, write):
        """Change a row, and have another connection write to it before that is committed."""
        made = make()
        errors = []

        def run():
            try:
                write(made.pk)
            except OperationalError as error:
                errors.append(error.__cause__.sqlstate)
            finally:
                connection.close()

        other = threading.Thread(target=run)
        with transaction.atomic():
            Patient.objects.filter(pk=made.pk).update(notes="first")
            other.start()
            while not self.is_waiting() and other.is_alive():
                time.sleep(0.01)
        other.join()
        return errors, Patient.objects.get(pk=made.pk)

    def is_waiting(self):
        """Return whether a session of this database waits for a row."""
        with connection.cursor() as cursor:
            cursor.execute("select pg_stat_clear_snapshot()")
            cursor.execute(
                "select exists (select from pg_stat_activity"
                " where datname = current_database() and wait_event_type = 'Lock')"
            )
            return cursor.fetchone()[0]

    def test_an_update_that_began_before_a_commit_fails(self):
        errors, found = self.write_beside(
            lambda pk: Patient.objects.filter(pk=pk).update(notes="second")
        )
        self.assertEqual((errors, found.notes), (["40001"], "first"))

    def test_an_update_of_a_locked_row_waits(self):
        def write(pk):
            with transaction.atomic():
                row = Patient.objects.select_for_update().get(pk=pk)
                row.name = f"{row.notes}, second"
                row.save()

        errors, found = self.write_beside(write)
        self.assertEqual((errors, found.name), ([], "first, second"))


class Flushed(TransactionTestCase):
    """Django flushes between these tests, through the views."""

    def test_one_leaves_a_row(self):
        self.assertEqual(Patient.objects.count(), 0)
        Visit.objects.create(patient=make(), reason="x")

    def test_another_leaves_the_same_row(self):
        self.assertEqual(Patient.objects.count(), 0)
        Visit.objects.create(patient=make(), reason="x")
