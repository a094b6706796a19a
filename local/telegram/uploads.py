"""The files that calls name: uploads in the request, or ids of stored files."""

import mimetypes
from collections.abc import Mapping

from local.telegram.arguments import Arguments
from local.telegram.conversation import Conversations
from local.telegram.errors import bad_request, not_emulated
from local.telegram.media import MEDIA_KINDS, WITHOUT_CAPTION, Media, MediaKind, StoredFile

_DETAILS = ("width", "height", "duration", "length", "performer", "title", "emoji")


def media_of(conversations: Conversations, kind: MediaKind, arguments: Arguments) -> Media:
    """Return the media of a call such as sendPhoto; raise Telegram's 400 when it names none."""
    if not arguments.has(kind):
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    file = _given_file(conversations, arguments, arguments.text(kind), kind, kind)
    details = {name: arguments.values[name] for name in _DETAILS if arguments.has(name)}
    return Media(kind, file, _numbers(details))


def input_media(conversations: Conversations, arguments: Arguments, described: object) -> Media:
    """Return the media that an InputMedia describes; raise Telegram's 400 when Telegram rejects it."""
    if not isinstance(described, Mapping):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind = next((known for known in MEDIA_KINDS if known == described.get("type")), None)
    if kind is None or kind in WITHOUT_CAPTION | {"voice"}:
        raise bad_request(f'can\'t parse InputMedia: type "{described.get("type")}" is unsupported')
    given = str(described.get("media") or "")
    if not given:
        raise bad_request("can't parse InputMedia: media not found")
    file = _given_file(conversations, arguments, given, given.removeprefix("attach://"), kind)
    return Media(kind, file, _numbers({name: described[name] for name in _DETAILS if name in described}))


def _given_file(
    conversations: Conversations, arguments: Arguments, given: str, upload_name: str, kind: MediaKind
) -> StoredFile:
    attached = given.removeprefix("attach://") if given.startswith("attach://") else upload_name
    upload = arguments.uploads.get(attached)
    if upload is None:
        if given.startswith(("http://", "https://")):
            raise not_emulated("files fetched from a URL; upload them")
        file = conversations.file(given)
        file.check_usable_as(kind)
        return file
    if not upload.content:
        raise bad_request("file must be non-empty")
    content_type = upload.content_type
    if content_type in {"", "application/octet-stream"}:
        content_type = mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
    file = conversations.keep_file(upload.name, content_type, upload.content, kind)
    if kind == "photo" and file.width == 0:
        raise bad_request("IMAGE_PROCESS_FAILED")
    return file


def _numbers(details: Mapping[str, object]) -> dict[str, object]:
    """Return the details with numbers instead of their texts, as arguments of a form are."""
    return {
        name: int(value) if isinstance(value, str) and value.isdecimal() and name != "title" else value
        for name, value in details.items()
    }
