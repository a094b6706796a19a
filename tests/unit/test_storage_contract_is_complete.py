"""Both storages, in memory and on DynamoDB, have to keep the whole contract, also a part that is added later."""

import ast
from pathlib import Path

import pytest

from tests.functional.usecases import test_storage_contract as in_memory
from tests.integration.storage import test_storage_contract as on_dynamodb

FAKES = Path(__file__).parents[1] / "fakes"


@pytest.mark.parametrize("tested", [in_memory.__all__, on_dynamodb.__all__], ids=["in memory", "on DynamoDB"])
def test_a_storage_is_tested_with_every_part_of_the_contract(tested: list[str]) -> None:
    parts = {
        node.name
        for path in FAKES.glob("*_contract.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test")
    }
    assert parts == set(tested)
