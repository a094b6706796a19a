"""The storage contract over the table in memory, so that tests of use cases on it also hold for DynamoDB."""

from tests.fakes.ads_contract import TestAdLinks
from tests.fakes.alerts_contract import TestAlerts
from tests.fakes.bot_profile_contract import TestBotProfile
from tests.fakes.broadcasts_contract import TestBroadcasts, TestDeliveries
from tests.fakes.bulk_contract import TestAudience, TestBulkTurn, TestWaiterRows
from tests.fakes.conversations_contract import TestConversationStates
from tests.fakes.downtimes_contract import TestDowntimes, TestHurtPeople
from tests.fakes.due_index_contract import TestDueIndex
from tests.fakes.effects_contract import TestEffects
from tests.fakes.feed_contract import TestFeed
from tests.fakes.gifts_contract import TestGifts
from tests.fakes.invites_contract import TestInvitations
from tests.fakes.ledger_contract import TestLedgerHistory, TestPaymentsInTheLedger
from tests.fakes.needs_contract import TestNeeds
from tests.fakes.observations_contract import TestFetchesAndReachability, TestObservations
from tests.fakes.orders_contract import TestOrders
from tests.fakes.outages_contract import TestOutages
from tests.fakes.person_contract import TestCommitConditions, TestLoadAndCommit
from tests.fakes.plans_contract import TestPlanCatalogue, TestPlansWaitlist, TestShopSettings
from tests.fakes.promo_contract import TestPromoCodes
from tests.fakes.staff_contract import TestStaff
from tests.fakes.statistics_contract import TestStatistics
from tests.fakes.support_contract import TestSupportChatState, TestSupportRecords
from tests.fakes.trial_places_contract import TestTrialPlaces

__all__ = [
    "TestAdLinks",
    "TestAlerts",
    "TestAudience",
    "TestBotProfile",
    "TestBroadcasts",
    "TestBulkTurn",
    "TestCommitConditions",
    "TestConversationStates",
    "TestDeliveries",
    "TestDowntimes",
    "TestDueIndex",
    "TestEffects",
    "TestFeed",
    "TestFetchesAndReachability",
    "TestGifts",
    "TestHurtPeople",
    "TestInvitations",
    "TestLedgerHistory",
    "TestLoadAndCommit",
    "TestNeeds",
    "TestObservations",
    "TestOrders",
    "TestOutages",
    "TestPaymentsInTheLedger",
    "TestPlanCatalogue",
    "TestPlansWaitlist",
    "TestPromoCodes",
    "TestShopSettings",
    "TestStaff",
    "TestStatistics",
    "TestSupportChatState",
    "TestSupportRecords",
    "TestTrialPlaces",
    "TestWaiterRows",
]
