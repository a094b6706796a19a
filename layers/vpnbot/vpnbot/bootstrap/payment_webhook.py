"""The container of the payment webhook. It imports neither aiogram nor `vpnbot.telegram`."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from vpnbot.aws.secret_names import KEY_SECRET, PROVIDER_SECRETS
from vpnbot.bootstrap.container import Container
from vpnbot.correlation import note
from vpnbot.errors import Misconfigured, Retryable
from vpnbot.settings import Stage
from vpnbot.usecases.error_policy import policy_of
from vpnbot.usecases.ports import Metric

if TYPE_CHECKING:
    from vpnbot.demo.payment_page import DemoPaymentPage
    from vpnbot.domain.scheduling import DueItem
    from vpnbot.providers.demo.payments import DemoPayment
    from vpnbot.providers.demo.provider import DemoProvider
    from vpnbot.usecases.ports import DueQueue
    from vpnbot.usecases.ports.payments import NotificationRequest
    from vpnbot.web_pages.responses import PageResponse


class PaymentWebhook(Container):
    """Receives the notifications of payment providers; in stage demo it also has the page of demo payments."""

    secret_names = (*KEY_SECRET, *PROVIDER_SECRETS)
    first_event_modules = (
        "pynamodb.transactions",
        "vpnbot.aws.sqs",
        "vpnbot.domain.audience.facts",
        "vpnbot.domain.news",
        "vpnbot.domain.statistics.sale",
        "vpnbot.providers.yookassa.provider",
        "vpnbot.storage.people.conversations",
        "vpnbot.usecases.payments.receive_notification",
    )
    _guards_providers = False  # what anybody can cause by a notification must not open a breaker, nor close one

    def __init__(self) -> None:
        """Build.

        Raises:
            Misconfigured: a setting is missing, such as the queue of due work.
        """
        super().__init__("payment_webhook")
        if self.settings.due_queue_url is None:
            raise Misconfigured("DUE_QUEUE_URL", "set it to the queue of due work")
        self._queue_url = self.settings.due_queue_url
        self._warm_up()

    def _warm_up(self) -> None:
        """Also build what every notification needs."""
        from vpnbot.storage.codec import prepare_conversions

        super()._warm_up()
        _ = self.payments  # built now
        prepare_conversions("USER", "SUB", "ORDER", written=True)

    def notified(
        self, provider_name: str, body: bytes, headers: Mapping[str, str], source: str, request_id: str = ""
    ) -> int:
        """Handle the HTTP request of a notification, and return the status of the answer.

        Header names are in lower case; `source` is the address that it came from, `request_id` API Gateway's id.
        """
        from vpnbot.usecases.ports.payments import NotificationRequest

        return self.receive(provider_name, NotificationRequest(body, headers, source, request_id))

    def receive(self, provider_name: str, request: "NotificationRequest") -> int:
        """Handle one notification, and return the HTTP status of the answer.

        404: this deployment has no such provider. 500: the provider has to send the notification again.
        """
        self.observer.begin("payment", f"payment:{request.request_id}")
        status = self._received(provider_name, request)
        note(status=status)
        return status

    def _received(self, provider_name: str, request: "NotificationRequest") -> int:
        from vpnbot.usecases.payments.receive_notification import receive_notification

        try:
            provider = self.payments.providers.get(provider_name)
        except Misconfigured:
            return 404
        except Exception as error:  # noqa: BLE001 - whatever failed, the provider sends the notification again
            return self._failed(error)
        note(provider=provider.name)
        try:
            result = receive_notification(provider, request, self.payments, self.context)
        except Exception as error:  # noqa: BLE001 - as above; nothing is lost, orders are looked at when they are due
            return self._failed(error)
        self._hand_over(result.claims)
        return result.status

    def show_demo_payment(self, order_id: str, token: str, language: str, accepts: str) -> "PageResponse | None":
        """Return the page of a demo payment; None outside stage demo, where there is no such page."""
        return self._page(language, lambda page: page.show(order_id, token, language, accepts))

    def act_on_demo_payment(self, order_id: str, token: str, language: str, form: str) -> "PageResponse | None":
        """Do what the form of the page asks for, and return the redirection to the page; None as above."""
        return self._page(language, lambda page: page.act(order_id, token, language, form))

    def _page(self, language: str, answer: "Callable[[DemoPaymentPage], PageResponse]") -> "PageResponse | None":
        if self.settings.stage is not Stage.DEMO:
            return None
        try:
            return answer(self._demo_page)
        except Retryable as error:
            self.observer.warning("page not served", error)
            return self._demo_page.try_later(language)

    def _hand_over(self, claims: "Sequence[DueItem]") -> None:
        """Send claims to the workers. A claim that is not sent ends after a minute; then the dispatcher sends it."""
        if not claims:
            return
        try:
            self._queue.send(claims)
        except Retryable as error:
            self.observer.warning("claims not sent", error)

    def _failed(self, error: Exception) -> int:
        if isinstance(error, Retryable):
            self.observer.warning("notification not handled", error)
            self.observer.count(policy_of(error).metric)
        else:
            self.observer.error("notification not handled", error)
            self.observer.count(Metric.BUGS)
        return 500

    @cached_property
    def _queue(self) -> "DueQueue":
        from vpnbot.aws.sqs import SqsDueQueue

        return SqsDueQueue(self._queue_url)

    @cached_property
    def _demo_page(self) -> "DemoPaymentPage":
        from vpnbot.bootstrap.payment_providers import demo_payment_actions
        from vpnbot.demo.payment_page import DemoPaymentPage

        return DemoPaymentPage(demo_payment_actions(self.clock), self.secrets.key_ring, self.clock, self._notify)

    @cached_property
    def _demo_provider(self) -> "DemoProvider":
        from vpnbot.bootstrap.payment_providers import demo_provider

        return demo_provider(self.settings, self.secrets, self.clock, self.own_url)

    def _notify(self, payment: "DemoPayment") -> None:
        """Handle the notification of the demo provider in the same way as that of any other."""
        self.receive(self._demo_provider.name, self._demo_provider.notification(payment))
