"""Programs that only look at a link: previews in messengers, uptime monitors, search engines, command-line tools."""

import re
from dataclasses import dataclass
from enum import StrEnum


class LookerKind(StrEnum):
    """Why a program requests a link that a person has."""

    PREVIEW = "preview"
    MONITOR = "monitor"
    CRAWLER = "crawler"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class Looker:
    """One program. `mark` is a text, in lower case, that its User-Agent header contains; `source` says who states it.

    No mark is part of the User-Agent of a browser or of a VPN app: the browser inside Viber names `Viber/`, and only
    the program that makes its previews `ViberUrlDownloader`.
    """

    name: str
    kind: LookerKind
    mark: str
    source: str


_CRAWLERS = "github.com/monperrus/crawler-user-agents"
_DETECTOR = "github.com/matomo-org/device-detector, regexes/bots.yml"
_OWN = "the address in its own User-Agent: "

LOOKERS = (
    Looker("Telegram", LookerKind.PREVIEW, "telegrambot", _CRAWLERS),
    Looker("WhatsApp, Signal", LookerKind.PREVIEW, "whatsapp/", _CRAWLERS),
    # iMessage: its User-Agent is that of Safari, followed by facebookexternalhit, Facebot and Twitterbot.
    Looker(
        "Facebook, Instagram, iMessage",
        LookerKind.PREVIEW,
        "facebookexternalhit",
        "developers.facebook.com/docs/sharing/webmasters/web-crawlers",
    ),
    Looker("Facebook", LookerKind.PREVIEW, "facebot", _CRAWLERS),
    Looker("X", LookerKind.PREVIEW, "twitterbot", _CRAWLERS),
    Looker("Slack", LookerKind.PREVIEW, "slackbot", "api.slack.com/robots"),
    Looker("Slack", LookerKind.PREVIEW, "slack-imgproxy", "api.slack.com/robots"),
    Looker("Discord", LookerKind.PREVIEW, "discordbot", _OWN + "discordapp.com"),
    Looker("VK", LookerKind.PREVIEW, "vkshare", _OWN + "vk.com/dev/Share"),
    Looker("Odnoklassniki", LookerKind.PREVIEW, "odklbot", _CRAWLERS),
    Looker("Viber", LookerKind.PREVIEW, "viberurldownloader", _DETECTOR),
    Looker("Skype, Teams", LookerKind.PREVIEW, "skypeuripreview", _CRAWLERS),
    Looker("LinkedIn", LookerKind.PREVIEW, "linkedinbot", _OWN + "www.linkedin.com"),
    Looker("Snapchat", LookerKind.PREVIEW, "snap url preview service", _CRAWLERS),
    Looker("Mastodon", LookerKind.PREVIEW, "(mastodon/", _CRAWLERS),
    Looker("Embedly", LookerKind.PREVIEW, "embedly", _CRAWLERS),
    Looker("Iframely", LookerKind.PREVIEW, "iframely/", _CRAWLERS),
    Looker("UptimeRobot", LookerKind.MONITOR, "uptimerobot", _OWN + "www.uptimerobot.com"),
    Looker("Pingdom", LookerKind.MONITOR, "pingdom", _OWN + "www.pingdom.com"),
    Looker("StatusCake", LookerKind.MONITOR, "statuscake", _DETECTOR),
    Looker("Better Stack", LookerKind.MONITOR, "better uptime bot", _CRAWLERS),
    Looker(
        "Uptime Kuma", LookerKind.MONITOR, "uptime-kuma/", "github.com/louislam/uptime-kuma, server/model/monitor.js"
    ),
    Looker("updown.io", LookerKind.MONITOR, "updown.io", _CRAWLERS),
    Looker("Site24x7", LookerKind.MONITOR, "site24x7", _DETECTOR),
    Looker("HetrixTools", LookerKind.MONITOR, "hetrixtools", _DETECTOR),
    Looker("Google Cloud", LookerKind.MONITOR, "googlestackdrivermonitoring", _CRAWLERS),
    Looker("Amazon Route 53", LookerKind.MONITOR, "amazon-route53-health-check-service", _OWN + "amzn.to/1vsZADi"),
    Looker("Cloudflare", LookerKind.MONITOR, "cloudflare-healthchecks", "developers.cloudflare.com/health-checks"),
    Looker("Kubernetes", LookerKind.MONITOR, "kube-probe/", "kubernetes.io/docs, Configure probes"),
)
"""The programs that are never given keys. A VPN app whose User-Agent contained a mark would get none, either."""

_TOOLS = re.compile(r"^(?:curl|wget|httpie)/", re.IGNORECASE)
_OTHERS = re.compile(r"bot\b|crawler|spider|preview|monitoring\b", re.IGNORECASE)
"""What search engines and other programs call themselves; a known VPN app goes first, as it may say `-preview`."""


def looker_of_user_agent(user_agent: str) -> Looker | None:
    """Return the program of `LOOKERS` with this User-Agent header; None if it is another client."""
    agent = user_agent.lower()
    return next((looker for looker in LOOKERS if looker.mark in agent), None)


def unknown_looker(user_agent: str) -> LookerKind | None:
    """Return what a client that is neither in `LOOKERS` nor a known VPN app only looks as; None if it does not."""
    if _TOOLS.match(user_agent):
        return LookerKind.TOOL
    return LookerKind.CRAWLER if _OTHERS.search(user_agent) else None
