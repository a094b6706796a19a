"""The staff make, change and delete links in advertisements."""

from collections.abc import Callable

from vpnbot.domain.ads.link import AdLink, tag_of
from vpnbot.domain.keys.key_ring import KeyRing
from vpnbot.domain.people.ledger import Entry
from vpnbot.domain.staff.acts import Act, LinkAct
from vpnbot.usecases.decided_items import change_item, make_item
from vpnbot.usecases.ports.ads import AdLinks


def make_link(links: AdLinks, title: str, entry: Entry, ring: KeyRing) -> AdLink:
    """Store a new link, and return it as stored; raises as `make_item`.

    Its tag follows from the cause, so that a repetition finds the link; the key secret keeps it from being guessed.
    """
    draft = AdLink(tag_of(ring.ad_mac(entry.cause)), title, author=entry.actor.partition(":")[2], made_at=entry.at)
    return make_item(links, draft, entry, _act(draft, entry, LinkAct.MAKE_LINK))


def change_link(
    links: AdLinks, tag: str, entry: Entry, change: Callable[[AdLink], AdLink], act: LinkAct, *, seen: int
) -> AdLink:
    """Commit a change of the version `seen`, and return the link.

    Raises:
        LinkDeleted: it was deleted.
        ItemChanged, UnknownItem, Conflict, StorageUnavailable: as `change_item`.
    """
    return change_item(links, tag, entry, change, lambda link: _act(link, entry, act), seen=seen)


def _act(link: AdLink, entry: Entry, kind: LinkAct) -> Act:
    return Act(entry.cause, kind, entry.actor, "", entry.at, value=link.title)
