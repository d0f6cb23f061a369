"""The doors of the demonstration: open in demo mode, absent outside."""

import os

import pytest

from visavis.core.worker import drain
from visavis.people.models import User
from visavis.web.accounts.demo_people import DEMO_PEOPLE


@pytest.fixture
def jordan():
    return User.objects.create(email=DEMO_PEOPLE["student"].email, first_name="Jordan")


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO, settings.EMAIL_FILE_PATH = True, tmp_path / "mail"
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    return settings


def test_one_click_signs_in_as_a_demo_person(client, demo, jordan):
    assert "Jordan, a student" in client.get("/accounts/login/").content.decode()
    answer = client.post("/accounts/demo/student/", {"next": "/c/x/learn/"})
    assert answer.headers["Location"] == "/c/x/learn/"
    assert client.session["_auth_user_id"] == str(jordan.pk)


def test_without_the_demo_school_the_page_says_what_to_do(client, demo):
    assert "The demo school is not loaded yet" in client.get("/accounts/login/").content.decode()
    page = client.post("/accounts/demo/admin/", follow=True).content.decode()
    assert "The demo school is not loaded" in page


def test_outside_of_demo_mode_no_demo_door_is_there(client, demo, jordan):
    demo.DEMO = False
    assert "Jordan" not in client.get("/accounts/login/").content.decode()
    assert client.post("/accounts/demo/student/").status_code == 404
    assert client.get("/accounts/demo/mail/").status_code == 404
    assert "_auth_user_id" not in client.session


def test_every_page_of_the_demonstration_leads_to_its_mails(client, demo):
    assert 'href="/accounts/demo/mail/"' in client.get("/").content.decode()
    demo.DEMO = False
    assert "/accounts/demo/mail/" not in client.get("/").content.decode()


def test_a_link_alone_signs_nobody_in(client, demo, jordan):
    assert client.get("/accounts/demo/student/").url == "/accounts/login/"


def test_the_mail_page_shows_the_code_that_would_have_been_sent(client, demo, jordan):
    assert "No mail yet" in client.get("/accounts/demo/mail/").content.decode()
    client.post("/accounts/login/", {"email": jordan.email})
    drain()
    page = client.get("/accounts/demo/mail/").content.decode()
    code = client.session["account_login"]["state"]["stages"]["login_by_code"]["data"]["code"]
    assert page.count(code) == 2
    part = client.get("/accounts/demo/mail/", headers={"HX-Request": "true"}).content.decode()
    assert (code in part, "<html" in part) == (True, False)


def test_the_way_through_the_mail_page_keeps_where_the_person_wanted_to_go(client, demo, jordan):
    client.post("/accounts/login/", {"email": jordan.email})
    page = client.get("/accounts/login/code/?next=/c/x/learn/").content.decode()
    assert 'href="/accounts/demo/mail/?next=/c/x/learn/"' in page
    page = client.get("/accounts/demo/mail/?next=/c/x/learn/").content.decode()
    assert 'href="/accounts/login/code/?next=/c/x/learn/"' in page


def test_older_mail_is_on_further_pages(client, demo, tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir()
    for number in range(45):
        mail = f"Subject: Number {number}.\nTo: a@b.test\n\nHello"
        (folder / f"{number:02}.log").write_text(mail)
        os.utime(folder / f"{number:02}.log", (number, number))
    page = client.get("/accounts/demo/mail/").content.decode()
    assert "Number 44." in page
    assert "Number 24." not in page
    assert "1–20 of 45" in page
    assert "Number 0." in client.get("/accounts/demo/mail/?page=3").content.decode()
