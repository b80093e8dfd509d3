"""The two things verify.py does by hand agree with the libraries that do them by trade: canonical JSON, RSA."""

import base64
import hashlib
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib import verify
from chalicelib.domain import day_file
from tests.fakes.files import FakeSigner, rsa_key
from tests.fakes.ledger import Chain, LedgerDirectory, local

DAY = date(2026, 11, 20)
SAFE = 2**53 - 1
texts = st.text(st.characters(codec="utf-8"))
scalars = (
    st.none() | st.booleans() | st.integers(-SAFE, SAFE) | st.floats(allow_nan=False, allow_infinity=False) | texts
)
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20)


@given(st.dictionaries(texts, values))
@example({"\U0001f600": 1, "\ufb33": 2})  # UTF-16 sorts these two the other way round than Unicode
@example({"numbers": [1e21, 1e20, 123456789.123, 1e-6, 1e-7, -0.0, 5e-324, 1.7976931348623157e308, 0.1]})
@example({"controls": '\x00\x1f\x7f\b\f\n\r\t"\\/\u2028'})
def test_canonical_json_is_that_of_rfc_8785(value: dict[str, object]) -> None:
    assert verify.canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, -(2**53), "\ud800", {"\udfff": 1}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"not a number|too large|surrogates"):
        verify.canonical(value)


@given(st.binary(max_size=300))
def test_a_good_signature_is_accepted_and_only_for_its_message(message: bytes) -> None:
    signer = FakeSigner()
    key = verify.read_public_key(signer.public_key_pem())
    signature = signer.sign(message)
    assert verify.signature_is_good(key, message, signature)
    assert not verify.signature_is_good(key, message + b"\0", signature)


@given(st.integers(0, 255), st.integers(1, 255))
def test_a_signature_with_any_byte_changed_is_refused(position: int, flip: int) -> None:
    signer = FakeSigner()
    signature = bytearray(signer.sign(b"manifest"))
    signature[position] ^= flip
    key = verify.read_public_key(signer.public_key_pem())
    assert not verify.signature_is_good(key, b"manifest", bytes(signature))


def test_a_lenient_padding_is_refused() -> None:
    """Checking only the end of the padded block would let a forger without the key pass (Bleichenbacher 2006)."""
    private = rsa_key("ledger")
    numbers = private.private_numbers()
    key = verify.read_public_key(FakeSigner().public_key_pem())
    info = bytes.fromhex("3031300d060960864801650304020105000420")
    good = b"\x00" + info + hashlib.sha256(b"m").digest()
    for block in (
        b"\x00\x01" + b"\xff" * 8 + good + b"\x00" * (256 - 10 - len(good)),
        b"\x00\x02" + b"\xff" * (254 - len(good)) + good,
        b"\x00\x01" + b"\xfe" * (254 - len(good)) + good,
    ):
        forged = pow(int.from_bytes(block, "big"), numbers.d, key.modulus).to_bytes(256, "big")
        assert not verify.signature_is_good(key, b"m", forged)
        with pytest.raises(InvalidSignature):
            private.public_key().verify(forged, b"m", padding.PKCS1v15(), SHA256())


def test_a_signature_not_below_the_modulus_is_refused() -> None:
    """s and s + n open to the same block; only one of them is the signature. Some are as long as the other."""
    names = (f"room {number}" for number in range(100))
    roomy = next(name for name in names if rsa_key(name).private_numbers().public_numbers.n >> 2040 < 230)
    signer = FakeSigner(roomy)
    key = verify.read_public_key(signer.public_key_pem())
    numbers = ((m, int.from_bytes(signer.sign(m), "big") + key.modulus) for m in map(str.encode, map(str, range(999))))
    message, number = next((m, n) for m, n in numbers if n < 2**2048)
    assert verify.signature_is_good(key, message, (number - key.modulus).to_bytes(256, "big"))
    assert not verify.signature_is_good(key, message, number.to_bytes(256, "big"))


def test_a_signature_of_another_length_is_refused() -> None:
    signer = FakeSigner()
    key = verify.read_public_key(signer.public_key_pem())
    assert not verify.signature_is_good(key, b"m", b"\0" + signer.sign(b"m"))


@pytest.mark.parametrize("size", [2048, 3072, 4096])
def test_the_key_is_read_as_the_library_reads_it(size: int) -> None:
    public = rsa.generate_private_key(65537, size).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    key = verify.read_public_key(pem)
    assert (key.modulus, key.exponent) == (public.public_numbers().n, public.public_numbers().e)
    assert key.fingerprint == day_file.fingerprint(pem)


def test_the_compressed_file_bears_no_time_and_no_name() -> None:
    """RFC 1952: four bytes of time, and a flag for a name. Else the same day would have other bytes tomorrow."""
    packed = day_file.pack([Chain("AAAA").add(local(DAY))])
    assert packed[3] == 0
    assert packed[4:8] == bytes(4)


def _pem(der: bytes) -> bytes:
    return b"-----BEGIN PUBLIC KEY-----\n" + base64.encodebytes(der) + b"-----END PUBLIC KEY-----\n"


def test_what_is_no_strong_rsa_key_is_refused() -> None:
    good = FakeSigner().public_key_pem()
    der = base64.b64decode(b"".join(good.splitlines()[1:-1]))
    weak = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 - it is to be refused
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    others = [key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for key in (weak, curve)]
    for bad in (*others, b"", good.replace(b"PUBLIC", b"PRIVATE"), _pem(der[:100]), _pem(b""), _pem(b"\x30\x84")):
        with pytest.raises(ValueError, match=r"key|DER"):
            verify.read_public_key(bad)


def test_openssl_accepts_the_signature_as_the_guide_shows_it(tmp_path: Path) -> None:
    """docs/ledger.md, word for word: an auditor may trust neither our script nor Python."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    ledger = LedgerDirectory(tmp_path)
    ledger.close_import("old", [Chain("OLD1").add(local(date(2019, 3, 1)), local(DAY))])
    ledger.close(DAY, [Chain("AAAA").add(local(DAY))])
    guide = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text(encoding="utf-8")
    script = guide.split("```sh\n# check one day\n")[1].split("```")[0].replace("2026-11-21", DAY.isoformat())
    run = subprocess.run(["sh", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "Verified OK" in run.stdout
    assert ledger.manifest(DAY)["sha256"] in run.stdout
    assert ledger.manifest(DAY)["packed_sha256"] in run.stdout
    assert ledger.manifest(DAY)["key"] in run.stdout
    assert ledger.manifest(DAY)["imports"][0]["manifest_sha256"] in run.stdout
    ledger.forge_manifest(DAY, count=7)
    forged = subprocess.run(["sh", "-euc", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert forged.returncode != 0
