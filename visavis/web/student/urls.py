"""Addresses of the student's pages: every step of the way is one, with its choices in it."""

from django.urls import path

from visavis.web.student.views.bookings import booking, bookings, calendar, cancellation
from visavis.web.student.views.learn import front, learn
from visavis.web.student.views.moves import move
from visavis.web.student.views.my_services import my_services
from visavis.web.student.views.people import providers
from visavis.web.student.views.places import places
from visavis.web.student.views.proposals import proposal, proposal_declining
from visavis.web.student.views.review import review
from visavis.web.student.views.series import (
    series,
    series_bookings,
    series_calendar,
    series_ending,
)
from visavis.web.student.views.services import begin, services
from visavis.web.student.views.times import times
from visavis.web.student.views.topic import topic
from visavis.web.student.views.waitlist import (
    waitlist,
    waitlist_leaving,
    waitlist_letting_go,
)
from visavis.web.student.views.weeks import weeks

app_name = "student"
BOOK = "book/<int:format_id>/"
SERVICE = f"{BOOK}<int:service_id>/"
START = f"{SERVICE}<str:start>/"
PROVIDER = f"{START}<int:provider_id>/"
PLACE = f"{PROVIDER}<int:place_id>/"

urlpatterns = [
    path("", front, name="front"),
    path("learn/", learn, name="learn"),
    path("my-services/", my_services, name="my_services"),
    path(BOOK, begin, name="begin"),
    path(f"{BOOK}services/", services, name="services"),
    path(f"{SERVICE}times/", times, name="times"),
    path(f"{SERVICE}waitlist/", waitlist, name="waitlist"),
    path(f"{START}providers/", providers, name="providers"),
    path(f"{PROVIDER}places/", places, name="places"),
    path(f"{PLACE}weeks/", weeks, name="weeks"),
    path(f"{PLACE}topic/", topic, name="topic"),
    path(f"{PLACE}review/", review, name="review"),
    path("waitlist/<uuid:public_id>/leaving/", waitlist_leaving, name="waitlist_leaving"),
    path("waitlist/<uuid:public_id>/letting-go/", waitlist_letting_go, name="waitlist_letting_go"),
    path("series/", series_bookings, name="series_bookings"),
    path("series/<uuid:public_id>/", series, name="series"),
    path("series/<uuid:public_id>/ending/", series_ending, name="series_ending"),
    path("series/<uuid:public_id>/calendar.ics", series_calendar, name="series_calendar"),
    path("bookings/", bookings, name="bookings"),
    path("bookings/<uuid:public_id>/", booking, name="booking"),
    path("bookings/<uuid:public_id>/cancellation/", cancellation, name="cancellation"),
    path("bookings/<uuid:public_id>/move/", move, name="move"),
    path("bookings/<uuid:public_id>/times/", proposal, name="proposal"),
    path(
        "bookings/<uuid:public_id>/times/declining/", proposal_declining, name="proposal_declining"
    ),
    path("bookings/<uuid:public_id>/calendar.ics", calendar, name="calendar"),
]
