"""The container of the subscription page."""

from typing import TYPE_CHECKING

from vpnbot.aws.secret_names import KEY_SECRET
from vpnbot.bootstrap.container import Container
from vpnbot.usecases.ports import Metric

if TYPE_CHECKING:
    from vpnbot.subscription_page.request import Request
    from vpnbot.web_pages.responses import PageResponse


class SubscriptionPage(Container):
    """The container of the subscription page."""

    secret_names = KEY_SECRET
    first_event_modules = ("vpnbot.domain.promo.uses", "vpnbot.domain.statistics.entry")

    def __init__(self) -> None:
        super().__init__("subscription_page")
        from vpnbot.storage.codec import prepare_conversions
        from vpnbot.subscription_page.service import SubscriptionPageService
        from vpnbot.subscription_page.text_warmup import warm_up_texts

        messages = self.messages()
        warm_up_texts(messages)
        self._service = SubscriptionPageService(
            self.people,
            self.fleet,
            self.context,
            messages,
            front=lambda: self.first_front.with_settings(self.known_settings()),
            public_url=self.settings.public_url,
            beside=self._shop_settings.read_beside,
        )
        self._warm_up()
        prepare_conversions("USER", "SUB")

    def answer(self, request: "Request") -> "PageResponse":
        """Return the response to one request, also after an error."""
        try:
            return self._service.answer(request)
        except Exception as error:  # noqa: BLE001 - after a bug too, apps keep their keys and browsers get a page
            self.observer.error("link not served", error)
            self.observer.count(Metric.BUGS)
            return self._service.internal_error(request)
