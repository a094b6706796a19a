"""A reward above the number of a month: the question, and the owner's answer."""

from collections.abc import Sequence

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from vpnbot.domain.invites.reward import REWARD_PERIOD, RewardState
from vpnbot.domain.keys.key_ring import PersonId
from vpnbot.domain.staff.name import name_of
from vpnbot.telegram.admin import rewards_screens as screens
from vpnbot.telegram.messages.packed_ids import unpacked_person
from vpnbot.telegram.messages.reply import Reply, Show
from vpnbot.telegram.messages.screen import phrase
from vpnbot.telegram.update_context import UpdateContext
from vpnbot.usecases.invites.decide_reward import NothingToDecide, decide_reward


async def tap(_: CallbackQuery, context: UpdateContext, __: FSMContext, arguments: Sequence[str]) -> Reply:
    """Show the question about the reward for a friend; with an answer, commit it."""
    friend_id = unpacked_person(arguments[0]) if arguments else None
    if friend_id is None:
        return Show(screens.over())
    answer = arguments[1] if len(arguments) > 1 else ""
    if answer not in {screens.GIVE, screens.REFUSE}:
        return _question(context, friend_id)
    cause = f"admin:{context.cause.removeprefix('update:')}"
    give = answer == screens.GIVE
    try:
        decide_reward(context.open(friend_id), context, cause, context.actor, give=give)
    except NothingToDecide:
        return Show(screens.over())
    return Show(screens.decided(given=give), toast=phrase("toast-reward-given" if give else "toast-reward-refused"))


def _question(context: UpdateContext, friend_id: PersonId) -> Show:
    friend = context.open(friend_id).person
    reward = friend.reward
    if reward is None or reward.state is not RewardState.WAITING:
        return Show(screens.over())
    inviter = context.open(PersonId(reward.inviter)).person
    names = screens.Names(name_of(inviter), name_of(friend))
    recent = sum(at > context.now - REWARD_PERIOD for at in inviter.user.rewarded)
    return Show(screens.question(reward, friend.id, names, recent))
