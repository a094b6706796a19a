"""Bot API methods about payments in Stars.

The codes CHARGE_ID_INVALID (MTProto, payments.botCancelStarsSubscription) and CHARGE_ALREADY_REFUNDED are documented.
That of a bot with too few Stars for a refund is not: BALANCE_TOO_LOW is that of a person who pays.
"""

from local.telegram.accounts import Account
from local.telegram.arguments import Arguments
from local.telegram.chats import recipient
from local.telegram.checkouts import Checkouts
from local.telegram.conversation import Conversations
from local.telegram.errors import BotApiError, bad_request, not_emulated
from local.telegram.invoices import Invoices
from local.telegram.markup import Button
from local.telegram.payment_faults import PaymentFault
from local.telegram.star_ledger import OTHER, Transaction
from local.telegram.star_payments import StarPayments, new_charge_id
from local.telegram.star_subscriptions import Subscriptions

LARGEST_PAGE = 100


class PaymentMethods:
    """Invoices, pre-checkout queries, refunds, subscriptions, transactions and the balance."""

    def __init__(
        self, invoices: Invoices, checkouts: Checkouts, payments: StarPayments, subscriptions: Subscriptions
    ) -> None:
        self._invoices = invoices
        self._checkouts = checkouts
        self._payments = payments
        self._subscriptions = subscriptions

    @property
    def _conversations(self) -> Conversations:
        return self._payments.conversations

    def create_invoice_link(self, arguments: Arguments) -> object:
        """Return a link that opens the payment sheet."""
        return self._invoices.make(arguments, by_link=True).link

    def send_invoice(self, arguments: Arguments) -> object:
        """Send an invoice with one button to pay."""
        account = recipient(self._conversations, arguments)
        if arguments.has("reply_markup"):
            raise not_emulated("the keyboard of an invoice")
        invoice = self._invoices.make(arguments, by_link=False)
        pay = Button(f"Pay ⭐️{invoice.amount}", "pay", invoice.link)
        message = self._conversations.add_service(
            account.user_id, {"invoice": invoice.as_json()}, from_bot=True, keyboard=((pay,),), pays=invoice.link
        )
        return self._conversations.message_json(message)

    def answer_pre_checkout_query(self, arguments: Arguments) -> object:
        """Accept or reject a payment."""
        query_id = arguments.text("pre_checkout_query_id")
        self._checkouts.answer(query_id, ok=arguments.boolean("ok"), error=arguments.text("error_message"))
        return True

    def refund_star_payment(self, arguments: Arguments) -> object:
        """Send a whole payment back."""
        account, charge = self._user(arguments), arguments.text("telegram_payment_charge_id")
        payment, faults = self._payments.ledger.payment(account.user_id, charge), self._payments.faults
        if payment is None:
            raise bad_request("CHARGE_ID_INVALID")
        if self._payments.ledger.refunded(charge):
            raise bad_request("CHARGE_ALREADY_REFUNDED")
        if self._payments.ledger.bot_balance < payment.amount or faults.happens(PaymentFault.REFUND_BALANCE):
            raise bad_request("BALANCE_TOO_LOW")
        says_already = faults.happens(PaymentFault.REFUND_SAYS_ALREADY)
        self._payments.refund(account, payment, told=not says_already)
        if says_already:
            raise bad_request("CHARGE_ALREADY_REFUNDED")
        if faults.happens(PaymentFault.REFUND_FAILS_AFTER):
            raise BotApiError(500, "Internal Server Error")
        return True

    def edit_user_star_subscription(self, arguments: Arguments) -> object:
        """Cancel a subscription by the charge of its first payment, or allow the person to resume it."""
        account, charge = self._user(arguments), arguments.text("telegram_payment_charge_id")
        subscription = self._subscriptions.find(account.user_id, charge)
        if subscription is None:
            raise bad_request("CHARGE_ID_INVALID")
        subscription.canceled_by_bot = arguments.boolean("is_canceled")
        # To allow it again charges no person: the person has to resume the subscription.
        subscription.canceled = True
        return True

    def get_star_transactions(self, arguments: Arguments) -> object:
        """Return transactions, the oldest first."""
        offset = max(arguments.integer("offset"), 0)
        limit = min(max(arguments.integer("limit", LARGEST_PAGE), 1), LARGEST_PAGE)
        ledger = self._payments.ledger
        page = [entry.as_json() for entry in ledger.transactions[offset : offset + limit]]
        for _ in range(int(self._payments.faults.take(PaymentFault.TRANSACTIONS_SHIFT) or 0)):
            at = ledger.transactions[0].at if ledger.transactions else self._conversations.now()
            ledger.add(Transaction(new_charge_id(), 1, at, True, OTHER), first=True)
        return {"transactions": page}

    def get_my_star_balance(self, _: Arguments) -> object:
        """Return the bot's Stars."""
        return {"amount": self._payments.ledger.bot_balance}

    def _user(self, arguments: Arguments) -> Account:
        if not arguments.integer("user_id"):
            raise bad_request("invalid user_id specified")
        account = self._conversations.accounts.get(arguments.integer("user_id"))
        if account is None:
            raise bad_request("USER_ID_INVALID")
        return account
