"""The screens of a person's devices."""

from vpnbot.domain.keys.devices import FORGOTTEN_AFTER, Device
from vpnbot.domain.people.device_places import device_limit, devices_of, without_place
from vpnbot.telegram.messages.callbacks import Action
from vpnbot.telegram.messages.screen import Argument, Button, Phrase, Screen, phrase, rows
from vpnbot.telegram.messages.view import CONNECT, HOME, View

MOST_SHOWN = 30
REMOVE = "remove"
_BACK = Button(phrase("button-back"), action=Action.SETTINGS)


def devices(view: View) -> Screen:
    """Return the list of the devices, each a button."""
    listed = devices_of(view.person).listed(view.now)
    homeless = without_place(view.person, view.now, limited=view.front.device_limit)
    connect = CONNECT if view.standing.works else None
    if not listed:
        return Screen((phrase("devices-none"), _hint()), rows((connect,), (_BACK, HOME)))
    placed = len(listed) - len(homeless)
    limit = device_limit(view.person, limited=view.front.device_limit)
    count = phrase("devices-any", count=placed) if limit is None else phrase("devices", count=placed, limit=limit)
    over = (phrase("devices-over", count=len(homeless)),) if homeless else ()
    buttons = [(_button(each, has_place=each not in homeless),) for each in listed[:MOST_SHOWN]]
    return Screen(((count, *over), _hint()), rows(*buttons, (_BACK, HOME)))


def device(view: View, shown: Device) -> Screen:
    """Return one device, and the question whether to remove it."""
    details = phrase("device-seen", system=shown.system or "–", ago=view.now - shown.last_at)
    new_link = Button(phrase("button-new-link"), action=Action.NEW_LINK) if view.person.can_rotate_key else None
    remove = Button(phrase("button-device-remove"), action=Action.DEVICES.on(shown.id, REMOVE))
    return Screen(
        ((phrase("device", name=device_name(shown)), details), phrase("device-question")),
        rows((remove,), (new_link,), (Button(phrase("button-back"), action=Action.DEVICES), HOME)),
    )


def device_name(shown: Device) -> Argument:
    """Return the name of a device as an argument of a phrase."""
    return shown.name or phrase("device-unnamed")


def _button(each: Device, *, has_place: bool) -> Button:
    label = "button-device" if has_place else "button-device-over"
    return Button(phrase(label, name=device_name(each)), action=Action.DEVICES.on(each.id))


def _hint() -> Phrase:
    return phrase("devices-hint", days=FORGOTTEN_AFTER.days)
