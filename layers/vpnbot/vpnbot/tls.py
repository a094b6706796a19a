"""The TLS settings of connections to public servers."""

import functools
import ssl


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Return the TLS context of this process; it is created on first use, which takes 50 ms."""
    import certifi

    return ssl.create_default_context(cafile=certifi.where())
