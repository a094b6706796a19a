"""What an operator's message says, as the content of a broadcast."""

from aiogram.types import Message

from vpnbot.domain.broadcasts.content import BadContent, Content, ContentError, Medium


def content_of(message: Message) -> Content:
    """Return what a message says, as Telegram's HTML.

    Raises:
        BadContent: a message of this kind cannot be sent to many people.
    """
    if message.media_group_id is not None:
        raise BadContent(ContentError.ALBUM)
    html = message.html_text
    if message.photo:
        return Content(html, Medium.PHOTO, message.photo[-1].file_id).checked()
    if message.animation:  # before the document: Telegram fills in both
        return Content(html, Medium.ANIMATION, message.animation.file_id).checked()
    if message.video:
        return Content(html, Medium.VIDEO, message.video.file_id).checked()
    if message.document:
        return Content(html, Medium.DOCUMENT, message.document.file_id).checked()
    if not message.text:
        raise BadContent(ContentError.KIND)
    return Content(html).checked()
