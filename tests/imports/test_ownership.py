"""Whose own service a topic is: proposed, shown, changed, applied, undone."""

import pytest

from tests.imports.conftest import ADMIN, NOW, counts
from visavis.catalogue.models import Service
from visavis.core.models import HistoryEntry
from visavis.imports import queries
from visavis.imports.actions import apply_import, decide_proposal, discard_import, undo_import
from visavis.imports.errors import (
    OwnAndForEverybody,
    UncertifiedOwner,
    UnknownOwner,
    WrongState,
)
from visavis.imports.models import Import

TOPICS = (
    "Subject Abbreviation,Course Number\nPeer Mentoring with Talia K,\n"
    "Peer Mentoring with Bo Lee,\nAll available Peer Mentoring,\nWriting Help,\nCHEM,1301\n"
)
ALL = "All available Peer Mentoring"
PEOPLE = (
    "Email,First Name,Last Name,Courses\n"
    f"talia@x.edu,Talia,Kovac,Peer Mentoring with Talia K|{ALL}\n"
    f"bo@x.edu,Bo,Lee,Peer Mentoring with Bo Lee|{ALL}|CHEM1301\n"
    "kim@x.edu,Kim,Ek,Writing Help|*\n"
)


def told(run):
    return [(p.service, p.owner_email, p.for_everybody, p.accepted) for p in queries.proposals(run)]


def owners():
    rows = Service.objects.order_by("id").values_list("code", "owner__user__email", "for_everybody")
    return [row for row in rows if row[1] or row[2]]


def test_a_topic_that_names_its_one_person_becomes_theirs(school):
    school.apply("courses", TOPICS)

    run = school.plan("providers", PEOPLE)

    assert told(run) == [
        ("Peer Mentoring with Talia K", "talia@x.edu", False, True),
        ("Peer Mentoring with Bo Lee", "bo@x.edu", False, True),
        (ALL, "", True, True),
    ]
    assert counts(run) == (3, 0, 0, 0)
    apply_import(run, actor=ADMIN, now=NOW)
    assert owners() == [
        ("Peer Mentoring with Talia K", "talia@x.edu", False),
        ("Peer Mentoring with Bo Lee", "bo@x.edu", False),
        (ALL, None, True),
    ]
    assert told(school.plan("providers", PEOPLE)) == []


@pytest.mark.parametrize(
    ("topic", "people", "proposed"),
    [
        ("Coaching", ["A,One,Coaching", "B,Two,Coaching"], ("", True)),
        ("Coaching", ["A,One,Coaching"], None),
        ("Coaching with Ann O", ["Ann,Oh,Coaching with Ann O"], ("p0@x.edu", False)),
        ("coaching: ANN OH", ["Ann,Oh,Coaching: Ann Oh"], ("p0@x.edu", False)),
        ("Coaching with Anna", ["Ann,Oh,Coaching with Anna"], None),
        ("Coaching with Ann Or", ["Ann,Oh,Coaching with Ann Or"], None),
        ("Ann O", ["Ann,Oh,Ann O", "Bo,Lee,Ann O"], None),
        ("Ann O", ["Ann,Oh,A*"], None),
        ("All available", ["Ann,Oh,*"], ("", True)),
    ],
)
def test_the_rule_in_cases(school, topic, people, proposed):
    school.apply("courses", f'Subject,Number\n"{topic}",\n')
    rows = "".join(f"p{n}@x.edu,{person}\n" for n, person in enumerate(people))

    run = school.plan("providers", f"Email,First Name,Last Name,Courses\n{rows}")

    assert told(run) == ([(topic, *proposed, True)] if proposed else [])


def test_a_course_first_community_proposes_nothing(other_school):
    other_school.apply("courses", TOPICS)

    assert told(other_school.plan("providers", PEOPLE)) == []


def test_an_administrator_leaves_out_and_changes_proposals(school):
    school.apply("courses", TOPICS)
    run = school.plan("providers", PEOPLE)
    first, second, third = queries.proposals(run)

    def decide(proposal, **decision):
        decide_proposal(run, row_id=proposal.row_id, actor=ADMIN, **decision)

    decide(first, accepted=False)
    decide(second, accepted=True, owner_email="Kim@x.edu")
    decide(third, accepted=True, owner_email="talia@x.edu")
    with pytest.raises(UnknownOwner):
        decide(third, accepted=True, owner_email="no@x.edu")
    apply_import(run, actor=ADMIN, now=NOW)

    assert owners() == [
        ("Peer Mentoring with Bo Lee", "kim@x.edu", False),
        (ALL, "talia@x.edu", False),
    ]


