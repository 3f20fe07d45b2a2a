"""Content credentials (C2PA, c2pa.org): a signed statement inside a picture of what made it. An extra: pip install -r requirements-sign.txt.

The certificate and key are the person's own; there is none here. Nothing is asked of the network: the signature carries no time stamp.
"""
from __future__ import annotations

import io
import json
from pathlib import Path

from ..avatar import Avatar
from .marks import GENERATED

CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}  # of an elliptic key -> C2PA's name of how it signs


class CredentialsError(RuntimeError):
    """A picture that cannot be signed. The message is one sentence for a person."""


def sign(data: bytes, kind: str, avatar: Avatar, certificates: Path, key: Path) -> bytes:
    """The same picture with a C2PA manifest that says that a model made it.

    kind: the picture's MIME type. certificates: PEM chain, the signer's own first. key: its private key, PEM.
    Raises CredentialsError without the extra, and for a certificate or key that C2PA does not accept.
    """
    try:
        import c2pa
    except ImportError:
        raise CredentialsError("Content credentials need an extra: pip install -r requirements-sign.txt.") from None
    algorithm, private = read_key(Path(key).read_bytes())
    manifest = {
        "claim_generator_info": [{"name": "Avatar Studio"}], "title": "avatar", "format": kind,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": GENERATED}]}},
            {"label": "studio.avatar", "data": {"code": avatar.code}},
        ],
    }
    try:
        signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(algorithm, Path(certificates).read_bytes(), private, None))
        signed = io.BytesIO()
        c2pa.Builder(json.dumps(manifest)).sign(signer, kind, io.BytesIO(data), signed)
    except (c2pa.C2paError, ValueError):
        raise CredentialsError("The picture could not be signed: use a PEM certificate chain for signing (its use e-mail protection or "
                               "document signing) and the private key that belongs to it.") from None
    return signed.getvalue()


def read_key(data: bytes) -> tuple[str, bytes]:
    """(C2PA's name of how it signs, PEM in PKCS 8, the only form that c2pa takes) of a private key in PEM. Raises CredentialsError."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

    try:
        key = load_pem_private_key(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it has a password
        raise CredentialsError("The key cannot be read; it must be a private key in PEM, without a password.") from None
    if isinstance(key, rsa.RSAPrivateKey):
        algorithm = "ps256"
    elif isinstance(key, ed25519.Ed25519PrivateKey):
        algorithm = "ed25519"
    elif isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in CURVES:
        algorithm = CURVES[key.curve.name]
    else:
        raise CredentialsError("The key is of a kind that C2PA does not sign with; use one of P-256, P-384, P-521, RSA or Ed25519.")
    return algorithm, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
