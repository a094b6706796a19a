"""The TLS settings of connections to public servers."""

import functools
import ssl
from importlib.util import find_spec
from pathlib import Path

BY_NAME, COMPLETE = "by_name", "complete"
"""The folder in certifi with a file for each certificate, and the file in it that is written last: the build of the
layer makes both (`layers/dependencies/certificates_by_name.py`)."""


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Return the TLS context of this process, created on first use.

    It trusts certifi's certificates. With the folder of the layer, OpenSSL reads each when a connection needs it;
    without it all are read at once, which takes 20 ms and more.
    """
    folder = _folder_of_certificates()
    if folder is not None:
        return ssl.create_default_context(capath=folder)
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


def _folder_of_certificates() -> Path | None:
    """Return the folder if it is complete. Only OpenSSL is known to use these hashes of names."""
    found = find_spec("certifi")  # not imported: that takes longer than all else here
    if found is None or found.origin is None or not ssl.OPENSSL_VERSION.startswith("OpenSSL "):
        return None
    folder = Path(found.origin).with_name(BY_NAME)
    return folder if (folder / COMPLETE).exists() else None
