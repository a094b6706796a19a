"""The layer has each certificate of certifi in a file that OpenSSL finds; connections trust the same as without."""

import datetime as dt
import ipaddress
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import vpnbot.connections.tls
from tests.infrastructure.transformed_template import ROOT
from vpnbot.connections.tls import BY_NAME, COMPLETE, tls_context

SCRIPT = ROOT / "layers/dependencies/certificates_by_name.py"
PEM = serialization.Encoding.PEM
_OF_KEYS = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
SIGNS_CERTIFICATES = x509.KeyUsage(
    **dict.fromkeys(_OF_KEYS, False), key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False
)


def _script() -> Any:
    spec = spec_from_file_location("certificates_by_name", SCRIPT)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script = _script()


class Authority:
    """An authority that signs certificates for 127.0.0.1."""

    def __init__(self, organization: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
                x509.NameAttribute(NameOID.COMMON_NAME, "Root  CA"),
            ]
        )
        own = (x509.BasicConstraints(ca=True, path_length=None), SIGNS_CERTIFICATES)
        self.pem = self._signed(self._name, self._key, *own).public_bytes(PEM).decode()

    def _signed(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, *extensions: x509.ExtensionType
    ) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(self._name).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        identifiers = (
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()),
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
        )
        for identifier in identifiers:
            builder = builder.add_extension(identifier, critical=False)
        for extension in extensions:
            builder = builder.add_extension(extension, critical=True)
        builder = builder.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=30))
        return builder.sign(self._key, hashes.SHA256())

    def server(self, folder: Path) -> ssl.SSLContext:
        """Return the context of a server with a certificate of this authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        certificate = self._signed(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")]), key, names)
        private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (folder / "server.pem").write_bytes(private + certificate.public_bytes(PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "server.pem")
        return context


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of packages with certifi, which the process uses."""
    folder = tmp_path / "packages"
    shutil.copytree(Path(certifi.where()).parent, folder / "certifi")
    found = ModuleSpec("certifi", None, origin=str(folder / "certifi/__init__.py"))
    monkeypatch.setattr(vpnbot.connections.tls, "find_spec", {"certifi": found}.get)
    tls_context.cache_clear()
    yield folder
    tls_context.cache_clear()


def connects(server: ssl.SSLContext) -> bool:
    """Tell whether a client with the context of our process accepts the certificate of a server."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            try:
                server.wrap_socket(connection, server_side=True).close()
            except OSError:
                connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            with socket.create_connection(listener.getsockname(), timeout=10) as connection:
                tls_context().wrap_socket(connection, server_hostname="127.0.0.1").close()
        except ssl.SSLCertVerificationError:
            return False
        finally:
            thread.join()
    return True


def test_every_certificate_is_in_one_file_with_the_name_that_openssl_gives_it(packages: Path) -> None:
    script.main(packages)
    folder = packages / "certifi" / BY_NAME
    written = sorted(path for path in folder.iterdir() if path.name != COMPLETE)
    bundle = re.findall("-----BEGIN.*?-----END CERTIFICATE-----\n", Path(certifi.where()).read_text(), re.DOTALL)
    assert len(bundle) > 100
    assert sorted(path.read_text() for path in written) == sorted(bundle)
    assert (folder / COMPLETE).read_text() == f"{len(bundle)}\n"
    assert all(re.fullmatch(r"[0-9a-f]{8}\.[0-9]", path.name) for path in written)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the command openssl")
def test_the_names_are_those_of_openssl_rehash(packages: Path, tmp_path: Path) -> None:
    script.main(packages)
    for number, path in enumerate((packages / "certifi" / BY_NAME).glob("*.?")):
        (tmp_path / f"{number}.pem").write_text(path.read_text())
    subprocess.run(["openssl", "rehash", str(tmp_path)], check=True, timeout=60)  # noqa: S603, S607 - a folder of ours
    linked = {path.name for path in tmp_path.iterdir() if path.is_symlink()}
    assert linked == {path.name for path in (packages / "certifi" / BY_NAME).glob("*.?")}


def test_no_certificate_is_read_before_a_connection_needs_it(packages: Path) -> None:
    script.main(packages)
    context = tls_context()
    assert context.get_ca_certs() == []
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED


@pytest.mark.parametrize("organization", ["Sample", "ÜBER  Räuber GmbH", "Пример"])
def test_connections_trust_what_is_in_the_bundle_and_nothing_else(
    packages: Path, tmp_path: Path, organization: str
) -> None:
    """Of two authorities with one name, too: a second file has the next number."""
    first, second, unknown = Authority(organization), Authority(organization), Authority("another")
    bundle = packages / "certifi/cacert.pem"
    bundle.write_text(bundle.read_text() + first.pem + second.pem)
    script.main(packages)
    assert connects(first.server(tmp_path))
    assert connects(second.server(tmp_path))
    assert not connects(unknown.server(tmp_path))
    assert len(tls_context().get_ca_certs()) == 2


@pytest.mark.parametrize("left", ["nothing", "a folder that is not complete", "another library than OpenSSL"])
def test_without_the_folder_all_certificates_are_read(
    packages: Path, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    script.main(packages)
    folder = packages / "certifi" / BY_NAME
    if left == "nothing":
        shutil.rmtree(folder)
    elif left == "a folder that is not complete":
        (folder / COMPLETE).unlink()
    else:
        monkeypatch.setattr(ssl, "OPENSSL_VERSION", "LibreSSL 4.0.0")
    assert len(tls_context().get_ca_certs()) > 100


def test_a_build_that_cannot_call_openssl_says_so_and_writes_nothing(
    packages: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(_: str) -> None:
        raise OSError("no such library")

    monkeypatch.setattr(script.ctypes, "CDLL", missing)
    script.main(packages)
    assert "start slower" in capsys.readouterr().err
    assert not (packages / "certifi" / BY_NAME).exists()


def test_the_layer_has_them() -> None:
    assert "certificates_by_name.py" in (ROOT / "layers/dependencies/Makefile").read_text()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from vpnbot.connections.tls import tls_context; print('certifi' in sys.modules)",
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == "False\n"
