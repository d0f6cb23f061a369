"""How pages write instants: as the mails do, by the same functions."""

from visavis.people.times import (
    date_in_words,
    duration_in_words,
    find_hour_cycle,
    moment_in_words,
    rhythm_in_words,
    shows_same_clock,
    time_in_words,
    times_in_words,
    weekday_in_short,
)

__all__ = [
    "date_in_words",
    "duration_in_words",
    "find_hour_cycle",
    "moment_in_words",
    "rhythm_in_words",
    "shows_same_clock",
    "time_in_words",
    "times_in_words",
    "weekday_in_short",
]
