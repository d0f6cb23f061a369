"""Time away and extra hours of single days: changed, taken back, and removed as they were seen."""

from datetime import date

from visavis.availability.models import DatedChange

HOURS = "/c/mentoring/teach/hours/"


class TestDatedChanges:
    def url(self, place):
        return f"{HOURS}changes/{place.change.pk}/"

    def test_one_is_changed_and_taken_back(self, talia, place):
        page = talia.get(self.url(place))
        assert "Change this time away" in page.content.decode()
        sent = {"kind": "away", "first": "2027-03-08", "start": "09:00", "end": "12:00"}
        answer = talia.post(self.url(place), sent, follow=True)
        place.change.refresh_from_db()
        assert (place.change.first, place.change.end_minute) == (date(2027, 3, 8), 720)
        talia.post(f"{HOURS}restoration/", {"change": answer.context["last"].public_id})
        place.change.refresh_from_db()
        assert (place.change.first, place.change.end_minute) == (date(2027, 3, 5), 1440)

    def test_time_away_stays_time_away(self, talia, place):
        sent = {"kind": "extra", "first": "2027-03-08", "start": "09:00", "end": "12:00"}
        talia.post(self.url(place), sent)
        place.change.refresh_from_db()
        assert (place.change.kind, place.change.first) == ("away", date(2027, 3, 8))

    def test_whoever_saves_second_is_told(self, talia, place):
        seen = talia.get(self.url(place)).context["form"]["seen"].value()
        sent = {"kind": "away", "first": "2027-03-08", "seen": seen}
        talia.post(self.url(place), sent)
        second = talia.post(self.url(place), sent | {"first": "2027-03-09"})
        assert second.status_code == 422
        assert "It is Away Monday 8 March, all day now" in second.content.decode()

    def test_meetings_under_it_are_asked_about(self, talia, place):
        sent = {"kind": "away", "first": "2027-02-15"}
        assert talia.post(self.url(place), sent).status_code == 422
        place.change.refresh_from_db()
        assert place.change.first == date(2027, 3, 5)

    def test_what_was_changed_meanwhile_is_not_removed_unseen(self, talia, place):
        page = talia.get(f"{self.url(place)}removal/")
        sent = {"kind": "away", "first": "2027-03-08"}
        talia.post(self.url(place), sent)
        same = DatedChange.objects.filter(pk=place.change.pk)
        answer = talia.post(f"{self.url(place)}removal/", {"seen": page.context["seen"]})
        assert (answer.status_code, same.count()) == (409, 1)
        assert "while you looked at them" in answer.content.decode()
        now = {"seen": answer.context["seen"]}
        assert talia.post(f"{self.url(place)}removal/", now).status_code == 302
        assert not same.exists()
