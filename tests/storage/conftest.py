"""What the tests of stores share."""

import pytest

pytest.register_assert_rewrite(
    "recipient_store_contract",
    "event_store_contract",
    "storage_contract",
    "product_store_contract",
    "code_store_contract",
    "vote_store_contract",
    "pick_store_contract",
)
