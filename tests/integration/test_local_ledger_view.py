"""The changes of a person's items, as the control panel shows them."""

from local.ledger_view import Items, differences


def test_a_change_has_the_values_of_fields_before_and_after() -> None:
    before: Items = {
        "SUB": {"sk": "SUB", "body": {"status": "trial", "plan": {"id": "trial"}}},
        "OUT#1": {"body": {}},
    }
    after: Items = {
        "SUB": {"sk": "SUB", "body": {"status": "expired", "plan": {"id": "trial"}}},
        "USER": {"version": 2},
    }
    assert [change.as_json() for change in differences(before, after)] == [
        {"item": "OUT#1", "kind": "removed", "fields": {}},
        {"item": "SUB", "kind": "changed", "fields": {"body.status": ["trial", "expired"]}},
        {"item": "USER", "kind": "added", "fields": {"version": [None, "2"]}},
    ]


def test_equal_items_have_no_changes() -> None:
    items = {"USER": {"version": 2, "body": {"language": "ru"}}}
    assert differences(items, items) == []
