"""The control panel's API over the running bot: time, faults, costs and outcomes."""

import pytest

from local.system import SUPPORT_CHAT_ID
from local.telegram.person import Person
from tests.e2e.running_demo import ONE_KEY_ON_EACH, Ask, RunningDemo, play, take_trial

HOUR_SECONDS = 3600


def test_the_next_event_is_named_and_time_can_be_moved_past_it(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await demo.system.settle()
        await take_trial(person)
        person_id = demo.system.ledger.ring.person_id(person.user_id)
        for what, seen in (
            ("first_hour", "not connected yet"),
            ("first_day", "Still not connected?"),
            ("reminder_day", "switches off"),
            ("reminder_hours", "in 2\u00a0h\u00a059\u00a0min"),
            ("expiry", "is off"),
        ):
            while True:
                following = (await ask("GET", "state"))["next"]
                await ask("POST", "time", {"to": "next"})
                if following["person_id"] == person_id:
                    break
            assert following["what"] == what
            assert following["in_seconds"] > 0
            assert person.sees(seen)

    play(demo, scenario)


def test_after_an_outage_only_the_end_is_notified(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await take_trial(person)
        await ask("POST", "time", {"outage_seconds": 73 * HOUR_SECONDS})
        assert person.sees("VPN is off")
        assert not person.sees("switches off")

    play(demo, scenario)


def test_the_zone_is_that_of_the_chat(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        async def zone(of: Person) -> int:
            return int((await ask("GET", f"state?user_id={of.user_id}"))["zone_minutes"])

        russian, operator = demo.system.person("Vera", "ru-RU"), demo.system.telegram.person_by_id(SUPPORT_CHAT_ID)
        assert (await zone(person), await zone(russian)) == (0, 180)
        await russian.sends("/start")
        russian.speaks("en")
        assert await zone(russian) == 180, "the bot still writes in Russian"
        await operator.sends("/admin")
        for label in ("🛒 Plans", "⚙️ Settings", "🏪 Name, trial, links", "🕐 Time zone"):
            await operator.taps(label)
        await operator.sends("+5:30")
        assert (await zone(person), await zone(russian)) == (330, 330)
        await operator.taps("↩️ Undo")
        assert (await zone(person), await zone(russian)) == (0, 180)

    play(demo, scenario)


def test_telegram_slows_until_it_is_told_not_to(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        for body, limits in (
            ({"slow": True}, (30, 1)),
            ({"slow": True, "all_per_second": 5}, (5, 1)),
            ({"slow": False}, (None, None)),
        ):
            await ask("POST", "faults/telegram", body)
            held = demo.system.telegram.faults.limits
            assert (held.all_per_second, held.private_per_second) == limits
            assert (await ask("GET", "state"))["telegram"]["slow"] is (limits != (None, None))
        await ask("POST", "faults/telegram", {"slow": True})
        await ask("POST", "faults/clear", {"only": "telegram"})
        assert (await ask("GET", "state"))["telegram"]["slow"] is False

    play(demo, scenario)


def test_a_crash_can_be_injected_and_its_outcome_read(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await person.sends("/start")
        await ask("POST", "faults/crash", {"point": "commit.after"})
        (update_id,) = (await person.taps("Try free")).update_ids
        outcome = await ask("GET", f"outcome?update_id={update_id}")
        assert outcome == {
            "update_id": update_id,
            "user_id": person.user_id,
            "delivered": 2,
            "answers": [500, 200],
            "done": 1,
            "keys": ONE_KEY_ON_EACH,
        }
        again = await ask("POST", "faults/deliver_again", {"update_id": update_id})
        assert (again["delivered"], again["done"], again["keys"]) == (3, 1, ONE_KEY_ON_EACH)
        (tap,) = [tap for tap in (await ask("GET", "taps"))["taps"] if tap["update_id"] == update_id]
        assert (tap["attempts"], tap["errors"]) == (3, ["Runtime.ExitError"])
        assert tap["cost"]["dollars"] > 0

    play(demo, scenario)


def test_telegram_can_be_made_to_reject_calls(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await ask("POST", "faults/telegram", {"code": 429, "retry_after": 1, "method": "sendMessage"})
        (update_id,) = await person.sends("/start", wait=False)
        while not demo.system.telegram.journal.deliveries_of(update_id):
            await demo.system.telegram.feed.changed.wait(5)
        assert demo.system.telegram.journal.deliveries_of(update_id)[0].status == 503
        await ask("POST", "time", {"advance_seconds": 60})
        assert person.sees("3 days free")

    play(demo, scenario)


def test_faults_of_payments_can_be_ordered_and_removed(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        order = {"fault": "payment_late", "value": 60, "times": 2}
        assert await ask("POST", "faults/payments", order) == {"payments": {"payment_late": 2}}
        assert (await ask("GET", "state"))["payments"] == {"payment_late": 2}
        assert (await ask("POST", "faults/clear", {"only": "payments"}))["payments"] == {}
        await ask("POST", "faults/payments", {"bot_stars": -5})
        assert demo.system.telegram.stars.bot_balance == -5
        await person.sends("/start")
        unknown = {"user_id": person.user_id, "payload": "plan_30"}
        await ask("POST", "faults/payments", {**unknown, "refund": "no such charge", "amount": 199})
        await ask("POST", "faults/payments", {**unknown, "subscription": "failed"})
        await demo.system.settle()
        taps = (await ask("GET", "taps?limit=2"))["taps"]
        assert {(tap["user_id"], tap["what"]) for tap in taps} == {
            (person.user_id, "refunded_payment"),
            (person.user_id, "subscription"),
        }

    play(demo, scenario)


def test_the_items_of_a_person_are_listed_as_changes(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await person.sends("/start")
        first = await ask("GET", f"people/{person.user_id}/items")
        assert {change["kind"] for change in first["changes"]} == {"added"}
        assert (await ask("GET", f"people/{person.user_id}/items"))["changes"] == []
        await person.taps("Try free")
        changes = {
            change["item"]: change for change in (await ask("GET", f"people/{person.user_id}/items"))["changes"]
        }
        assert changes["SUB"]["fields"]["body.status"] == [None, "trial"]
        assert changes["USER"]["kind"] == "changed"

    play(demo, scenario)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("time", {"advance_seconds": -1}),
        ("time", {"to": "yesterday"}),
        ("time", []),
        ("faults/crash", {"point": "lunch"}),
        ("faults/payments", {}),
        ("faults/payments", {"fault": "moon"}),
        ("faults/payments", {"fault": "other_amount"}),
        ("faults/payments", {"provider": "moon", "fault": "lags"}),
        ("faults/payments", {"provider": "yookassa", "fault": "moon"}),
        ("faults/payments", {"provider": "yookassa"}),
        ("faults/payments", {"provider": "yookassa", "fault": "no_answer", "value": "long"}),
        ("faults/payments", {"provider": "crypto_pay", "fault": "notification_moon"}),
        ("faults/payments", {"user_id": 1, "refund": "no such person", "amount": 1, "payload": ""}),
        ("faults/deliver_again", {"update_id": 1}),
        ("faults/panel", {"server_id": "paris", "down": True}),
        ("panels/restart", {"server_id": "paris"}),
        ("panels/restart", []),
        ("panels/wipe", {}),
    ],
)
def test_an_invalid_request_is_rejected(demo: RunningDemo, path: str, body: object) -> None:
    async def scenario(ask: Ask, _: Person) -> None:
        assert (await ask("POST", path, body, status=400))["error"]

    play(demo, scenario)


def test_a_tap_that_only_shows_a_screen_costs_one_read_and_one_call(demo: RunningDemo) -> None:
    async def scenario(ask: Ask, person: Person) -> None:
        await take_trial(person)
        await person.taps("Home")  # the process reads plans and settings of the shop, and keeps them for 30 seconds
        await person.taps("Settings")
        (update_id,) = (await person.taps("Home")).update_ids
        (tap,) = [tap for tap in (await ask("GET", "taps"))["taps"] if tap["update_id"] == update_id]
        cost = tap["cost"]
        assert (cost["reads"], cost["telegram_calls"]) == (1, 1), tap["calls"]
        assert cost["writes"] <= 1

    play(demo, scenario)


def test_forty_taps_at_once_make_one_trial(demo: RunningDemo) -> None:
    async def scenario(_: Ask, person: Person) -> None:
        await person.sends("/start")
        await person.taps("Try free", times=40, at_once=True)
        await demo.system.settle()
        assert len(demo.system.ledger.entries(person.user_id, "trial started")) == 1
        assert demo.system.panels.keys(person.user_id) == ONE_KEY_ON_EACH

    play(demo, scenario)
