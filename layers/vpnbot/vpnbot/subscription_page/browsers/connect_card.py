"""The card that says how to connect: a platform, an app, three steps."""

from vpnbot.domain.keys.vpn_apps import TVS, App, Platform, platform_of_user_agent
from vpnbot.domain.offered_apps import offered_apps
from vpnbot.subscription_page.link_view import LinkView
from vpnbot.web_pages.markup import Html, file, html, joined

_DEFAULT_PLATFORM = Platform.ANDROID


def connect_card(view: LinkView, user_agent: str) -> Html:
    """Return the card with the steps for every platform; that of the browser is selected."""
    own = platform_of_user_agent(user_agent) or _DEFAULT_PLATFORM
    return html(
        """<section class="card connect" aria-labelledby="connect"><h2 id="connect">$title</h2>
<fieldset class="platforms"><legend class="unseen">$legend</legend>$choices</fieldset>
$panels</section>""",
        title=view.text("page-connect"),
        legend=view.text("page-connect-legend"),
        choices=joined(_choice(view, platform, platform is own) for platform in Platform),
        panels=joined(_panel(view, platform) for platform in Platform),
    )


def _choice(view: LinkView, platform: Platform, chosen: bool) -> Html:
    return html(
        '<label><input type="radio" name="platform" id="on-$platform" value="$platform"$checked>'
        "<span>$name</span></label>",
        platform=platform,
        checked=Html(" checked") if chosen else "",
        name=view.text(f"platform-{platform}"),
    )


def _panel(view: LinkView, platform: Platform) -> Html:
    recommended, *others = offered_apps(platform, view.apps)
    return html(
        """<div class="panel panel-$platform"><ol class="steps">
<li><h3>$install</h3><p class="actions">$stores</p></li>
<li><h3>$add</h3>$hint<p class="actions">$open</p></li>
<li><h3>$turn_on</h3></li></ol>$others</div>""",
        platform=platform,
        install=view.text("page-step-install", app=recommended.title),
        stores=_stores(view, recommended, platform),
        add=view.text("page-step-add"),
        hint=html("<p>$words</p>", words=view.text("page-step-add-tv")) if platform in TVS else "",
        open=_web_import(view, recommended) if platform in TVS else _open(view, recommended, "button primary"),
        turn_on=view.text("page-step-on"),
        others=_others(view, platform, others),
    )


def _others(view: LinkView, platform: Platform, apps: list[App]) -> Html:
    if not apps:
        return Html("")
    rows = (
        html(
            '<li><h3>$title</h3><p class="actions">$stores $open</p></li>',
            title=app.title,
            stores=_stores(view, app, platform),
            open=_open(view, app, "button"),
        )
        for app in apps
    )
    return html(
        '<details><summary>$title</summary><ul class="others">$rows</ul></details>',
        title=view.text("page-other-apps"),
        rows=joined(rows),
    )


def _stores(view: LinkView, app: App, platform: Platform) -> Html:
    return joined(
        html(
            '<a class="button" href="$url" rel="noreferrer noopener" target="_blank" aria-label="$label">'
            "$icon$title</a>",
            url=store.url,
            icon=file("install.svg"),
            label=view.text("page-install-label", app=app.title, store=store.title),
            title=store.title,
        )
        for store in app.stores_on(platform, view.language)
    )


def _web_import(view: LinkView, app: App) -> Html:
    """Return the link to the page on which a phone gives an app on a TV its link; empty if the app has none."""
    return (
        html(
            '<a class="button primary" href="$url" rel="noreferrer noopener" target="_blank">$label</a>',
            url=app.web_import,
            label=view.text("button-to-tv"),
        )
        if app.web_import
        else Html("")
    )


def _open(view: LinkView, app: App, shape: str) -> Html:
    return html(
        '<a class="$shape" href="?open=$app&amp;lang=$language">$label</a>',
        shape=shape,
        app=app.id,
        language=view.language,
        label=view.text("page-open-in", app=app.title),
    )
