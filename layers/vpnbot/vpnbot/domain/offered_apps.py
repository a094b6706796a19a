"""Which apps the shop offers on each platform, and in which order: the first is recommended.

A choice is a tuple of `platform.app`, in the order of the apps. A platform that is not in it has all known apps.
"""

from collections.abc import Iterable, Sequence

from vpnbot.domain.keys.vpn_apps import App, Platform, app_named, apps_on
from vpnbot.domain.servers.operator_input import BadInput


def offered_apps(platform: Platform, choice: Sequence[str] = ()) -> tuple[App, ...]:
    """Return the apps that are offered on a platform, at least one, the recommended one first."""
    known = apps_on(platform)
    chosen = [app_named(name) for place, _, name in map(_parts, choice) if place == platform]
    return tuple(app for app in chosen if app is not None and app in known) or known


def switched(choice: Sequence[str], name: str) -> tuple[str, ...]:
    """Return the choice with one app, named as `platform.app`, on that was off, or off that was on.

    Raises:
        BadInput: `choice`, if no such app is known; `last_app`, if it is the only one on its platform.
    """
    platform, app = _named(name)
    offered = offered_apps(platform, choice)
    if app not in offered:
        return _with(choice, platform, (*offered, app))
    if len(offered) == 1:
        raise BadInput("last_app")
    return _with(choice, platform, (each for each in offered if each is not app))


def moved_up(choice: Sequence[str], name: str) -> tuple[str, ...]:
    """Return the choice with one app before the one above it.

    Raises:
        BadInput: `choice`, if it is not offered.
    """
    platform, app = _named(name)
    offered = list(offered_apps(platform, choice))
    if app not in offered:
        raise BadInput("choice")
    place = offered.index(app)
    offered.insert(max(place - 1, 0), offered.pop(place))
    return _with(choice, platform, offered)


def checked(names: Sequence[str]) -> tuple[str, ...]:
    """Return a choice from its names.

    Raises:
        BadInput: `choice`, if one is not known or is there twice.
    """
    for name in names:
        _named(name)
    if len(set(names)) != len(names):
        raise BadInput("choice")
    return tuple(names)


def _with(choice: Sequence[str], platform: Platform, offered: Iterable[App]) -> tuple[str, ...]:
    """Return the choice with these apps on a platform; the known ones in their order are no choice."""
    apps = tuple(offered)
    others = [name for name in choice if _parts(name)[0] in set(Platform) - {platform}]
    own = [] if apps == apps_on(platform) else [f"{platform}.{app.id}" for app in apps]
    return tuple(sorted([*others, *own], key=lambda name: list(Platform).index(Platform(_parts(name)[0]))))


def _named(name: str) -> tuple[Platform, App]:
    place, _, app_id = _parts(name)
    app = app_named(app_id)
    if place not in set(Platform) or app is None or app not in apps_on(Platform(place)):
        raise BadInput("choice")
    return Platform(place), app


def _parts(name: str) -> tuple[str, str, str]:
    return name.partition(".")
