"""Write certifi's certificates one by one, by the hash of their names: `python certificates_by_name.py FOLDER`.

Run by the Makefile, with the folder of the packages. OpenSSL then reads only the certificate that a connection needs
(`SSL_CTX_load_verify_locations` with a folder; `openssl rehash` makes the same names). The hash is OpenSSL's own,
from the library that Python is linked to; where it cannot be called, nothing is written.
`docs/decisions/0104-the-layer-contains-what-functions-use.md` says why and how it is proved.
"""

import _ssl
import ctypes
import re
import ssl
import sys
from collections import Counter
from pathlib import Path

BY_NAME = "by_name"
COMPLETE = "complete"
"""Written last, so that a folder without it is not used; it contains the number of certificates."""
_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)


class OpenSsl:
    """The functions of OpenSSL that Python's module `ssl` does not have."""

    def __init__(self) -> None:
        """Find them through the library of Python's module.

        Raises:
            AttributeError, OSError: they are not there.
        """
        self._library = ctypes.CDLL(_ssl.__file__)
        self._library.d2i_X509.restype = ctypes.c_void_p
        self._library.d2i_X509.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p), ctypes.c_long]
        self._library.X509_subject_name_hash.restype = ctypes.c_ulong
        self._library.X509_subject_name_hash.argtypes = [ctypes.c_void_p]
        self._library.X509_free.argtypes = [ctypes.c_void_p]

    def hash_of_name(self, pem: str) -> str:
        """Return the hash of the subject of a certificate, as it is in the name of its file.

        Raises:
            ValueError: it is no certificate.
        """
        der = ssl.PEM_cert_to_DER_cert(pem)
        certificate = self._library.d2i_X509(None, ctypes.byref(ctypes.c_char_p(der)), len(der))
        if not certificate:
            raise ValueError(pem)
        try:
            return f"{self._library.X509_subject_name_hash(certificate):08x}"
        finally:
            self._library.X509_free(certificate)


def write_by_name(bundle: Path, folder: Path, openssl: OpenSsl) -> None:
    """Write each certificate of a file into a folder of its own; two with the same hash get `.0` and `.1`."""
    certificates = _CERTIFICATE.findall(bundle.read_text("utf-8"))
    folder.mkdir()
    used = Counter[str]()
    for pem in certificates:
        name = openssl.hash_of_name(pem)
        (folder / f"{name}.{used[name]}").write_text(pem + "\n", "utf-8")
        used[name] += 1
    (folder / COMPLETE).write_text(f"{len(certificates)}\n")


def main(packages: Path) -> None:
    """Write the certificates beside the file that has all of them."""
    try:
        openssl = OpenSsl()
    except (AttributeError, OSError) as error:
        sys.stderr.write(f"Functions will start slower: the OpenSSL of this Python cannot be called ({error}).\n")
        return
    write_by_name(packages / "certifi/cacert.pem", packages / "certifi" / BY_NAME, openssl)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
