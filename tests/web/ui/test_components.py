import re
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from visavis.people.enums import HourCycle
from visavis.web.student.timetable import DayCell, FreeTime
from visavis.web.ui.pieces import Choice, MenuItem, Portrait, initials_of
from visavis.web.ui.templatetags.ui import register

START = datetime(2025, 3, 4, 14, tzinfo=UTC)


def draw(source, **values):
    html = Template(source).render(Context({"hour_cycle": HourCycle.TWENTY_FOUR, **values}))
    return re.sub(r"\s+", " ", html).strip()


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


class Booking(forms.Form):
    email = forms.EmailField(help_text="Your school address.")
    day = forms.DateField()
    note = forms.CharField(widget=forms.Textarea, required=False)
    topics = forms.MultipleChoiceField(
        choices=[("a", "Algebra"), ("b", "Biology")], widget=forms.CheckboxSelectMultiple
    )


# Every component with what it needs; a new one without a line here fails the test below.
CALLS = {
    "badge": '{% badge "New" ??? %}',
    "button": '{% button "Save" ??? %}',
    "card": "{% card ??? %}x{% endcard %}",
    "cell": '{% cell label="Name" ??? %}x{% endcell %}',
    "choices": '{% choices items title="Yours" ??? %}',
    "code": '{% code "A" ??? %}',
    "duration": "{% duration 30 ??? %}",
    "empty_state": '{% empty_state title="a" sentence="b" ??? %}',
    "face": '{% face name="A" ??? %}',
    "face_stack": "{% face_stack items ??? %}",
    "fact": '{% fact term="When" ??? %}x{% endfact %}',
    "facts": "{% facts ??? %}x{% endfacts %}",
    "field": "{% field form.email ??? %}",
    "fields": "{% fields form ??? %}",
    "fold": '{% fold label="More" ??? %}x{% endfold %}',
    "form_errors": "{% form_errors form ??? %}",
    "icon": '{% icon "book" ??? %}',
    "kbd": '{% kbd "Tab" ??? %}',
    "link_button": '{% link_button "Go" url="/" ??? %}',
    "link_card": '{% link_card url="/" ??? %}x{% endlink_card %}',
    "mark": "{% mark ??? %}",
    "notice": "{% notice ??? %}x{% endnotice %}",
    "sorted_head": '{% sorted_head "Name" by="name" ??? %}',
    "page_header": '{% page_header title="A" ??? %}{% endpage_header %}',
    "pages": "{% pages page_obj ??? %}",
    "introduction": '{% introduction name="A" ??? %}',
    "person": '{% person name="A" ??? %}',
    "progress": '{% progress value=1 most=2 label="a" ??? %}',
    "search_box": '{% search_box label="a" ??? %}',
    "side_menu": "{% side_menu items ??? %}",
    "status": '{% status "confirmed" ??? %}',
    "step_header": '{% step_header name="a" prompt="b" number=1 total=6 ??? %}',
    "table": '{% table caption="a" ??? %}x{% endtable %}',
    "typed_cell": "{% typed_cell form.email ??? %}",
    "tabs": '{% tabs items label="a" ??? %}',
    "day_strip": "{% day_strip items ??? %}",
    "time_list": "{% time_list items ??? %}",
    "toasts": "{% toasts items ??? %}",
    "when": "{% when start ??? %}",
    "zone_name": '{% zone_name "UTC" ??? %}',
}


def test_every_component_is_called_here():
    assert sorted(CALLS) == sorted(register.tags)


@pytest.mark.parametrize("name", sorted(CALLS))
def test_a_component_renders_and_refuses_an_unknown_attribute(name):
    values = {
        "form": Booking(),
        "items": [],
        "start": START,
        "request": RequestFactory().get("/"),
        "page_obj": Paginator([1, 2], 1).page(1),
    }
    draw(CALLS[name].replace("???", ""), **values)
    with pytest.raises(TemplateSyntaxError, match="unexpected keyword argument 'colour'"):
        draw(CALLS[name].replace("???", 'colour="red"'), **values)


