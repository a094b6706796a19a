"""The devices of a person: who has a place, who gets one, and what is stored of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vpnbot.domain.keys.devices import (
    FORGOTTEN_AFTER,
    LONGEST_TEXT,
    MOST_LISTED,
    SEEN_AGAIN,
    Device,
    DeviceHeaders,
    Devices,
)
from vpnbot.domain.keys.key_ring import KeyRing

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHORT = timedelta(minutes=1)


def device(name: str, at: datetime = NOW) -> Device:
    return Device(name, "happ", at, at)


def loaded(*names: str, limit: int | None = None) -> Devices:
    """Return the devices after these have loaded the link, a minute apart, the last one now."""
    devices = Devices()
    for number, name in enumerate(names):
        devices, has_place = devices.loaded_by(device(name, NOW - SHORT * (len(names) - 1 - number)), limit)
        assert has_place
    return devices


def names(found: tuple[Device, ...]) -> list[str]:
    return [each.id for each in found]


class TestPlaces:
    """Who gets keys."""

    def test_a_new_device_gets_the_last_place_and_the_next_one_none(self) -> None:
        two = loaded("a", "b", limit=2)
        after, has_place = two.loaded_by(device("c"), 2)
        assert not has_place
        assert names(after.listed(NOW)) == ["b", "a"]
        assert after.rejected_at == NOW

    def test_a_removed_device_frees_its_place_and_is_new_when_it_loads_again(self) -> None:
        after = loaded("a", "b", limit=2).loaded_by(device("c"), 2)[0].without("a", NOW)
        assert after.rejected_at is None
        full, has_place = after.loaded_by(device("c"), 2)
        assert has_place
        assert full.loaded_by(device("a"), 2)[1] is False

    def test_a_device_that_was_not_seen_for_two_weeks_frees_its_place(self) -> None:
        full = loaded("a", "b", limit=2)
        later = NOW - SHORT + FORGOTTEN_AFTER
        assert full.loaded_by(device("c", later - SHORT), 2)[1] is False
        after, has_place = full.loaded_by(device("c", later), 2)
        assert has_place
        assert names(after.known) == ["c", "b"]

    def test_with_fewer_places_than_devices_those_seen_last_keep_theirs(self) -> None:
        five = loaded("a", "b", "c", "d", "e", limit=5)
        assert names(five.with_place(2, NOW)) == ["e", "d"]
        assert five.loaded_by(device("a"), 2)[1] is False
        assert five.loaded_by(device("d"), 2)[1] is True
        freed = five.without("e", NOW)
        assert freed.loaded_by(device("c"), 2)[1] is True
        assert freed.loaded_by(device("b"), 2)[1] is False

    def test_without_a_limit_each_device_gets_keys_and_only_some_are_listed(self) -> None:
        many = loaded(*map(str, range(MOST_LISTED)))
        after, has_place = many.loaded_by(device("one more"), None)
        assert has_place
        assert after is many

    def test_a_new_link_frees_all_places(self) -> None:
        assert loaded("a", limit=1).emptied().loaded_by(device("b"), 1)[1]
        assert Devices(version=4).emptied() == Devices(version=4)


class TestWrites:
    """What has to be stored."""

    def test_a_known_device_is_stored_again_after_six_hours_with_its_new_system(self) -> None:
        one = loaded("a")
        assert one.loaded_by(device("a", NOW + SEEN_AGAIN - SHORT), 1) == (one, True)
        later = Device("a", "happ", NOW + SEEN_AGAIN, NOW + SEEN_AGAIN, model="Pixel", system="Android 16")
        (stored,) = one.loaded_by(later, 1)[0].known
        assert (stored.first_at, stored.last_at, stored.system) == (NOW, NOW + SEEN_AGAIN, "Android 16")

    def test_rejections_are_stored_once_in_six_hours(self) -> None:
        full = loaded("a", limit=1)
        stored = 0
        for number in range(50):
            after, has_place = full.loaded_by(device(f"random {number}", NOW + number * SHORT), 1)
            assert not has_place
            stored += after is not full
            full = after
        assert stored == 1
        assert len(full.known) == 1

    @given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 400)), max_size=80), st.integers(1, 5))
    def test_whatever_loads_there_are_no_more_places_than_the_limit(
        self, loads: list[tuple[int, int]], limit: int
    ) -> None:
        devices, now = Devices(), NOW
        for name, minutes in loads:
            now += timedelta(minutes=minutes)
            with_place = names(devices.with_place(limit, now))
            after, has_place = devices.loaded_by(device(str(name), now), limit)
            assert has_place or len(with_place) == limit
            assert has_place or str(name) not in with_place
            assert len(after.listed(now)) <= limit
            assert after is devices or after.version == devices.version + 1
            devices = after


class TestWords:
    """What apps say, as it is stored and shown."""

    def test_control_characters_are_removed_and_long_texts_are_cut(self) -> None:
        said = DeviceHeaders.of(" id\x00 ", "Pix\nel\u202e 8\t" + "x" * 200, "Android", "15")
        assert said is not None
        assert (said.hwid, said.system) == ("id", "Android 15")
        assert said.model.startswith("Pix el 8 xxx")
        assert len(said.model) == LONGEST_TEXT

    @pytest.mark.parametrize("hwid", ["", "  ", "\x00\n"])
    def test_without_an_id_nothing_is_known(self, hwid: str) -> None:
        assert DeviceHeaders.of(hwid, "Pixel 8", "Android", "15") is None

    @pytest.mark.parametrize(
        ("app", "model", "system", "name"),
        [
            ("happ", "Pixel 8", "Android 15", "Pixel 8 · Happ"),
            ("happ", "", "Android 15", "Happ · Android 15"),
            ("other", "Pixel 8", "", "Pixel 8"),
            ("other", "", "iOS 18", "iOS 18"),
            ("other", "", "", ""),
        ],
    )
    def test_the_name_is_the_model_and_the_app_or_the_app_and_the_system(
        self, app: str, model: str, system: str, name: str
    ) -> None:
        assert Device("a", app, NOW, NOW, model=model, system=system).name == name

    def test_the_stored_id_is_a_keyed_hash_that_differs_between_people(self) -> None:
        ring = KeyRing({1: b"a secret of thirty-two bytes or more"})
        one, other = ring.person_id(1), ring.person_id(2)
        ids = {ring.device_id(person, hwid) for person in (one, other) for hwid in ("phone", "laptop")}
        assert len(ids) == 4
        assert all(len(each) == 32 and "phone" not in each for each in ids)
