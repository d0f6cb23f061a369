"""Hours that a file gave for codes or patterns, kept up with the services that there are."""

from visavis.availability.models import WeeklyBlock
from visavis.catalogue.codes import Codes
from visavis.communities.models import Community
from visavis.people.actions import touch_hours


def revive_entries(community: Community) -> None:
    """Let weekly hours admit what their kept entries match by now: dormant codes, new courses.

    Call it inside the transaction that changed the services.
    """
    blocks = WeeklyBlock.objects.filter(provider__community=community, any_service=False)
    blocks = blocks.exclude(service_entries=[])
    if not blocks.exists():
        return
    catalogue = Codes(community)
    link = WeeklyBlock.services.through
    wanted = {
        (block_id, service_id): provider_id
        for block_id, provider_id, entries in blocks.values_list(
            "id", "provider_id", "service_entries"
        )
        for entry in entries
        for service_id in catalogue.matches(entry, provider_id)
    }
    ids = {block_id for block_id, _service_id in wanted}
    there = set(
        link.objects.filter(weeklyblock_id__in=ids).values_list("weeklyblock_id", "service_id")
    )
    new = [pair for pair in wanted if pair not in there]
    link.objects.bulk_create(
        [link(weeklyblock_id=block_id, service_id=service_id) for block_id, service_id in new],
        batch_size=500,
        ignore_conflicts=True,
    )
    touch_hours(*{wanted[pair] for pair in new})
