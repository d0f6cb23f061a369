"""Addresses of the hours, for a face to include under its own door."""

from django.urls import path
from django.urls.resolvers import URLPattern

from visavis.web.hours.desk import Door
from visavis.web.hours.views.blocks import block_removal, change_block, new_block
from visavis.web.hours.views.changes import change_change, change_removal, new_change
from visavis.web.hours.views.days import clearing, copies
from visavis.web.hours.views.hours import hours
from visavis.web.hours.views.restoration import restoration
from visavis.web.hours.views.sick_leave import sick_leave


def hours_urls(door: Door) -> list[URLPattern]:
    """Every page of the hours behind `door`, which finds out whose they are and who may."""
    return [
        path("", door(hours, shows=True), name="hours"),
        path("blocks/new/", door(new_block), name="hours_new_block"),
        path("blocks/<int:pk>/", door(change_block), name="hours_block"),
        path("blocks/<int:pk>/removal/", door(block_removal), name="hours_block_removal"),
        path("changes/new/", door(new_change), name="hours_new_change"),
        path("changes/<int:pk>/", door(change_change), name="hours_change"),
        path("changes/<int:pk>/removal/", door(change_removal), name="hours_change_removal"),
        path("copies/", door(copies), name="hours_copies"),
        path("clearing/", door(clearing), name="hours_clearing"),
        path("restoration/", door(restoration, shows=True), name="hours_restoration"),
        path("sick-leave/", door(sick_leave, tab="meetings", shows=True), name="hours_sick_leave"),
    ]
