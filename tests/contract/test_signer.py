"""What every Signer must do: with a local key, on moto, and on the emulator. verify.py is the judge."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from chalicelib import verify
from chalicelib.adapters.kms_signer import KmsSigner
from chalicelib.domain import day_file
from chalicelib.ports import Signer
from infra.provision import Provisioned, provision
from tests.fakes.files import FakeSigner


@pytest.fixture
def local() -> FakeSigner:
    return FakeSigner()


@pytest.fixture
def on_moto() -> Iterator[KmsSigner]:
    with mock_aws():
        yield KmsSigner(lambda: boto3.client("kms"), provision(None).environment["HUIYIN_LEDGER_KEY"])


@pytest.fixture
def on_emulator(stack: Provisioned, dynamodb_endpoint: str) -> KmsSigner:
    client = boto3.client("kms", endpoint_url=dynamodb_endpoint)
    return KmsSigner(lambda: client, stack.environment["HUIYIN_LEDGER_KEY"])


@pytest.fixture(params=["local", "on_moto", "on_emulator"])
def signer(request: pytest.FixtureRequest) -> Signer:
    made: Signer = request.getfixturevalue(request.param)
    return made


@pytest.mark.parametrize("size", [1, 4096])
def test_verify_accepts_the_signature(signer: Signer, size: int) -> None:
    message = b"m" * size
    key = verify.read_public_key(signer.public_key_pem())
    assert verify.signature_is_good(key, message, signer.sign(message))
    assert not verify.signature_is_good(key, message + b".", signer.sign(message))


def test_a_message_too_long_for_the_key_service_is_signed_as_well(on_emulator: KmsSigner) -> None:
    """A report with many files has a long manifest. (moto does not know how to sign a digest.)"""
    message = b"m" * 4097
    key = verify.read_public_key(on_emulator.public_key_pem())
    assert verify.signature_is_good(key, message, on_emulator.sign(message))


def test_signing_twice_gives_the_same_bytes(signer: Signer) -> None:
    """Two runs that close the same day write the same manifest."""
    assert signer.sign(b"manifest") == signer.sign(b"manifest")


def test_the_key_has_the_same_fingerprint_for_both_sides(signer: Signer) -> None:
    pem = signer.public_key_pem()
    assert pem.startswith(b"-----BEGIN PUBLIC KEY-----\n")
    assert max(map(len, pem.splitlines())) <= 64
    assert verify.read_public_key(pem).fingerprint == day_file.fingerprint(pem)


def test_no_client_is_made_before_one_is_needed() -> None:
    def client() -> object:
        raise AssertionError

    KmsSigner(client, "key")
