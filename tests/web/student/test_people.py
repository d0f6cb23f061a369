"""Step 3: those who are free then, however many they are."""

import pytest

pytestmark = pytest.mark.django_db


def names(page):
    return [who.user.first_name for who, *_ in page.context["people"]]


class TestManyPeople:
    """More than fit on a page: found page by page, or by name."""

    @pytest.fixture(autouse=True)
    def many(self, way, monkeypatch):
        monkeypatch.setattr("visavis.web.student.views.people.ON_A_PAGE", 2)
        for name in ("Ada", "Bo", "Cleo", "Dee"):
            way.world.provider(name)

    def test_they_come_page_by_page_by_name(self, way, client):
        pages = [client.get(f"{way.providers}?page={number}") for number in (1, 2, 3)]
        assert [names(page) for page in pages] == [["Ada", "Bo"], ["Cleo", "Dee"], ["Talia"]]

    def test_search_finds_by_name_among_those_free_then(self, way, client):
        busy = way.world.provider("Leonora", hours=False)
        assert names(client.get(f"{way.providers}?q=leo")) == ["Cleo"], busy

    def test_search_comes_page_by_page_as_well(self, way, client):
        pages = [client.get(f"{way.providers}?q=example&page={number}") for number in (1, 2, 3)]
        assert [names(page) for page in pages] == [["Ada", "Bo"], ["Cleo", "Dee"], ["Talia"]]

    def test_nobody_of_that_name_is_said(self, way, client):
        page = client.get(f"{way.providers}?q=uni.test")
        assert names(page) == []
        assert "Nobody who is free then is called “uni.test”." in page.content.decode()

    def test_page_reads_only_those_it_shows(self, way, client, django_assert_max_num_queries):
        client.get(way.providers)
        with django_assert_max_num_queries(40) as few:
            client.get(way.providers)
        for number in range(6):
            way.world.provider(f"Mentor{number}")
        with django_assert_max_num_queries(len(few)):
            assert len(names(client.get(way.providers))) == 2


def test_who_stands_alone_is_explained(way, client):
    assert "Talia Example alone is free then." in client.get(way.providers).content.decode()
    way.world.provider("Ada")
    assert "alone is free then" not in client.get(way.providers).content.decode()
    narrowed = client.get(f"{way.providers}?provider={way.provider.pk}").content.decode()
    assert "You chose Talia Example. Read who you will meet, then go on." in narrowed


def test_few_people_need_no_search(way, client):
    way.world.provider("Ada")
    page = client.get(way.providers)
    assert names(page) == ["Ada", "Talia"]
    assert 'type="search"' not in page.content.decode()
