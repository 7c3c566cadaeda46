"""What names and types of columns look like: precision on lists of true and false names."""

import pytest

from kwtools.personal_data.names import PERSON, Vocabulary, words
from kwtools.personal_data.types import kind_of_type, may_hold

VOCABULARY = Vocabulary.load()

TRUE = {
    "e-mail address": """
        email, userEmail, EMail, e_mail, email_address, emailaddress, EMAIL2, contact_email,
        email_id, work_mail, correo_electrónico, courriel, adresse_mail, e-mail, Почта, 邮箱""",
    "phone number": """
        phone, phone_number, phoneNumber, mobile, home_phone, phone2, telefon, handynummer, msisdn,
        téléphone, numero_de_téléphone, teléfono, telefoonnummer, Телефон, 手机""",
    "name of a person": """
        first_name, FirstName, lastname, surname, full_name, maiden_name, user_name, username,
        patient_name, card_holder, vorname, Nachname, prénom, apellidos, cognome, achternaam,
        nazwisko, фамилия, 姓名""",
    "postal address": """
        address, address_line_1, home_address, billing_street, street, postcode, zip, zip_code,
        Straße, hausnummer, plz, Adresse, dirección, indirizzo, endereço, адрес""",
    "date of birth": """
        birth_date, dateOfBirth, dob, birthday, geburtsdatum, date_de_naissance,
        fecha_nacimiento, data_di_nascita, geboortedatum""",
    "national id": "ssn, SSN, customerSSN, social_security_number, nino, dni, codice_fiscale, "
    "cpf, bsn, pesel, personnummer, aadhaar",
    "tax id": "tax_id, taxId, vat_number, steuernummer, steuer_id, partita_iva, инн",
    "passport": "passport, passport_no, passport_id, reisepass, pasaporte, паспорт",
    "driving licence": "driving_licence, drivers_license, führerschein, kennzeichen",
    "bank account": "iban, customer_iban, IBANNumber, account_number, kontonummer, sort_code",
    "payment card": "card_number, cardNumber, credit_card, cc_number, pan, cvv, tarjeta",
    "health data": "diagnosis, blood_type, medical_history, blutgruppe",
    "special category": "religion, ethnicity, gender, sexual_orientation, familienstand",
    "pay": "salary, base_salary, gehalt, salaire",
    "IP address": "ip, ip_address, client_ip, last_ip, remoteAddr",
    "device": "imei, device_id, mac_address",
    "password": "password, passwd, passwordHash, encrypted_password, pwd, passwort, mot_de_passe",
    "secret or token": """
        token, access_token, refreshToken, api_key, apiKey, client_secret, session_token,
        reset_password_token, csrf_token, recovery_code""",
}
FALSE = """
    filename, file_name, name, hostname, table_name, product_name, namespace, rename,
    mailing_list_id, email_verified, emailVerified, is_email, email_template, email_count,
    email_sent_at, email_status, mailbox_size, address_type, address_id, mac, wallet_address,
    memory_address, email_server, phone_model, phone_type, phone_os, telephony, mobile_app,
    smartphone, iphone, cellar, max_tokens, token_count, prompt_token, tokenizer, token_type,
    password_changed_at, has_password, password_policy, passport_required, ship_date, hire_date,
    birth_rate, airborne, border, spin, pinned, pin_count, zip_file, unzip, gzip,
    streetlight_count, ribbon, urban, libano, pandas, company, japan, race_id, horse_race, trace,
    embrace, textile, tinted, mission, session, sexagesimal, regional, religions_count, discard,
    card_color, cardinality, postcard, salary_grade_id, ip_range, zipped, ship, clip,
    description, equipment, tipo, participants, id, created_at, quantity, price, sku, status,
    title, body, latitude, longitude, patient_id, user_id, userId, customer_uuid, secretary,
    secretion, token_expires_at, hidden, ordinal, stamp, dobby, adob
"""


def listed(names: str) -> list[str]:
    return [one.strip() for one in names.split(",")]


@pytest.mark.parametrize("kind", TRUE)
def test_names_of_personal_data_are_found_in_snake_and_camel_case(kind: str) -> None:
    assert {one: VOCABULARY.kind_of(one) for one in listed(TRUE[kind])} == dict.fromkeys(
        listed(TRUE[kind]), kind
    )


def test_other_names_are_not_taken_for_personal_data() -> None:
    found = {one: VOCABULARY.kind_of(one, "public.products") for one in listed(FALSE)}
    assert {one: kind for one, kind in found.items() if kind} == {}


def test_a_name_alone_is_that_of_a_person_in_a_table_of_people() -> None:
    assert VOCABULARY.kind_of("name", "Customers") == PERSON
    assert VOCABULARY.kind_of("nom", "utilisateurs") == PERSON
    assert VOCABULARY.kind_of("name", "products") is None
    assert VOCABULARY.kind_of("latitude", "users") == "location of a person"
    assert VOCABULARY.kind_of("latitude", "stores") is None


def test_words_have_no_digits_and_no_accents() -> None:
    assert words("HTTPServerÉmail2_straße") == ["http", "server", "email", "strasse"]
    assert words('"; drop table x; --') == ["drop", "table", "x"]
    assert words("") == []


def test_a_type_must_be_able_to_hold_what_the_name_says() -> None:
    assert may_hold("string", "e-mail address")
    assert may_hold("date", "date of birth")
    assert may_hold("number", "payment card")
    assert not may_hold("date", "e-mail address")
    assert not may_hold("number", "password")
    assert not may_hold("", "phone number")


def test_types_say_something_by_themselves() -> None:
    def kind(name: str, column: str = "x", *, is_domain: bool = False) -> str | None:
        return kind_of_type(name, column, VOCABULARY, is_domain=is_domain)

    assert kind("inet") == "IP address"
    assert kind("inet", "subnet") is None
    assert kind("public.email_address", is_domain=True) == "e-mail address"
    assert kind("public.positive", is_domain=True) is None
    assert kind("text") is None
