"""Apps that load a person's link and say which device they run on."""

from tests.fakes.shop import USER_ID, Shop
from vpnbot.domain.keys.devices import DeviceHeaders
from vpnbot.usecases.keys.serve_link import serve_link


def loads(
    shop: Shop, hwid: str, model: str = "", system: str = "", *, user_id: int = USER_ID, app: str = "happ"
) -> bool:
    """Let an app on a device load the link, and return whether it gets keys."""
    person = shop.look(user_id)
    assert person.subscription.key is not None
    token = shop.ring.link_token(person.id, person.subscription.key)
    device = DeviceHeaders(hwid, model, system)
    served = serve_link(token, shop.people, shop.fleet, shop.context, app=app, device=device)
    return served is not None and bool(served.keys)