@pytest.mark.parametrize(
    "source",
    [
        '{% button "Save" kind="loud" %}',
        '{% badge "New" kind="loud" %}',
        '{% icon "unicorn" %}',
        '{% face name="A" size="huge" %}',
        '{% status "lost" %}',
        "{% when start form='odd' %}",
    ],
)
def test_an_unknown_choice_lists_what_there_is(source):
    with pytest.raises(TemplateSyntaxError, match="it can be one of: "):
        draw(source, start=START)


def test_times_are_links_with_their_full_names_and_every_part_is_escaped():
    plain = FreeTime(START, "/9/", "9:00", "to 9:30, <Tuesday>")
    full = FreeTime(START, "/10/?a=1&b=2", "10:00", "to 10:30", "7:00", "2 seats left")
    assert draw("{% time_list free %}", free=[plain, full]) == (
        '<ul class="time-list">'
        '<li><a class="time-link" href="/9/"><span>9:00</span>'
        '<span class="sr-only"> to 9:30, &lt;Tuesday&gt;</span></a></li>'
        '<li><a class="time-link" href="/10/?a=1&amp;b=2"><span>10:00</span>'
        '<span class="sr-only"> to 10:30</span><span class="time-other">7:00</span>'
        '<span class="time-other">2 seats left</span></a></li></ul>'
    )


def test_days_lead_to_their_times_and_those_without_say_why():
    monday, tuesday = date(2027, 3, 1), date(2027, 3, 2)
    free = DayCell(monday, 2, "/?day=1&a=2", is_chosen=True, is_today=False)
    full = DayCell(tuesday, 0, "/", is_chosen=False, is_today=False, reason='Your "limit"')
    assert draw("{% day_strip days %}", days=[free, full]) == (
        '<li><a class="day-cell" id="day-2027-03-01" href="/?day=1&amp;a=2" aria-current="date">'
        '<span aria-hidden="true"><span class="day-name">Mon</span><span class="day-number">1'
        '</span><span class="day-count"><span class="sm:hidden">2</span>'
        '<span class="max-sm:hidden">2 free</span></span></span>'
        '<span class="sr-only"> Monday 1 March, 2 free times</span></a></li>'
        '<li><span class="day-cell is-none is-used" title="Your &quot;limit&quot;">'
        '<span aria-hidden="true"><span class="day-name">Tue</span><span class="day-number">2'
        '</span><span class="day-count">–</span></span>'
        '<span class="sr-only"> Tuesday 2 March, no free time: Your &quot;limit&quot;</span>'
        "</span></li>"
    )


def test_a_button_escapes_its_label_and_hides_what_it_describes():
    html = draw('{% button label kind="danger" describes="Sam" name="do" value="1" %}', label="<b>")
    assert html == (
        '<button class="btn btn-danger" type="submit" name="do" value="1">&lt;b&gt;'
        '<span class="sr-only"> Sam</span></button>'
    )


def test_a_field_ties_hint_and_error_to_its_control():
    html = draw("{% field form.email %}", form=Booking({"email": "no"}))
    control = re.search(r"<input[^>]+>", html).group()
    assert 'aria-describedby="id_email-hint id_email-error"' in control
    assert 'aria-invalid="true"' in control
    assert 'id="id_email-hint"' in html
    assert 'id="id_email-error"' in html
    assert '<label class="field-label" for="id_email">' in html


def test_a_date_field_is_the_browsers_own_and_keeps_its_value():
    html = draw("{% field form.day %}", form=Booking(initial={"day": START.date()}))
    assert 'type="date"' in html
    assert 'value="2025-03-04"' in html


def test_a_group_of_ticks_is_a_fieldset_with_its_error():
    html = draw("{% field form.topics %}", form=Booking({}))
    assert html.startswith(
        '<fieldset class="field" id="id_topics" aria-describedby="id_topics-error"'
    )
    assert text_of(html) == "Topics Algebra Biology This is missing. Fill it in."


def test_the_summary_of_errors_links_to_each_field():
    html = draw("{% form_errors form %}", form=Booking({"email": "a@b.org"}))
    assert re.findall(r'href="([^"]+)"', html) == ["#id_day", "#id_topics"]


def test_the_summary_puts_no_colon_after_a_question():
    class Question(forms.Form):
        q = forms.CharField(label="What is it about?", error_messages={"required": "Say it."})

    html = draw("{% form_errors form %}", form=Question({}))
    assert "What is it about? Say it." in text_of(html)


