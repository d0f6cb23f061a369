"""The words of every mail that a community has before it changes any."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from visavis.notifications.enums import Audience, Kind

Words = tuple[str | Promise, str | Promise]
_WITH_THEM = "{support} with {provider}: {starts}"
_WITH_STUDENT = "{support} with {student}: {starts}"
_OF_BOTH = "{student} and {provider}: {starts}"

# fmt: off
DEFAULTS: dict[tuple[Kind, Audience], Words] = {
    (Kind.REQUESTED, Audience.STUDENT): (
        gettext_lazy("Requested: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nYou have asked {provider} for a meeting. It is not fixed "
                     "yet: we write to you as soon as there is an answer."),
    ),
    (Kind.REQUESTED, Audience.PROVIDER): (
        gettext_lazy("Please answer: {student} asks for {starts}"),
        gettext_lazy("Hello {provider},\n\n{student} asks for a meeting with you. Please accept "
                     "or decline it; without an answer the request expires."),
    ),
    (Kind.REQUESTED, Audience.CENTRE): (
        gettext_lazy("Requested: {student} and {provider}, {starts}"),
        gettext_lazy("{student} has asked {provider} for a meeting."),
    ),
    (Kind.SERIES_REQUESTED, Audience.STUDENT): (
        gettext_lazy("Requested: {weeks} with {provider} from {starts}"),
        gettext_lazy("Hello {student},\n\nYou have asked {provider} for {weeks}. They are not "
                     "fixed yet: we write to you as soon as there is an answer."),
    ),
    (Kind.SERIES_REQUESTED, Audience.PROVIDER): (
        gettext_lazy("Please answer: {student} asks for {weeks} from {starts}"),
        gettext_lazy("Hello {provider},\n\n{student} asks for {weeks} with you. Accept or decline "
                     "them; without an answer the requests expire."),
    ),
    (Kind.SERIES_REQUESTED, Audience.CENTRE): (
        gettext_lazy("Requested: {student} and {provider}, {weeks} from {starts}"),
        gettext_lazy("{student} has asked {provider} for {weeks}."),
    ),
    (Kind.CONFIRMED, Audience.STUDENT): (
        gettext_lazy(_WITH_THEM),
        gettext_lazy("Hello {student},\n\nYour meeting with {provider} is confirmed."),
    ),
    (Kind.CONFIRMED, Audience.PROVIDER): (
        gettext_lazy(_WITH_STUDENT),
        gettext_lazy("Hello {provider},\n\n{student} has a meeting with you."),
    ),
    (Kind.CONFIRMED, Audience.CENTRE): (
        gettext_lazy(_OF_BOTH),
        gettext_lazy("{student} has a meeting with {provider}."),
    ),
    (Kind.SERIES_CONFIRMED, Audience.STUDENT): (
        gettext_lazy("{support} with {provider}: {weeks} from {starts}"),
        gettext_lazy("Hello {student},\n\nYour {weeks} with {provider} are confirmed. Each week "
                     "stands for itself: move or skip one, and the others stay as they are."),
    ),
    (Kind.SERIES_CONFIRMED, Audience.PROVIDER): (
        gettext_lazy("{support} with {student}: {weeks} from {starts}"),
        gettext_lazy("Hello {provider},\n\n{student} has {weeks} with you."),
    ),
    (Kind.SERIES_CONFIRMED, Audience.CENTRE): (
        gettext_lazy("{student} and {provider}: {weeks} from {starts}"),
        gettext_lazy("{student} has {weeks} with {provider}."),
    ),
    (Kind.GROUP_JOINED, Audience.STUDENT): (
        gettext_lazy(_WITH_THEM),
        gettext_lazy("Hello {student},\n\nYou have a seat in the group with {provider}."),
    ),
    (Kind.GROUP_JOINED, Audience.PROVIDER): (
        gettext_lazy("{student} joins your group: {starts}"),
        gettext_lazy("Hello {provider},\n\n{student} comes to your group."),
    ),
    (Kind.GROUP_JOINED, Audience.CENTRE): (
        gettext_lazy("{student} joins the group of {provider}: {starts}"),
        gettext_lazy("{student} comes to the group of {provider}."),
    ),
    (Kind.CHANGED, Audience.STUDENT): (
        gettext_lazy("Changed: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nYour meeting with {provider} has changed. "
                     "This is how it stands now."),
    ),
    (Kind.CHANGED, Audience.PROVIDER): (
        gettext_lazy("Changed: {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\nYour meeting with {student} has changed. "
                     "This is how it stands now."),
    ),
    (Kind.CHANGED, Audience.CENTRE): (
        gettext_lazy("Changed: {student} and {provider}, {starts}"),
        gettext_lazy("The meeting of {student} and {provider} has changed."),
    ),
    (Kind.CANCELLED, Audience.STUDENT): (
        gettext_lazy("Cancelled: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nYour meeting with {provider} is cancelled. "
                     "You can book another time whenever you like."),
    ),
    (Kind.CANCELLED, Audience.PROVIDER): (
        gettext_lazy("Cancelled: {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\nThe meeting with {student} is cancelled."),
    ),
    (Kind.CANCELLED, Audience.CENTRE): (
        gettext_lazy("Cancelled: {student} and {provider}, {starts}"),
        gettext_lazy("The meeting of {student} and {provider} is cancelled."),
    ),
    (Kind.SERIES_CANCELLED, Audience.STUDENT): (
        gettext_lazy("Cancelled: {weeks} with {provider} from {starts}"),
        gettext_lazy("Hello {student},\n\nThe {weeks} with {provider} that stand below are "
                     "cancelled. You can book other times whenever you like."),
    ),
    (Kind.SERIES_CANCELLED, Audience.PROVIDER): (
        gettext_lazy("Cancelled: {weeks} with {student} from {starts}"),
        gettext_lazy("Hello {provider},\n\nThe {weeks} with {student} that stand below are "
                     "cancelled."),
    ),
    (Kind.SERIES_CANCELLED, Audience.CENTRE): (
        gettext_lazy("Cancelled: {student} and {provider}, {weeks} from {starts}"),
        gettext_lazy("{weeks} of {student} and {provider} are cancelled."),
    ),
    (Kind.GROUP_LEFT, Audience.STUDENT): (
        gettext_lazy("You left: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nYou left the group with {provider}. Your seat is given "
                     "back, and somebody else can have it."),
    ),
    (Kind.GROUP_LEFT, Audience.PROVIDER): (
        gettext_lazy("{student} leaves your group: {starts}"),
        gettext_lazy("Hello {provider},\n\n{student} does not come to your group any more. The "
                     "others stay."),
    ),
    (Kind.GROUP_LEFT, Audience.CENTRE): (
        gettext_lazy("{student} leaves the group of {provider}: {starts}"),
        gettext_lazy("{student} does not come to the group of {provider} any more."),
    ),
    (Kind.HANDED_OVER, Audience.PROVIDER): (
        gettext_lazy("Handed over: {student}, {starts}, now with {heir}"),
        gettext_lazy("Hello {provider},\n\nThe meeting with {student} is handed over to {heir} and "
                     "takes place without you."),
    ),
    (Kind.SERIES_HANDED_OVER, Audience.PROVIDER): (
        gettext_lazy("Handed over: {weeks} with {student} from {starts}, now with {heir}"),
        gettext_lazy("Hello {provider},\n\nThe {weeks} with {student} that stand below are handed "
                     "over to {heir} and take place without you."),
    ),
    (Kind.DECLINED, Audience.STUDENT): (
        gettext_lazy("Declined: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\n{provider} cannot take the meeting that you asked for. "
                     "Please book another time."),
    ),
    (Kind.DECLINED, Audience.PROVIDER): (
        gettext_lazy("Declined: {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\nThe request of {student} is declined."),
    ),
    (Kind.DECLINED, Audience.CENTRE): (
        gettext_lazy("Declined: {student} and {provider}, {starts}"),
        gettext_lazy("{provider} cannot take the meeting that {student} asked for."),
    ),
    (Kind.SERIES_DECLINED, Audience.STUDENT): (
        gettext_lazy("Declined: {weeks} with {provider} from {starts}"),
        gettext_lazy("Hello {student},\n\n{provider} cannot take the {weeks} that you asked for. "
                     "You can book other times whenever you like."),
    ),
    (Kind.SERIES_DECLINED, Audience.PROVIDER): (
        gettext_lazy("Declined: {weeks} with {student} from {starts}"),
        gettext_lazy("Hello {provider},\n\nThe requests of {student} are declined."),
    ),
    (Kind.SERIES_DECLINED, Audience.CENTRE): (
        gettext_lazy("Declined: {student} and {provider}, {weeks} from {starts}"),
        gettext_lazy("{provider} cannot take the {weeks} that {student} asked for."),
    ),
    (Kind.EXPIRED, Audience.STUDENT): (
        gettext_lazy("No answer: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nYour request had no answer in time and has expired. "
                     "Please book another time, or ask us for help."),
    ),
    (Kind.EXPIRED, Audience.PROVIDER): (
        gettext_lazy("Expired: the request of {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\nThe request of {student} had no answer in time and has "
                     "expired. The time can be booked again."),
    ),
    (Kind.EXPIRED, Audience.CENTRE): (
        gettext_lazy("No answer: {student} and {provider}, {starts}"),
        gettext_lazy("{provider} did not answer the request of {student} in time."),
    ),
    (Kind.SERIES_EXPIRED, Audience.STUDENT): (
        gettext_lazy("No answer: {weeks} with {provider} from {starts}"),
        gettext_lazy("Hello {student},\n\nYour requests had no answer in time and have expired. "
                     "You can book other times, or ask us for help."),
    ),
    (Kind.SERIES_EXPIRED, Audience.PROVIDER): (
        gettext_lazy("Expired: the requests of {student} for {weeks} from {starts}"),
        gettext_lazy("Hello {provider},\n\nThe requests of {student} had no answer in time and "
                     "have expired. The times can be booked again."),
    ),
    (Kind.SERIES_EXPIRED, Audience.CENTRE): (
        gettext_lazy("No answer: {student} and {provider}, {weeks} from {starts}"),
        gettext_lazy("{provider} did not answer the requests of {student} in time."),
    ),
    (Kind.REMINDER, Audience.STUDENT): (
        gettext_lazy("Reminder: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nThis is a reminder of your meeting with {provider}. "
                     "If you cannot come, please cancel, so that somebody else can have the time."),
    ),
    (Kind.REMINDER, Audience.PROVIDER): (
        gettext_lazy("Reminder: {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\nThis is a reminder of your meeting with {student}."),
    ),
    (Kind.NO_SHOW, Audience.STUDENT): (
        gettext_lazy("Missed: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nYou were expected at a meeting with {provider} and are "
                     "noted as not having come. If that is wrong, please tell us."),
    ),
    (Kind.NO_SHOW, Audience.PROVIDER): (
        gettext_lazy("Missed: {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\n{student} is noted as not having come to you."),
    ),
    (Kind.NO_SHOW, Audience.CENTRE): (
        gettext_lazy("Missed: {student} and {provider}, {starts}"),
        gettext_lazy("{student} did not come to the meeting with {provider}."),
    ),
    (Kind.PUT_RIGHT, Audience.STUDENT): (
        gettext_lazy("Put right: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nWe wrote to you that you had missed a meeting with "
                     "{provider}. That was a mistake: it is taken back and counts no more."),
    ),
    (Kind.PUT_RIGHT, Audience.PROVIDER): (
        gettext_lazy("Put right: {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\n{student} was noted as not having come to you. That is "
                     "taken back."),
    ),
    (Kind.PUT_RIGHT, Audience.CENTRE): (
        gettext_lazy("Put right: {student} and {provider}, {starts}"),
        gettext_lazy("{student} was noted as not having come to {provider}. That is taken back."),
    ),
    (Kind.EXCUSED, Audience.STUDENT): (
        gettext_lazy("Excused: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nYour absence from the meeting with {provider} is "
                     "excused. It counts no more."),
    ),
    (Kind.EXCUSED, Audience.CENTRE): (
        gettext_lazy("Excused: {student} and {provider}, {starts}"),
        gettext_lazy("The absence of {student} from the meeting with {provider} is excused."),
    ),
    (Kind.PAUSED, Audience.STUDENT): (
        gettext_lazy("{community}: booking of {what} is paused for you until {until}"),
        gettext_lazy("Hello {student},\n\nBecause of missed meetings you cannot book {what} until "
                     "{until}. Then it opens again by itself. If you think that this is wrong, "
                     "please write to us."),
    ),
    (Kind.PAUSED, Audience.CENTRE): (
        gettext_lazy("Booking of {what} is paused for {student} until {until}"),
        gettext_lazy("{student} has missed meetings and cannot book {what} until {until}."),
    ),
    (Kind.HAND_PAUSED, Audience.STUDENT): (
        gettext_lazy("{community}: booking of {what} is paused for you until {until}"),
        gettext_lazy("Hello {student},\n\nWe have paused your booking of {what} until {until}. If "
                     "you think that this is wrong, write to us."),
    ),
    (Kind.HAND_PAUSED, Audience.CENTRE): (
        gettext_lazy("Booking of {what} is paused for {student} until {until}"),
        gettext_lazy("Somebody has paused booking for {student}: no {what} until {until}."),
    ),
    (Kind.RESUMED, Audience.STUDENT): (
        gettext_lazy("{community}: you can book again"),
        gettext_lazy("Hello {student},\n\nThe pause of your booking is lifted. You can book {what} "
                     "again at once."),
    ),
    (Kind.RESUMED, Audience.CENTRE): (
        gettext_lazy("{student} can book again"),
        gettext_lazy("The pause of booking for {student} is lifted."),
    ),
    (Kind.OFFERED, Audience.STUDENT): (
        gettext_lazy("Held for you: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nA time that you wait for has come free. It is held for "
                     "you until {until}, and nothing is booked before you confirm it. If it does "
                     "not suit you, let it go, and the next can have it."),
    ),
    (Kind.OFFER_EXPIRED, Audience.STUDENT): (
        gettext_lazy("No longer held: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nThe time that was held for you was not booked in time "
                     "and may go to somebody else. You keep your place on the waitlist."),
    ),
    (Kind.OFFER_WITHDRAWN, Audience.STUDENT): (
        gettext_lazy("No longer possible: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nThe time that was held for you can no longer be booked: "
                     "what is offered has changed since. You keep your place on the waitlist, and "
                     "the next time that suits is held for you again."),
    ),
    (Kind.PROPOSED, Audience.STUDENT): (
        gettext_lazy("Choose another time: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nIt is your turn: other times are proposed for your "
                     "meeting with {provider}. Open the page until {until} to take a time that is "
                     "held for you, or to look for another. Nothing is moved before you choose."),
    ),
    (Kind.TURNED_DOWN, Audience.PROVIDER): (
        gettext_lazy("No other time: {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\n{student} takes none of the times that were proposed. "
                     "A meeting stays as it was, and a request waits for your answer again."),
    ),
    (Kind.LAPSED, Audience.STUDENT): (
        gettext_lazy("Other times no longer held: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\nThe other times for your meeting with {provider} are no "
                     "longer held for you. What you had before stays as it was."),
    ),
    (Kind.LAPSED, Audience.PROVIDER): (
        gettext_lazy("No answer: {student}, {starts}"),
        gettext_lazy("Hello {provider},\n\n{student} has taken none of the times that were "
                     "proposed. A meeting stays as it was, and a request waits for your answer "
                     "again."),
    ),
    (Kind.LOGGED, Audience.STUDENT): (
        gettext_lazy("After your meeting: {provider}, {starts}"),
        gettext_lazy("Hello {student},\n\n{provider} has written something for you about your "
                     "meeting."),
    ),
}
# fmt: on
