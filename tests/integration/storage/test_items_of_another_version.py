"""Items that another version of the code has written can be changed."""

from local.aws import LocalAws
from tests.fakes.shop import Shop


def test_an_observation_is_stored_although_facts_has_another_format(
    shop: Shop, table_name: str, local_aws: LocalAws
) -> None:
    """A deployment may change the digest in `facts`; the write only requires that the item is as it was read."""
    person = shop.on_trial()
    (access,) = person.accesses
    local_aws.client("dynamodb").update_item(
        TableName=table_name,
        Key={"pk": {"S": person.id}, "sk": {"S": f"ACCESS#{access.server_id}#{access.key.tag}"}},
        UpdateExpression="SET facts = :other",
        ExpressionAttributeValues={":other": {"S": f"{access.key.tag} enabled 2 0 1 0 feedbeef 0"}},
    )
    session = shop.open()
    session.observe(session.person.accesses[0], session.person.accesses[0].with_counter(5))
    session.observe(session.person.accesses[0], session.person.accesses[0].with_counter(7))
    assert shop.look().accesses[0].counter_bytes == 7
