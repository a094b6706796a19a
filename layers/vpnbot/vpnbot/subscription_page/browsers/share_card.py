"""The card with the link, for another device: a QR code to scan and a text to copy."""

from vpnbot.subscription_page.link_view import LinkView
from vpnbot.web_pages.markup import Html, html


def share_card(view: LinkView) -> Html:
    """Return the card with the QR code and the link."""
    return html(
        """<section class="card share" aria-labelledby="share"><h2 id="share">$title</h2>
<div class="qr" role="img" aria-label="$picture">$qr</div>
<div><p>$hint</p>
<p class="copy"><input id="link" type="text" readonly value="$url" aria-label="$label" spellcheck="false">
<button class="button" id="copy" type="button" data-done="$done">$copy</button></p>
<p class="unseen" id="copied" role="status"></p></div></section>""",
        title=view.text("page-share"),
        picture=view.text("page-share-picture"),
        qr=qr(view.url),
        hint=view.text("page-share-hint"),
        url=view.url,
        label=view.text("page-share-link"),
        done=view.text("page-copied"),
        copy=view.text("page-copy"),
    )


def qr(text: str) -> Html:
    """Return a text as a QR code: an SVG drawing without styles, scripts or links."""
    import segno

    code = segno.make(text, error="m", micro=False)
    return Html(code.svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None, dark="#000"))
