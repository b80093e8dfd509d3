"""What every AttachmentStore must do: in memory, on moto, and on the emulator, whose S3 takes a browser's post."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import unquote

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from chalicelib.adapters.s3_attachments import S3Attachments
from chalicelib.domain.attachments import Announced, disposition
from chalicelib.domain.letter import LetterId
from chalicelib.ports import AttachmentStore
from infra.emulator import Emulator
from infra.environment import LOCAL_REGION
from infra.provision import Provisioned, provision
from tests.fakes.files import FakeAttachments

ONE, OTHER = LetterId("ONE"), LetterId("OTHER")
JPEG = "image/jpeg"
DATA = b"\xff\xd8\xff" + bytes(997)
SITE = "http://127.0.0.1"
NAME = 'гуляй "поле" 张晓明.jpg'
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Reply:
    """What S3 answered; names of headers in small letters."""

    status: int
    headers: dict[str, str]
    content: bytes


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def ask(url: str, body: bytes | None = None, **headers: str) -> Reply:
    """One request, as a browser makes it; header names with `_` for `-`. `method` names another one than usual."""
    method = headers.pop("method", None)
    sent = {name.replace("_", "-"): each for name, each in headers.items()}
    try:
        with _direct.open(urllib.request.Request(url, body, sent, method=method), timeout=20) as answer:  # noqa: S310  always the emulator
            return Reply(answer.status, _lower(answer.headers), answer.read())
    except urllib.error.HTTPError as error:
        return Reply(error.code, _lower(error.headers), error.read())


def post(url: str, fields: dict[str, str], data: bytes, origin: str = SITE) -> Reply:
    """The form as a browser sends it, the file last."""
    parts = [f'--b\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()]
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\nContent-Type: text/html\r\n\r\n'
    body = b"".join(parts) + head + data + b"\r\n--b--\r\n"
    return ask(url, body, Content_Type="multipart/form-data; boundary=b", Origin=origin)


def _bucket(made: Provisioned) -> str:
    return made.environment["HUIYIN_ATTACHMENTS_BUCKET"]


@pytest.fixture
def in_memory() -> FakeAttachments:
    return FakeAttachments()


@pytest.fixture
def on_moto() -> Iterator[S3Attachments]:
    with mock_aws():
        yield S3Attachments(lambda: boto3.client("s3"), _bucket(provision(None)))


@pytest.fixture
def client(dynamodb_endpoint: str) -> Any:
    """As bootstrap makes it."""
    config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    return boto3.client("s3", endpoint_url=dynamodb_endpoint, region_name=LOCAL_REGION, config=config)


@pytest.fixture
def on_emulator(stack: Provisioned, client: Any) -> S3Attachments:
    return S3Attachments(lambda: client, _bucket(stack))


@pytest.fixture(params=["in_memory", "on_moto", "on_emulator"])
def files(request: pytest.FixtureRequest) -> AttachmentStore:
    store: AttachmentStore = request.getfixturevalue(request.param)
    return store


def keep(files: AttachmentStore, letter: LetterId, *names: str) -> None:
    """Keep a file under each of these ids."""
    for name in names:
        files.keep(letter, name, DATA, JPEG, disposition(NAME))


def kept(files: AttachmentStore, letter: LetterId | None = None) -> list[tuple[str, str]]:
    """What is kept."""
    return sorted((each.letter, each.id) for each in files.kept(letter))


def test_what_never_came_in_is_not_there(files: AttachmentStore) -> None:
    assert files.incoming("A" * 32, 100) is None
    files.forget_incoming(["A" * 32])
    files.drop(ONE, ["B"])
    assert kept(files) == []


def test_files_are_kept_under_their_letter_and_dropped_one_by_one(files: AttachmentStore) -> None:
    keep(files, ONE, "A", "B")
    keep(files, OTHER, "A")
    keep(files, ONE, "A")
    assert kept(files) == [("ONE", "A"), ("ONE", "B"), ("OTHER", "A")]
    assert kept(files, ONE) == [("ONE", "A"), ("ONE", "B")]
    files.drop(ONE, ["A", "C"])
    assert kept(files) == [("ONE", "B"), ("OTHER", "A")]
    assert next(files.kept(OTHER)).at.tzinfo is not None


def test_a_browser_sends_a_file_by_the_form_and_it_waits(on_emulator: S3Attachments) -> None:
    form = on_emulator.form("UPLOAD", Announced("a.jpg", JPEG, len(DATA)), 900)
    assert "a.jpg" not in str(form.fields) + form.url
    sent = post(form.url, form.fields, DATA)
    assert sent.status == 204
    assert sent.headers["access-control-allow-origin"] in {SITE, "*"}
    assert on_emulator.incoming("UPLOAD", 2000) == DATA
    assert on_emulator.incoming("UPLOAD", 10) == DATA[:11]
    on_emulator.forget_incoming(["UPLOAD"])
    assert on_emulator.incoming("UPLOAD", 2000) is None


def test_pages_of_other_sites_may_not_send_files(emulator: Emulator, client: Any) -> None:
    """Asked of the bucket's own rule: the emulator lets every page in. A new port on the desk is a new rule."""
    for origins in (["https://letters.test"], ["http://127.0.0.1:1", "http://localhost:1"]):
        made = provision(emulator.endpoint, "cors", origins=origins)
        (rule,) = client.get_bucket_cors(Bucket=_bucket(made))["CORSRules"]
        assert (rule["AllowedOrigins"], rule["AllowedMethods"]) == (origins, ["POST"])


