"""A file on the pages: upload, preview, decide, apply, undo, and every way in which it can fail."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests.factories.cast import MONDAY
from tests.factories.world import TESTER
from visavis.catalogue.actions import certify
from visavis.catalogue.models import Certification, Service
from visavis.core import clock, progress
from visavis.core.worker import drain
from visavis.imports.enums import ImportState
from visavis.imports.models import Import
from visavis.people.enums import Role
from visavis.people.models import Membership, User

ROOT = "/c/mentoring/manage"
HEADER = "Subject Abbreviation,Course Number,Course Name\n"


def upload(client, text: str | bytes, *, kind="courses", mode="merge", name="courses.csv"):
    body = text if isinstance(text, bytes) else text.encode()
    file = SimpleUploadedFile(name, body)
    return client.post(f"{ROOT}/imports/{kind}/", {"file": file, "mode": mode}, follow=True)


def newest() -> Import:
    return Import.objects.latest("created_at", "pk")


def page_of(run: Import) -> str:
    return f"{ROOT}/imports/runs/{run.public_id}/"


def test_an_upload_changes_nothing_until_it_is_applied(admin, place):
    answer = upload(admin, HEADER + "BIOL,1301,Cells\nBIOL,1302,\n")
    run = newest()
    assert answer.request["PATH_INFO"] == page_of(run)
    assert [(item.label, item.count) for item in answer.context["tabs"]] == [
        ("New", 2),
        ("Changed", 0),
        ("Removed", 0),
        ("Unchanged", 0),
    ]
    assert not Service.objects.filter(subject="BIOL").exists()

    admin.post(f"{page_of(run)}application/")
    assert Service.objects.filter(subject="BIOL").count() == 2


def test_changed_cells_show_old_and_new(admin, place):
    upload(admin, HEADER + "BIOL,1301,Cells\n")
    admin.post(f"{page_of(newest())}application/")
    answer = upload(admin, HEADER + "BIOL,1301,Living cells\n")
    [line] = answer.context["lines"]
    assert [(cell.before, cell.after) for cell in line.cells] == [("Cells", "Living cells")]
    assert "<del" in answer.content.decode()


def test_a_problem_names_line_column_and_value(admin, place):
    answer = upload(admin, HEADER + "BIOL,1301,Cells\nA|B,1,Two\n")
    [problem] = answer.context["problems"]
    assert (problem.line, problem.value) == (3, "A|B1")
    assert "Line 3" in answer.content.decode()


def test_only_the_good_rows_are_applied_when_asked(admin, place):
    upload(admin, HEADER + "BIOL,1301,Cells\nA|B,1,Two\n")
    refused = admin.post(f"{page_of(newest())}application/", follow=True)
    assert newest().state == ImportState.PLANNED
    assert list(refused.context["messages"])
    admin.post(f"{page_of(newest())}application/", {"skip_bad_rows": "1"})
    assert newest().state == ImportState.APPLIED
    assert Service.objects.filter(code_key="biol1301").exists()


def test_what_removes_more_than_half_is_asked_again(admin, place):
    upload(admin, HEADER + "".join(f"BIOL,{n},\n" for n in range(10)))
    admin.post(f"{page_of(newest())}application/")
    upload(admin, HEADER + "BIOL,0,\n", mode="replace")
    run = newest()
    asked = admin.post(f"{page_of(run)}application/")
    assert (asked.status_code, "Is this meant?" in asked.content.decode()) == (422, True)
    assert Service.objects.filter(subject="BIOL", archived_at=None).count() == 10
    admin.post(f"{page_of(run)}application/", {"confirmed": "1"})
    assert Service.objects.filter(subject="BIOL", archived_at=None).count() == 1


def test_a_plan_made_against_other_data_is_shown_anew(admin, place):
    upload(admin, HEADER + "BIOL,1301,Cells\n")
    run = newest()
    Service.objects.create(
        community=place.community, subject="BIOL", number="1301", name="Made meanwhile"
    )
    answer = admin.post(f"{page_of(run)}application/", follow=True)
    assert "Something changed here" in answer.content.decode()
    assert Service.objects.get(code_key="biol1301").name == "Made meanwhile"


def test_undo_puts_back_what_nobody_touched_and_lists_the_rest(admin, place):
    upload(admin, HEADER + "BIOL,1301,Cells\nBIOL,1302,Plants\n")
    run = newest()
    admin.post(f"{page_of(run)}application/")
    touched = Service.objects.get(code_key="biol1301")
    touched.name = "Renamed by hand"
    touched.save()
    assert "Undo courses.csv?" in admin.get(f"{page_of(run)}undoing/").content.decode()
    answer = admin.post(f"{page_of(run)}undoing/", follow=True)
    assert "Left as it is" in answer.content.decode()
    assert [row.label for row in answer.context["left"]] == ["BIOL1301"]
    assert Service.objects.filter(subject="BIOL", archived_at=None).count() == 1


def test_undo_gives_each_reason_with_its_number(admin, place):
    upload(admin, HEADER + "BIOL,1301,Cells\nBIOL,1302,Plants\nBIOL,1303,Fungi\n")
    run = newest()
    admin.post(f"{page_of(run)}application/")
    Service.objects.filter(code_key__in=["biol1301", "biol1302"]).update(name="By hand")
    Service.objects.get(code_key="biol1303").delete()
    answer = admin.post(f"{page_of(run)}undoing/", follow=True)
    assert [str(message) for message in answer.context["messages"]][2:] == [
        "2 rows were left as they are and are listed here: “It was changed since.”",
        "1 row was left as it is and is listed here: “It was removed since.”",
    ]


def test_a_file_of_which_nothing_could_be_taken_back_can_still_be_undone(admin, place):
    upload(admin, HEADER + "BIOL,1301,Cells\n")
    run = newest()
    admin.post(f"{page_of(run)}application/")
    Service.objects.filter(code_key="biol1301").update(name="By hand")

    body = admin.post(f"{page_of(run)}undoing/", follow=True).content.decode()
    assert "Nothing was taken back. Undo first what came after this file, then this." in body
    assert ("Left as it is" in body, "It was changed since." in body) == (True, True)
    assert "Undo this file" in body

    Service.objects.filter(code_key="biol1301").update(name="Cells")
    body = admin.post(f"{page_of(run)}undoing/", follow=True).content.decode()
    assert "1 row that the file had changed is as it was." in body
    assert ("Left as it is" in body, "This file was undone" in body) == (False, True)


def test_where_every_row_is_bad_the_preview_speaks_of_no_good_ones(admin, place):
    body = upload(admin, HEADER + "A|B,1,Two\n").content.decode()
    assert "Nothing can be applied" in body
    assert ("Nothing to change" in body, "good rows" in body) == (False, False)
    assert (
        "apply the good rows only"
        in upload(admin, HEADER + "A|B,1,Two\nBIOL,1301,Cells\n").content.decode()
    )


def test_an_undone_file_says_when_and_what_is_as_it_was(admin, place):
    Service.objects.create(community=place.community, subject="Meeting with Noor H")
    upload(admin, PROVIDERS, kind="providers", name="people.csv")
    run = newest()
    admin.post(f"{page_of(run)}application/", follow=True)
    with clock.frozen_at(MONDAY + timedelta(hours=3)):
        answer = admin.post(f"{page_of(run)}undoing/", follow=True)
    assert [str(message) for message in answer.context["messages"]] == [
        "1 row that the file had changed is as it was.",
        "1 topic belongs to whom it belonged before.",
    ]
    body = answer.content.decode()
    assert ("11:00 AM" in body, "8:00 AM" in body) == (True, False)


def test_warnings_stand_apart_from_problems(admin, place):
    text = "Email,Courses\nnoor@uni.test,\nno address,\n"
    answer = upload(admin, text, kind="providers", name="people.csv")
    body = answer.content.decode()
    assert [issue.line for issue in answer.context["problems"]] == [3]
    assert [issue.line for issue in answer.context["warnings"]] == [2]
    assert ("One problem in the file" in body, "Worth knowing" in body) == (True, True)
    answer = admin.post(f"{page_of(newest())}application/", {"skip_bad_rows": "1"}, follow=True)
    left, _heading, known = answer.content.decode().partition("Worth knowing")
    assert "Rows with a problem were not applied." in left
    assert "These rows were applied all the same." in known


def test_a_file_that_changes_nothing_has_nothing_to_apply(admin, place):
    upload(admin, HEADER + "BIOL,1301,Cells\n")
    admin.post(f"{page_of(newest())}application/")
    body = upload(admin, HEADER + "BIOL,1301,Cells\n").content.decode()
    assert ("Nothing to change" in body, "Apply this file" in body) == (True, False)
    assert "Discard" in body


def test_a_discarded_plan_can_no_longer_be_applied(admin, place):
    upload(admin, HEADER + "BIOL,1301,Cells\n")
    run = newest()
    admin.post(f"{page_of(run)}disposal/")
    answer = admin.post(f"{page_of(run)}application/", follow=True)
    assert list(answer.context["messages"])
    assert not Service.objects.filter(subject="BIOL").exists()


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"", "empty.csv"),
        (b"a\x00b\x00", "nul.csv"),
        (b"PK\x03\x04 not a sheet", "broken.xlsx"),
        (b"%PDF-1.7", "paper.pdf"),
        (b'Subject Abbreviation\n"BIOL', "quote.csv"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(admin, place, body, name):
    answer = upload(admin, body, name=name)
    run = newest()
    assert (answer.status_code, run.state) in [
        (200, ImportState.REFUSED),
        (200, ImportState.PLANNED),
    ]
    told = run.refused_message or [issue.message for issue in run.issues.all()]
    assert told


def test_an_upload_without_a_file_is_told_so(admin, place):
    answer = admin.post(f"{ROOT}/imports/courses/", {"mode": "merge"})
    assert (answer.status_code, "Choose a file" in answer.content.decode()) == (422, True)


def test_the_file_is_read_anew_in_another_encoding(admin, place):
    upload(admin, (HEADER + "Café,,\n").encode("cp1252"))
    run = newest()
    admin.post(f"{page_of(run)}plan/", {"encoding": "mac-roman"})
    answer = admin.get(page_of(run))
    assert newest().encoding == "mac-roman"
    assert "Café" not in answer.content.decode()
    bad = admin.post(f"{page_of(run)}plan/", {"encoding": "klingon"}, follow=True)
    assert "Choose one of the ways" in bad.content.decode()


def test_a_long_file_shows_progress_until_it_is_read(admin, place):
    run = place.run
    Import.objects.filter(pk=run.pk).update(state=ImportState.PLANNING, rows=200, rows_done=50)
    body = admin.get(page_of(run)).content.decode()
    assert ("50 of 200 rows read" in body, "how far it is" in body) == (True, True)
    part = admin.get(f"{page_of(run)}progress/")
    assert "hx-get" in part.content.decode()
    Import.objects.filter(pk=run.pk).update(state=ImportState.PLANNED)
    assert admin.get(f"{page_of(run)}progress/").headers["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"added": 49_000, "changed": 900, "removed": 100}, "Writing 50,000 rows…"),
        ({"changed": 1}, "Writing 1 row…"),
        ({"unchanged": 7}, "Applying…"),
    ],
)
def test_while_a_file_is_applied_the_bar_shows_no_count_that_nobody_has(admin, place, counts, said):
    Import.objects.filter(pk=place.run.pk).update(
        state=ImportState.APPLYING, rows=50_000, rows_done=0, counts=counts
    )
    for address in (page_of(place.run), f"{page_of(place.run)}progress/"):
        body = admin.get(address).content.decode()
        assert f'{said}</span><progress class="meter"></progress>' in body
    assert "See how far it is" in admin.get(page_of(place.run)).content.decode()


def test_while_a_file_is_applied_the_rows_written_are_counted(admin, place):
    Import.objects.filter(pk=place.run.pk).update(
        state=ImportState.APPLYING, rows=50_000, counts={"added": 50_000}
    )
    with transaction.atomic(), progress.telling(place.run.public_id) as tell:
        tell(12_500, 50_000)
        for address in (page_of(place.run), f"{page_of(place.run)}progress/"):
            body = admin.get(address).content.decode()
            assert (
                '12,500 of 50,000 rows written</span><progress class="meter" value="12500" '
                'max="50000"></progress>' in body
            )


def test_a_large_list_that_went_stale_is_read_anew_by_one_button_and_applied(admin, place):
    lines = [f"student{number}@example.edu,Student,No {number}" for number in range(3000)]
    upload(
        admin,
        "\n".join(["Email,First Name,Last Name", *lines]),
        kind="students",
        name="students.csv",
    )
    run = newest()
    drain()
    admin.post(f"{page_of(run)}application/")
    Membership.objects.create(
        community=place.community,
        user=User.objects.create(email="student7@example.edu"),
        role=Role.STUDENT,
    )
    drain()
    stale = admin.get(page_of(run)).content.decode()
    assert "This preview is out of date" in stale
    assert ("Read the file anew" in stale, "Apply this file" in stale) == (True, False)

    admin.post(f"{page_of(run)}plan/", {"mode": run.mode})
    assert "rows read so far" in admin.get(page_of(run)).content.decode()
    drain()
    again = admin.get(page_of(run))
    assert [(tab.label, tab.count) for tab in again.context["tabs"]] == [
        ("New", 2999),
        ("Changed", 1),
        ("Removed", 0),
        ("Unchanged", 0),
    ]
    admin.post(f"{page_of(run)}application/")
    drain()
    assert newest().state == ImportState.APPLIED
    listed = Membership.objects.filter(community=place.community, role=Role.STUDENT)
    assert listed.filter(user__email__startswith="student").count() == 3000


def test_while_a_workbook_is_read_only_the_rows_so_far_are_told(admin, place):
    Import.objects.filter(pk=place.run.pk).update(
        state=ImportState.PLANNING, rows=0, rows_done=3000
    )
    body = admin.get(page_of(place.run)).content.decode()
    assert '3,000 rows read so far</span><progress class="meter"></progress>' in body


def test_the_file_comes_back_as_it_was_uploaded(admin, place):
    body = HEADER + "BIOL,1301,Cells\n"
    upload(admin, body, name="my list.csv")
    answer = admin.get(f"{page_of(newest())}file/")
    assert b"".join(answer.streaming_content).decode() == body
    assert 'filename="my list.csv"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "kind", ["courses", "providers", "enrollment", "students", "locations", "availability"]
)
def test_templates_and_lists_are_downloaded(admin, place, kind):
    for name in ("template", "export"):
        answer = admin.get(f"{ROOT}/imports/{kind}/{name}.csv")
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert admin.get(f"{ROOT}/imports/nonsense/template.csv").status_code == 404


PROVIDERS = "Email,First Name,Last Name,Courses\nnoor@uni.test,Noor,Haddad,Meeting with Noor H|\n"


def test_a_proposed_owner_is_shown_and_can_be_declined(admin, place):
    Service.objects.create(community=place.community, subject="Meeting with Noor H")
    answer = upload(admin, PROVIDERS, kind="providers", name="people.csv")
    [proposal] = answer.context["proposals"]
    assert (proposal.service, proposal.accepted) == ("Meeting with Noor H", True)
    run = newest()
    admin.post(f"{page_of(run)}choices/", choice(proposal, accepted=""))
    assert not admin.get(page_of(run)).context["proposals"][0].accepted
    admin.post(f"{page_of(run)}application/")
    assert newest().state == ImportState.APPLIED
    assert Service.objects.get(subject="Meeting with Noor H").owner is None


@pytest.mark.parametrize(
    ("topic", "ticked", "proposed", "becomes"),
    [
        # Each form as the page posts it: "nobody" is a blank choice, an unticked box is left out.
        ("Meeting with Noor H", {"owner_email": "", "accepted": "1"}, "Noor Haddad", (None, False)),
        ("All available help", {"owner_email": "", "accepted": "1"}, "", (None, False)),
        (
            "All available help",
            {"owner_email": "noor@uni.test", "accepted": "1"},
            "",
            ("noor@uni.test", False),
        ),
    ],
)
def test_what_is_chosen_about_a_proposal_is_what_happens(
    admin, place, topic, ticked, proposed, becomes
):
    Service.objects.create(community=place.community, subject=topic)
    people = PROVIDERS.replace("Meeting with Noor H", topic)
    answer = upload(admin, people, kind="providers", name="people.csv")
    [proposal] = answer.context["proposals"]
    assert (proposal.owner, proposal.for_everybody) == (proposed, not proposed)
    run = newest()
    sent = {f"{name}-{proposal.row_id}": value for name, value in ticked.items()}
    admin.post(f"{page_of(run)}choices/", {"proposal": proposal.row_id, **sent})
    admin.post(f"{page_of(run)}application/")
    service = Service.objects.select_related("owner__user").get(subject=topic)
    owner = service.owner.user.email if service.owner else None
    assert (owner, service.for_everybody) == becomes


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "is not among the Courses of Talia Example, also not once this file is applied."),
        ({"for_everybody": "1"}, "own and for everybody at once."),
    ],
)
@pytest.mark.parametrize("wanted", ["choices", "application"])
def test_whom_a_topic_cannot_belong_to_is_said_at_its_field(admin, place, more, sentence, wanted):
    Service.objects.create(community=place.community, subject="Meeting with Noor H")
    Certification.objects.all().delete()
    answer = upload(admin, PROVIDERS, kind="providers", name="people.csv")
    [proposal] = answer.context["proposals"]
    owner = {"owner_email": place.provider.user.email} | more

    answer = admin.post(f"{page_of(newest())}{wanted}/", choice(proposal, **owner))

    assert answer.status_code == 422
    [(_item, form)] = answer.context["choices"]
    assert sentence in form.errors["owner_email"][0]
    assert newest().state == ImportState.PLANNED


def choice(proposal, **changes):
    """What the page sends about a proposal."""
    shown = {"owner_email": proposal.owner_email, "accepted": "1"} | changes
    return {"proposal": proposal.row_id} | {
        f"{name}-{proposal.row_id}": value for name, value in shown.items() if value
    }


def test_choices_that_were_changed_and_not_kept_count_when_the_file_is_applied(admin, place):
    Service.objects.create(community=place.community, subject="Meeting with Noor H")
    talia = place.provider
    certify(talia, "Meeting*", by=TESTER)
    answer = upload(admin, PROVIDERS, kind="providers", name="people.csv")
    [proposal] = answer.context["proposals"]
    sent = choice(proposal, owner_email=talia.user.email)
    admin.post(f"{page_of(newest())}application/", sent)
    assert Service.objects.get(subject="Meeting with Noor H").owner == talia
    for forged in ("x", "99999999999999999999", "0"):
        answer = admin.post(f"{page_of(newest())}choices/", {"proposal": forged})
        assert answer.status_code == 302


@pytest.mark.parametrize("wanted", ["choices", "application"])
def test_choices_on_a_page_older_than_the_plan_lead_to_the_new_preview(admin, place, wanted):
    Service.objects.create(community=place.community, subject="Meeting with Noor H")
    opened = upload(admin, PROVIDERS, kind="providers", name="people.csv")
    [old] = opened.context["proposals"]
    anew = admin.post(f"{page_of(newest())}plan/", {"encoding": "utf-8"}, follow=True)
    [new] = anew.context["proposals"]

    answer = admin.post(f"{page_of(newest())}{wanted}/", choice(old, accepted=""), follow=True)

    assert answer.status_code == 200
    assert "The file was read anew since that page was opened" in answer.content.decode()
    assert (newest().state, answer.context["proposals"]) == (ImportState.PLANNED, [new])


def test_many_proposals_come_page_by_page_with_one_list_of_people(admin, place):
    topics = [f"All available help {n:02}" for n in range(25)]
    for topic in topics:
        Service.objects.create(community=place.community, subject=topic)
    people = PROVIDERS.replace("Meeting with Noor H|", "|".join(topics))
    answer = upload(admin, people, kind="providers", name="people.csv")
    assert [p.service for p in answer.context["proposals"]] == topics[:20]
    assert answer.content.decode().count(f'value="{place.provider.user.email}"') == 1

    page = admin.get(f"{page_of(newest())}?topics=2")
    last = page.context["proposals"][-1]
    assert [p.service for p in page.context["proposals"]] == topics[20:]
    form = choice(last, owner_email="nobody@uni.test")
    for wanted in ("choices", "application"):
        back = admin.post(f"{page_of(newest())}{wanted}/?topics=2", form)
        assert back.context["proposals"][-1] == last
        assert "is nobody who gives support here" in back.content.decode()
    opened = admin.get(f"{page_of(newest())}choices/?topics=2")
    assert opened.url == f"{page_of(newest())}?topics=2"


@pytest.mark.parametrize("wanted", ["choices", "application"])
def test_a_mistyped_address_comes_back_with_all_that_was_typed(admin, place, wanted):
    topics = ["All available help", "All available labs", "Meeting with Noor H"]
    for topic in topics:
        Service.objects.create(community=place.community, subject=topic)
    people = PROVIDERS.replace("Meeting with Noor H|", "|".join(topics))
    shown = upload(admin, people, kind="providers", name="people.csv").context["proposals"]
    first, second, third = shown
    talia = place.provider.user.email
    sent = choice(first, owner_email="tlaia@uni.test", for_everybody="1")
    sent |= choice(second, owner_email=talia, accepted="")
    sent |= choice(third, owner_email="x" * 255)
    sent |= {"proposal": [item.row_id for item in shown], "confirmed": "1"}

    answer = admin.post(f"{page_of(newest())}{wanted}/", sent)

    assert answer.status_code == 422
    forms = [form for _item, form in answer.context["choices"]]
    assert [
        (form["owner_email"].value(), form["for_everybody"].value(), form["accepted"].value())
        for form in forms
    ] == [("tlaia@uni.test", True, True), (talia, False, False), ("x" * 255, False, True)]
    assert [bool(form.errors) for form in forms] == [True, False, True]
    page = answer.content.decode()
    assert f'aria-describedby="owner-{first.row_id}-error"' in page
    assert f'<a href="#owner-{first.row_id}">All available help: “tlaia@uni.test” is nobody' in page
    assert f'aria-describedby="owner-{second.row_id}-error"' not in page
    assert admin.get(page_of(newest())).context["proposals"] == shown
