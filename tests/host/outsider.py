"""A client of the plugin's socket that shares nothing with it: Python's ssl (OpenSSL), not rustls.

    outsider.py make DIR
        writes DIR/cert.pem and DIR/key.pem: what go-plugin makes for its client.
    outsider.py try CASE SOCKET SERVER DIR
        connects to the Unix socket SOCKET, whose server has the certificate SERVER (DER in base64, as
        on the handshake line: the padding may be left out), with what CASE says, and prints one line
        of JSON:
        {"case": "right", "connected": true, "alpn": "h2", "version": "TLSv1.3", "error": null}

"connected" means that the server answered: it was sent the beginning of HTTP/2 and sent its own
settings back. In TLS 1.3 the client's handshake is over before the server has looked at its
certificate, so a finished handshake alone says nothing. An error is told as text, and one that only
says that this machine's ssl module cannot do the case begins with "unsupported:".

| case | what it shows |
|---|---|
| right | the certificate in DIR, and its key |
| nobody | no certificate |
| lookalike | a fresh certificate that says the same of itself, and its key |
| stolen | the certificate in DIR and another key: what someone has who has read our environment only |
| tls12 | the certificate in DIR and its key, but nothing newer than TLS 1.2 |
| plaintext | no TLS at all |

Needs the package `cryptography`. Exits with 0 whether or not it was let in.
"""

import argparse
import base64
import binascii
import datetime
import json
import pathlib
import socket
import ssl
import sys
import tempfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SECONDS = 10
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = 4
EMPTY_SETTINGS = bytes([0, 0, 0, SETTINGS, 0, 0, 0, 0, 0])


def make():
    """A key and a certificate in the way of go-plugin's generateCert (mtls.go)."""
    key = ec.generate_private_key(ec.SECP521R1())
    name = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "HashiCorp"),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost"),
        ]
    )
    now = datetime.datetime.now(datetime.timezone.utc)
    usage = dict.fromkeys(
        (
            "content_commitment",
            "data_encipherment",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(seconds=30))
        .not_valid_after(now + datetime.timedelta(days=262980 / 24))
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_encipherment=True,
                key_agreement=True,
                key_cert_sign=True,
                **usage,
            ),
            critical=True,
        )
        .add_extension(
            x509.ExtendedKeyUsage(
                [x509.ExtendedKeyUsageOID.CLIENT_AUTH, x509.ExtendedKeyUsageOID.SERVER_AUTH]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA512())
    )
    return certificate, key


def key_pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def write(directory, certificate, key):
    """Writes cert.pem and key.pem; `key` is PEM already."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (directory / "key.pem").touch(mode=0o600)
    (directory / "key.pem").write_bytes(key)


def point(key):
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def foreign_key(certificate):
    """Another key that claims to be the certificate's.

    OpenSSL refuses a key that does not fit its certificate, but it compares the public halves, and
    the file of an EC key carries its public half along. So the file says the certificate's, and
    signatures are made with the other.
    """
    key = ec.generate_private_key(ec.SECP521R1())
    der = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    claimed, own = point(certificate.public_key()), point(key.public_key())
    if der.count(own) != 1 or len(claimed) != len(own):
        raise ValueError("the key's file does not hold its public half")
    text = base64.encodebytes(der.replace(own, claimed)).decode()
    return f"-----BEGIN EC PRIVATE KEY-----\n{text}-----END EC PRIVATE KEY-----\n".encode()


def context(case, server, directory):
    """What the case goes in with. It checks the server as Terraform does: one certificate, localhost."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.load_verify_locations(cadata=server)
    made.set_alpn_protocols(["h2"])
    if case == "tls12":
        made.maximum_version = ssl.TLSVersion.TLSv1_2
    if case in ("right", "tls12"):
        made.load_cert_chain(directory / "cert.pem", directory / "key.pem")
    elif case in ("lookalike", "stolen"):
        if case == "lookalike":
            certificate, key = make()
            key = key_pem(key)
        else:
            certificate = x509.load_pem_x509_certificate((directory / "cert.pem").read_bytes())
            key = foreign_key(certificate)
        with tempfile.TemporaryDirectory() as temporary:
            temporary = pathlib.Path(temporary)
            write(temporary, certificate, key)
            try:
                made.load_cert_chain(temporary / "cert.pem", temporary / "key.pem")
            except ssl.SSLError as error:
                raise Unsupported(f"unsupported: {error}") from error
    return made


class Unsupported(Exception):
    """This machine's ssl module cannot do the case."""


def receive(stream, count):
    got = b""
    while len(got) < count:
        more = stream.recv(count - len(got))
        if not more:
            raise EOFError(f"closed by the server after {len(got)} of {count} bytes")
        got += more
    return got


def answered(stream):
    """Whether the server speaks HTTP/2 with us: it must begin with its settings, on no stream."""
    stream.sendall(PREFACE + EMPTY_SETTINGS)
    head = receive(stream, 9)
    if head[3] != SETTINGS or head[4] != 0 or head[5:] != bytes(4):
        raise ValueError(f"not a SETTINGS frame: {head.hex()}")
    receive(stream, int.from_bytes(head[:3], "big"))


def attempt(case, path, server, directory):
    told = {"case": case, "connected": False, "alpn": None, "version": None, "error": None}
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stream:
        stream.settimeout(SECONDS)
        try:
            made = None if case == "plaintext" else context(case, server, directory)
            stream.connect(str(path))
            if made is None:
                answered(stream)
            else:
                with made.wrap_socket(stream, server_hostname="localhost") as stream:
                    told["alpn"] = stream.selected_alpn_protocol()
                    told["version"] = stream.version()
                    answered(stream)
            told["connected"] = True
        except Unsupported as error:
            told["error"] = str(error)
        except (OSError, EOFError, ValueError) as error:
            told["error"] = f"{type(error).__name__}: {error}"
    return told


def der(text):
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise argparse.ArgumentTypeError(f"not base64: {error}") from error


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("make")
    command.add_argument("directory", type=pathlib.Path)
    command = commands.add_parser("try")
    command.add_argument(
        "case", choices=("right", "nobody", "lookalike", "stolen", "tls12", "plaintext")
    )
    command.add_argument("socket", type=pathlib.Path)
    command.add_argument("server", type=der)
    command.add_argument("directory", type=pathlib.Path)
    given = parser.parse_args()
    if given.command == "make":
        certificate, key = make()
        write(given.directory, certificate, key_pem(key))
    else:
        json.dump(attempt(given.case, given.socket, given.server, given.directory), sys.stdout)
        print()


if __name__ == "__main__":
    main()
