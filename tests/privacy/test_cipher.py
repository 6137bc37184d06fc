"""Sealed values open only as they were, where they were; equal values have equal indexes and nothing else shows."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from doudi.config.environment import DEMO_KEYRING
from doudi.privacy.cipher import Keyring

RING = Keyring(DEMO_KEYRING)
TEXT = st.text(max_size=200)


@given(TEXT)
def test_any_text_comes_back(text: str) -> None:
    assert RING.open(RING.seal(text, purpose="t.c"), purpose="t.c") == text


@given(st.lists(TEXT, max_size=20))
def test_many_are_sealed_as_one_by_one(texts: list[str]) -> None:
    assert [RING.open(v, purpose="t.c") for v in RING.seal_many(texts, purpose="t.c")] == texts


@given(st.lists(TEXT, max_size=20))
def test_many_are_opened_as_one_by_one_under_whichever_key(texts: list[str]) -> None:
    other = Keyring({**DEMO_KEYRING, "fields": {**DEMO_KEYRING["fields"], "9": "0f" * 16}, "active": 9})
    sealed = [(RING, other)[n % 2].seal(text, purpose="t.c") for n, text in enumerate(texts)]
    assert other.open_many(sealed, purpose="t.c") == texts


@pytest.mark.planted
@pytest.mark.parametrize("at", [1, 13, -1])
def test_one_changed_value_among_many_is_noticed(at: int) -> None:
    sealed = [bytearray(one) for one in RING.seal_many(["岳勒旺", "6217", "岳勒旺"], purpose="t.c")]
    sealed[1][at] ^= 1
    with pytest.raises(InvalidTag):
        RING.open_many(map(bytes, sealed), purpose="t.c")
    with pytest.raises(InvalidTag):
        RING.open_many(RING.seal_many(["6217"], purpose="t.c"), purpose="t.d")


@given(st.lists(TEXT, max_size=20))
def test_many_indexes_are_those_of_each(texts: list[str]) -> None:
    assert RING.index_many(texts, purpose="p") == [RING.index(t, purpose="p") for t in texts]


@given(TEXT, st.data())
def test_a_changed_byte_is_noticed(text: str, data: st.DataObject) -> None:
    sealed = bytearray(RING.seal(text, purpose="t.c"))
    at = data.draw(st.integers(1, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InvalidTag):
        RING.open(bytes(sealed), purpose="t.c")


def test_a_value_moved_into_another_column_does_not_open() -> None:
    with pytest.raises(InvalidTag):
        RING.open(RING.seal("18708920042", purpose="t.phone"), purpose="t.account")


def test_the_same_text_never_looks_the_same() -> None:
    assert len({*RING.seal_many(["x"] * 100, purpose="t.c")}) == 100


@given(TEXT, TEXT)
def test_indexes_are_equal_exactly_when_the_texts_are(one: str, other: str) -> None:
    assert (RING.index(one, purpose="p") == RING.index(other, purpose="p")) == (one == other)


def test_the_index_of_another_purpose_or_key_is_another() -> None:
    other = Keyring({**DEMO_KEYRING, "index": "00" * 32})
    assert len({RING.index("x", purpose="p"), RING.index("x", purpose="q"), other.index("x", purpose="p")}) == 3


def test_digests_stay_when_the_index_key_changes() -> None:
    moved = Keyring({**DEMO_KEYRING, "digest": DEMO_KEYRING["index"], "index": "00" * 32})
    assert moved.digest(b"state") == RING.digest(b"state")


def test_an_active_key_that_is_not_there_stops_the_start() -> None:
    with pytest.raises(ValueError, match="active key 2"):
        Keyring({**DEMO_KEYRING, "active": 2})
