from __future__ import annotations

import datetime
import io
import json

import pytest
from PIL import Image

from avatar_studio.avatar import Avatar
from avatar_studio.exports.credentials import CredentialsError, sign
from avatar_studio.exports.marks import avatar_from
from avatar_studio.exports.pictures import FORMATS, encode

c2pa = pytest.importorskip("c2pa", reason="content credentials are an extra: pip install -r requirements-sign.txt")
AVATAR = Avatar(seed=3)


@pytest.fixture(scope="module")
def signer_with(tmp_path_factory):
    """signer_with(a kind of key) -> (certificate chain, key) of a signer whom an authority made for this test vouches for."""
    x509 = pytest.importorskip("cryptography.x509", reason="the certificates need cryptography: pip install -r requirements-sign.txt")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def named(name):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test")])

    def certificate(name, key, issuer, issuer_key, authority):
        now = datetime.datetime.now(datetime.timezone.utc)
        use = dict(content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False, crl_sign=authority,
                   encipher_only=False, decipher_only=False)
        builder = (x509.CertificateBuilder().subject_name(named(name)).issuer_name(named(issuer)).public_key(key.public_key())
                   .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
                   .not_valid_after(now + datetime.timedelta(days=30))
                   .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
                   .add_extension(x509.KeyUsage(digital_signature=not authority, key_cert_sign=authority, **use), critical=True)
                   .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
                   .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False))
        if not authority:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    kinds = {"P-256": lambda: ec.generate_private_key(ec.SECP256R1()), "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
             "P-521": lambda: ec.generate_private_key(ec.SECP521R1()), "secp256k1": lambda: ec.generate_private_key(ec.SECP256K1()),
             "RSA": lambda: rsa.generate_private_key(65537, 2048), "Ed25519": ed25519.Ed25519PrivateKey.generate}
    root = kinds["P-256"]()

    def make(kind, form=serialization.PrivateFormat.PKCS8, lock=serialization.NoEncryption()):
        own, folder = kinds[kind](), tmp_path_factory.mktemp("signer")
        (folder / "chain.pem").write_bytes(certificate("signer", own, "root", root, False) + certificate("root", root, "root", root, True))
        (folder / "key.pem").write_bytes(own.private_bytes(serialization.Encoding.PEM, form, lock))
        return folder / "chain.pem", folder / "key.pem"

    return make


@pytest.fixture(scope="module")
def signer(signer_with):
    return signer_with("P-256")


@pytest.mark.parametrize("format", FORMATS)
def test_a_signed_picture_says_what_made_it_and_still_carries_its_avatar(signer, format):
    data = encode(Image.new("RGBA", (64, 64), (200, 40, 90, 255)), AVATAR, format)
    signed = sign(data, FORMATS[format], AVATAR, *signer)
    store = json.loads(c2pa.Reader(FORMATS[format], io.BytesIO(signed)).json())
    manifest = store["manifests"][store["active_manifest"]]
    assert any("trainedAlgorithmicMedia" in json.dumps(assertion) for assertion in manifest["assertions"])
    assert not [status for status in store.get("validation_status", []) if "mismatch" in status["code"].lower()]
    assert avatar_from(signed) == AVATAR and Image.open(io.BytesIO(signed)).size == (64, 64)


@pytest.mark.parametrize("kind", ["P-256", "P-384", "P-521", "RSA", "Ed25519"])
def test_a_key_of_any_kind_signs(signer_with, kind):
    signed = sign(encode(Image.new("RGBA", (8, 8)), AVATAR, "png"), "image/png", AVATAR, *signer_with(kind))
    assert avatar_from(signed) == AVATAR and c2pa.Reader("image/png", io.BytesIO(signed)).json()


def test_a_key_as_openssl_writes_it_signs(signer_with):
    from cryptography.hazmat.primitives.serialization import PrivateFormat

    for kind in ("P-256", "RSA"):
        assert sign(encode(Image.new("RGBA", (8, 8)), AVATAR, "png"), "image/png", AVATAR, *signer_with(kind, PrivateFormat.TraditionalOpenSSL))


def test_a_key_that_cannot_sign_is_blamed_itself(signer_with):
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption

    for wrong in (signer_with("secp256k1"), signer_with("P-256", lock=BestAvailableEncryption(b"secret"))):
        with pytest.raises(CredentialsError, match="^The key "):
            sign(encode(Image.new("RGBA", (8, 8)), AVATAR, "png"), "image/png", AVATAR, *wrong)


def test_a_wrong_key_gets_one_sentence(signer, tmp_path):
    (tmp_path / "key.pem").write_text("no key")
    for arguments in ((signer[0], tmp_path / "key.pem"), (tmp_path / "key.pem", signer[1])):
        with pytest.raises(CredentialsError) as error:
            sign(encode(Image.new("RGBA", (8, 8)), AVATAR, "png"), "image/png", AVATAR, *arguments)
        assert str(error.value).endswith(".")
