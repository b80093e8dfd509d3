"""What every Secrets must do: in memory, on moto, and on the emulator."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.kms_secrets import KmsSecrets
from chalicelib.domain.errors import InvalidFieldsError
from chalicelib.domain.letter import LetterId, Writer
from chalicelib.ports import SealedWriter, Secrets
from infra.provision import Provisioned, provision
from tests.fakes.files import FakeSecrets

LETTER, OTHER = LetterId("0123456789AB"), LetterId("BA9876543210")
WRITER = Writer(name="王小明", phone="13800000000", address="双峰县某某街道 1 号")


def _secret() -> bytes:
    return b"installation"


@pytest.fixture
def in_memory() -> FakeSecrets:
    return FakeSecrets(_secret())


@pytest.fixture
def on_moto() -> Iterator[KmsSecrets]:
    with mock_aws():
        key = provision(None).environment["HUIYIN_PERSONAL_DATA_KEY"]
        yield KmsSecrets(lambda: boto3.client("kms"), key, _secret)


@pytest.fixture
def on_emulator(stack: Provisioned, dynamodb_endpoint: str) -> KmsSecrets:
    client = boto3.client("kms", endpoint_url=dynamodb_endpoint)
    return KmsSecrets(lambda: client, stack.environment["HUIYIN_PERSONAL_DATA_KEY"], _secret)


@pytest.fixture(params=["in_memory", "on_moto", "on_emulator"])
def secrets(request: pytest.FixtureRequest) -> Secrets:
    made: Secrets = request.getfixturevalue(request.param)
    return made


@pytest.mark.parametrize("writer", [WRITER, Writer(), Writer(email="a@example.org")])
def test_a_writer_comes_back_as_sealed(secrets: Secrets, writer: Writer) -> None:
    assert secrets.unseal(LETTER, secrets.seal(LETTER, writer)) == writer


def test_what_is_sealed_shows_nothing(secrets: Secrets) -> None:
    sealed = secrets.seal(LETTER, WRITER)
    assert b"13800000000" not in sealed.ciphertext
    assert "王小明".encode() not in sealed.ciphertext
    assert repr(sealed.ciphertext) not in repr(sealed)


def test_a_writer_cannot_be_opened_as_another_letters(secrets: Secrets) -> None:
    """Moving the ciphertext to another letter in the store gains nothing."""
    with pytest.raises(ValueError, match="cannot be opened"):
        secrets.unseal(OTHER, secrets.seal(LETTER, WRITER))


@pytest.mark.parametrize("name", ["in_memory", "on_moto"])
def test_a_changed_ciphertext_cannot_be_opened(name: str, request: pytest.FixtureRequest) -> None:
    """Not on the emulator, whose ciphertext carries no checksum; that of AWS and moto does (AES-GCM)."""
    secrets: Secrets = request.getfixturevalue(name)
    sealed = bytearray(secrets.seal(LETTER, WRITER).ciphertext)
    sealed[-1] ^= 1
    with pytest.raises(ValueError, match="cannot be opened"):
        secrets.unseal(LETTER, SealedWriter(bytes(sealed)))


def test_too_much_personal_data_is_refused_by_name_of_the_field_alone(secrets: Secrets) -> None:
    assert secrets.unseal(LETTER, secrets.seal(LETTER, Writer(name="王" * 1163))).name == "王" * 1163
    with pytest.raises(InvalidFieldsError) as refused:
        secrets.seal(LETTER, Writer(name="王" * 1164))
    (error,) = refused.value.errors
    assert (error.field, error.reason) == ("writer", "too_long")
    assert "王" not in repr(refused.value)


def test_bytes_come_back_for_their_purpose_only(secrets: Secrets) -> None:
    sealed = secrets.seal_bytes("answer", b"\x00" * 4096)
    assert secrets.unseal_bytes("answer", sealed) == b"\x00" * 4096
    with pytest.raises(ValueError, match="cannot be opened"):
        secrets.unseal_bytes("other", sealed)


def test_more_than_the_key_service_takes_is_refused_before_it_is_asked(secrets: Secrets) -> None:
    """The emulator would take it; AWS would not."""
    with pytest.raises(ValueError, match="4097 bytes"):
        secrets.seal_bytes("answer", b"\x00" * 4097)


def test_a_keyed_hash_depends_on_secret_purpose_and_value(secrets: Secrets) -> None:
    made = secrets.keyed_hash("code", "12345678")
    assert made == secrets.keyed_hash("code", "12345678")
    assert len(made) == 64
    others = {
        secrets.keyed_hash("code", "12345679"),
        secrets.keyed_hash("link", "12345678"),
        secrets.keyed_hash("code\x001234", "5678"),
        FakeSecrets(b"another").keyed_hash("code", "12345678"),
    }
    assert len({made, *others}) == 5


def test_the_adapter_and_the_fake_hash_alike() -> None:
    adapter = KmsSecrets(lambda: None, "key", _secret)
    assert adapter.keyed_hash("code", "1") == FakeSecrets(_secret()).keyed_hash("code", "1")


def test_nothing_is_asked_for_before_it_is_needed() -> None:
    def nothing() -> bytes:
        raise AssertionError

    KmsSecrets(nothing, "key", nothing)
