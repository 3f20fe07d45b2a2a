"""Content credentials (C2PA, c2pa.org): a signed statement inside a picture of what made it. An extra: pip install -r requirements-sign.txt.

The certificate and key are the person's own; there is none here. Nothing is asked of the network: the signature carries no time stamp.
"""
from __future__ import annotations

import io
import json
from pathlib import Path

from ..avatar import Avatar
from .marks import GENERATED

ALGORITHMS = ("es256", "es384", "ps256", "ps384", "ed25519")


class CredentialsError(RuntimeError):
    """A picture that cannot be signed. The message is one sentence for a person."""


def sign(data: bytes, kind: str, avatar: Avatar, certificates: Path, key: Path, algorithm: str = "es256") -> bytes:
    """The same picture with a C2PA manifest that says that a model made it.

    kind: the picture's MIME type. certificates: PEM chain, the signer's own first. key: its private key, PEM (PKCS 8).
    Raises CredentialsError without the extra, and for a certificate or key that C2PA does not accept.
    """
    try:
        import c2pa
    except ImportError:
        raise CredentialsError("Content credentials need an extra: pip install -r requirements-sign.txt.") from None
    if algorithm not in ALGORITHMS:
        raise CredentialsError(f"The signing algorithm must be one of: {', '.join(ALGORITHMS)}.")
    manifest = {
        "claim_generator_info": [{"name": "Avatar Studio"}], "title": "avatar", "format": kind,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": GENERATED}]}},
            {"label": "studio.avatar", "data": {"code": avatar.code}},
        ],
    }
    try:
        signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(algorithm, Path(certificates).read_bytes(), Path(key).read_bytes(), None))
        signed = io.BytesIO()
        c2pa.Builder(json.dumps(manifest)).sign(signer, kind, io.BytesIO(data), signed)
    except (c2pa.C2paError, ValueError):
        raise CredentialsError("The picture could not be signed: use a PEM certificate chain for signing (its use e-mail protection or "
                               "document signing) and the private key that belongs to it.") from None
    return signed.getvalue()