@pytest.mark.parametrize(
    ("courses", "mode", "refusal"),
    [
        (f"Writing Help|{ALL}", "merge", None),
        ("All avail*", "merge", None),
        ("Writing Help", "merge", UncertifiedOwner),
        ("Peer Mentoring*", "merge", UncertifiedOwner),
        # Left out of the whole list, Kim gives no support here any more.
        (None, "replace", UnknownOwner),
        # Left out of additions, Kim's Courses stay: everything.
        (None, "merge", None),
    ],
)
def test_whose_own_it_may_become_is_judged_by_the_courses_after_the_file(
    school, courses, mode, refusal
):
    school.apply("providers", "Email,First Name,Last Name,Courses\nkim@x.edu,Kim,Ek,*\n")
    school.apply("courses", TOPICS)
    row = "" if courses is None else f"kim@x.edu,Kim,Ek,{courses}\n"
    lines = [line for line in PEOPLE.splitlines() if "kim@" not in line]
    run = school.plan("providers", "\n".join([*lines, row]), mode=mode)
    last = queries.proposals(run)[-1]

    def decide():
        decide_proposal(
            run, row_id=last.row_id, actor=ADMIN, accepted=True, owner_email="kim@x.edu"
        )

    if refusal is None:
        decide()
        apply_import(run, actor=ADMIN, now=NOW)
        assert (ALL, "kim@x.edu", False) in owners()
    else:
        with pytest.raises(refusal):
            decide()
        assert queries.proposals(run)[-1] == last


def test_a_topic_is_somebodys_own_or_for_everybody_and_never_both(school):
    school.apply("courses", TOPICS)
    run = school.plan("providers", PEOPLE)
    first = queries.proposals(run)[0]
    both = {"owner_email": "talia@x.edu", "for_everybody": True}

    with pytest.raises(OwnAndForEverybody) as refused:
        decide_proposal(run, row_id=first.row_id, actor=ADMIN, accepted=True, **both)

    assert refused.value.message == (
        "“Peer Mentoring with Talia K” cannot be Talia Kovac's own and for everybody at once. "
        "Empty “Belongs to”, or untick “For everybody”."
    )
    decide_proposal(run, row_id=first.row_id, actor=ADMIN, accepted=False, **both)
    assert not queries.proposals(run)[0].accepted


@pytest.mark.parametrize("decision", [{"accepted": True}, {"accepted": False}])
def test_a_topic_left_with_nobody_is_not_proposed_again(school, decision):
    school.apply("courses", TOPICS)
    run = school.plan("providers", PEOPLE)
    for proposal in queries.proposals(run)[1:]:
        decide_proposal(run, row_id=proposal.row_id, actor=ADMIN, **decision)
    put_away = school.plan("providers", PEOPLE)
    assert len(told(put_away)) == 3
    apply_import(run, actor=ADMIN, now=NOW)

    assert told(school.plan("providers", school.export("providers"))) == []

    undo_import(run, actor=ADMIN, now=NOW)
    assert len(told(school.plan("providers", PEOPLE))) == 3


def test_a_decision_is_told_in_the_history(school):
    school.apply("courses", TOPICS)
    run = school.plan("providers", PEOPLE)
    first = queries.proposals(run)[0]

    decide_proposal(run, row_id=first.row_id, actor=ADMIN, accepted=True, for_everybody=True)

    told = HistoryEntry.objects.get(verb__startswith="decided")
    assert (told.actor_label, told.before["owner_email"]) == (ADMIN.label, "talia@x.edu")
    assert (told.after["topic"], told.after["owner_email"]) == (first.service, "")


def test_nothing_is_decided_about_a_plan_that_was_put_away_meanwhile(school):
    school.apply("courses", TOPICS)
    run = school.plan("providers", PEOPLE)
    discard_import(Import.objects.get(pk=run.pk), actor=ADMIN)

    with pytest.raises(WrongState):
        decide_proposal(run, row_id=queries.proposals(run)[0].row_id, actor=ADMIN, accepted=False)


def test_undo_takes_owners_back(school):
    school.apply("courses", TOPICS)
    run = school.apply("providers", PEOPLE)
    assert owners()

    report = undo_import(run, actor=ADMIN, now=NOW)

    assert (owners(), report.left) == ([], ())
