"""The figures of one link, up to now."""

from datetime import datetime

from vpnbot.domain.ads.link import AdLink
from vpnbot.domain.statistics.figures import Span
from vpnbot.domain.statistics.flow import Flows
from vpnbot.domain.statistics.hours import HOUR, hour_of
from vpnbot.domain.statistics.link_figures import LinkFigures
from vpnbot.usecases.ports.statistics import Statistics
from vpnbot.usecases.statistics.figures import open_hours


def link_figures(statistics: Statistics, link: AdLink, now: datetime) -> LinkFigures:
    """Return what the people who came by a link have brought since it was made.

    Of the closed hours only those with this link are read; the open ones are summed from the entries of all.

    Raises:
        StorageUnavailable: the storage did not answer.
    """
    span = Span(hour_of(link.made_at or now), hour_of(now) + HOUR)
    closed = statistics.of_link(link.id, span.first, span.end)
    still_open = {hour: flows.of_link(link.id) for hour, flows in open_hours(statistics, span, now).items()}
    return LinkFigures.of(Flows.sum({**closed, **still_open}.values()))