def test_an_address_breaks_at_its_joints_and_nothing_else_does():
    told = draw("{{ text|breakable }}", text="<b> a.kay@uni.edu, 3.5")
    assert told == "&lt;b&gt; a.<wbr>kay<wbr>@uni.<wbr>edu, 3.5"


def test_a_form_without_errors_has_no_summary():
    assert draw("{% form_errors form %}", form=Booking()) == ""


def test_when_names_the_zone_and_the_instant():
    html = draw('{% when start end zone="America/New_York" %}', start=START, end=START)
    assert 'datetime="2025-03-04T14:00:00+00:00"' in html
    assert text_of(html) == "Tuesday 4 March 2025, 9:00–9:00 (New York time)"


def test_when_adds_a_second_zone_only_where_its_clocks_differ():
    source = "{% when start zone='Europe/London' also=other form='time' %}"
    assert text_of(draw(source, start=START, other="UTC")) == "14:00"
    assert (
        text_of(draw(source, start=START, other="Asia/Kolkata")) == "14:00 · 19:30 (Kolkata time)"
    )


def test_a_person_without_free_time_says_so_when_asked():
    quiet, told = '{% person name="Ann Lee" %}', '{% person name="Ann Lee" shows_next=True %}'
    assert text_of(draw(quiet)) == "AL Ann Lee"
    assert text_of(draw(told)) == "AL Ann Lee No free time in the coming weeks"


def test_a_face_alone_is_named_and_beside_a_name_is_silent():
    assert 'role="img" aria-label="Ann Lee"' in draw('{% face name="Ann Lee" spoken=True %}')
    assert 'aria-hidden="true"' in draw('{% face name="Ann Lee" %}')


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Talia K", "TK"), ("Ann Maria Lee", "AL"), ("Cher", "C"), ("", "?"), ("Éva (Eve)", "É")],
)
def test_initials_are_the_first_and_the_last_words(name, initials):
    assert initials_of(name) == initials


def test_a_stack_of_faces_counts_the_rest():
    people = [Portrait(name) for name in ("A", "B", "C")]
    assert text_of(draw("{% face_stack people most=2 %}", people=people)) == "A B and 1 more"


def test_pages_keep_the_query_and_replace_the_page():
    request = RequestFactory().get("/", {"q": "ann lee", "page": "2"})
    page_obj = Paginator(range(6), 2).page(2)
    html = draw("{% pages page_obj %}", request=request, page_obj=page_obj)
    assert re.findall(r'href="([^"]+)"', html) == ["?q=ann+lee&amp;page=1", "?q=ann+lee&amp;page=3"]
    assert text_of(html) == "3–4 of 6 Previous Next"


def test_search_keeps_the_other_filters_and_begins_at_the_first_page():
    request = RequestFactory().get("/", {"q": "ann", "place": ["1", "2"], "page": "3"})
    html = draw('{% search_box label="Search" value="ann" %}', request=request)
    hidden = re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', html)
    assert hidden == [("place", "1"), ("place", "2")]


def test_progress_without_an_address_asks_no_more():
    running = draw('{% progress value=1 most=2 label="1 of 2" poll_url="/job/" %}')
    assert 'hx-get="/job/"' in running
    assert "hx-" not in draw('{% progress value=2 most=2 label="2 of 2" %}')


def test_progress_that_nobody_can_count_has_a_name_and_no_value():
    html = draw('{% progress label="Writing 9 rows…" %}')
    assert "value=" not in html
    assert text_of(html) == "Writing 9 rows…"


def test_only_the_choices_that_may_be_changed_have_a_link():
    chosen = [Choice("Time", "9:00", "/time/"), Choice("Place", "Online")]
    html = draw('{% choices chosen title="Your meeting" %}', chosen=chosen)
    assert re.findall(r'href="([^"]+)"', html) == ["/time/", "/time/"]


def test_the_active_tab_is_marked_and_a_count_of_zero_is_shown():
    items = [MenuItem("New", "/new/", active=True), MenuItem("Gone", "/gone/", count=0)]
    html = draw('{% tabs items label="Kinds" %}', items=items)
    assert '<a href="/new/" aria-current="page">' in html
    assert text_of(html) == "New Gone 0"
