"""Addresses of the hours, for a face to include under its own door."""

from django.urls import path
from django.urls.resolvers import URLPattern

from visavis.web.hours.desk import Door
from visavis.web.hours.views.blocks import block_removal, change_block, new_block
from visavis.web.hours.views.changes import change_removal, new_change
from visavis.web.hours.views.hours import hours
from visavis.web.hours.views.restoration import restoration


def hours_urls(door: Door) -> list[URLPattern]:
    """Every page of the hours behind `door`, which finds out whose they are and who may."""
    return [
        path("", door(hours), name="hours"),
        path("blocks/new/", door(new_block), name="hours_new_block"),
        path("blocks/<int:pk>/", door(change_block), name="hours_block"),
        path("blocks/<int:pk>/removal/", door(block_removal), name="hours_block_removal"),
        path("changes/new/", door(new_change), name="hours_new_change"),
        path("changes/<int:pk>/removal/", door(change_removal), name="hours_change_removal"),
        path("restoration/", door(restoration), name="hours_restoration"),
    ]
