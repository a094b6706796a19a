"""The screens about a reward above the number of a month."""

from dataclasses import dataclass

from vpnbot.domain.invites.reward import Reward
from vpnbot.telegram.admin.areas import Area
from vpnbot.telegram.messages.packed_ids import packed_person
from vpnbot.telegram.messages.screen import Button, Screen, phrase, rows
from vpnbot.telegram.messages.view import ADMIN

GIVE, REFUSE = "yes", "no"
_BACK = Button(phrase("button-waiting-list"), action=Area.WAITING.on())
_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Names:
    """What the staff call the person who has invited, and the friend."""

    inviter: str
    friend: str


def question(reward: Reward, friend_id: str, names: Names, paid: int) -> Screen:
    """Ask whether the reward is given; `paid` is for how many friends the person has got days lately."""
    friend = packed_person(friend_id)
    text = phrase(
        "reward-question",
        name=names.inviter,
        friend=names.friend,
        count=paid,
        days=reward.reward_seconds // _DAY_SECONDS,
    )
    return Screen(
        (text,),
        rows(
            (
                Button(phrase("button-reward-give"), action=Area.REWARDS.on(friend, GIVE)),
                Button(phrase("button-reward-refuse"), action=Area.REWARDS.on(friend, REFUSE)),
            ),
            (
                Button(phrase("button-reward-inviter"), action=Area.PERSON.on(packed_person(reward.inviter))),
                Button(phrase("button-reward-friend"), action=Area.PERSON.on(friend)),
            ),
            (_BACK, ADMIN),
        ),
    )


def decided(*, given: bool) -> Screen:
    """Say what was decided."""
    return Screen((phrase("reward-approved" if given else "reward-refused"),), rows((_BACK, ADMIN)))


def over() -> Screen:
    """Say that there is nothing to decide any more."""
    return Screen((phrase("reward-over"),), rows((_BACK, ADMIN)))