@pytest.mark.parametrize("data", [b"", DATA + b"x"])
def test_the_form_takes_no_file_of_another_size(on_emulator: S3Attachments, data: bytes) -> None:
    form = on_emulator.form("UPLOAD", Announced("a.jpg", JPEG, len(DATA)), 900)
    assert post(form.url, form.fields, data).status == 400
    assert on_emulator.incoming("UPLOAD", 2000) is None


@pytest.mark.parametrize(
    "changed", [{"Content-Type": "text/html"}, {"key": "letters/ONE/A"}, {"key": "incoming/OTHER"}, {"policy": "e30="}]
)
def test_the_form_takes_no_other_type_and_no_other_place(on_emulator: S3Attachments, changed: dict[str, str]) -> None:
    form = on_emulator.form("UPLOAD", Announced("a.jpg", JPEG, len(DATA)), 900)
    assert post(form.url, {**form.fields, **changed}, DATA).status in {400, 403}
    assert on_emulator.incoming("UPLOAD", 2000) is None
    assert kept(on_emulator) == []


def test_a_form_that_ran_out_takes_nothing(on_emulator: S3Attachments) -> None:
    form = on_emulator.form("UPLOAD", Announced("a.jpg", JPEG, len(DATA)), -1)
    assert post(form.url, form.fields, DATA).status == 403


def test_a_link_downloads_the_file_under_its_name_which_is_not_in_the_address(on_emulator: S3Attachments) -> None:
    """As a download of the checked type, so that no browser runs what is in it; and kept in no cache."""
    keep(on_emulator, ONE, "A")
    link = on_emulator.link(ONE, "A", 60)
    assert "张晓明" not in unquote(link)
    got = ask(link)
    assert (got.status, got.content, got.headers["content-type"]) == (200, DATA, JPEG)
    assert got.headers["content-disposition"].startswith('attachment; filename="')
    assert unquote(got.headers["content-disposition"]).endswith(f"filename*=UTF-8''{NAME}")
    assert "no-store" in got.headers["cache-control"]
    assert ask(link.replace("/A?", "/B?")).status in {403, 404}


def test_the_addresses_are_those_of_the_regions_own_host() -> None:
    """Without that, S3 answers a bucket's first days with redirections, which no browser follows with a form."""
    config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    client = boto3.client("s3", region_name=LOCAL_REGION, config=config)
    files = S3Attachments(lambda: client, "bucket")
    host = client.meta.endpoint_url.removeprefix("https://")
    assert LOCAL_REGION in host
    assert files.form("UPLOAD", Announced("a.jpg", JPEG, 5), 60).url == f"https://bucket.{host}/"
    assert files.link(ONE, "A", 60).startswith(f"https://bucket.{host}/letters/ONE/A?X-Amz-Algorithm=AWS4")
