"""What every ReportStore must do: in memory, in a folder, on moto, and on the emulator."""

import gzip
import io
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib.adapters.folder_reports import FolderReports
from chalicelib.adapters.s3_reports import S3Reports
from chalicelib.ports import ReportStore
from infra.environment import LOCAL_REGION
from infra.provision import Provisioned, provision
from tests.fakes.files import FakeReports

GZIP = "application/gzip"


def _buckets(made: Provisioned) -> tuple[str, str]:
    return made.reports_bucket, made.site_bucket


@pytest.fixture
def in_memory() -> FakeReports:
    return FakeReports()


@pytest.fixture
def in_a_folder(tmp_path: Path) -> FolderReports:
    return FolderReports(tmp_path / "bucket")


@pytest.fixture
def on_moto() -> Iterator[S3Reports]:
    with mock_aws():
        yield S3Reports(lambda: boto3.client("s3"), *_buckets(provision(None)))


@pytest.fixture
def on_emulator(stack: Provisioned, dynamodb_endpoint: str) -> S3Reports:
    client = boto3.client("s3", endpoint_url=dynamodb_endpoint, region_name=LOCAL_REGION)
    return S3Reports(lambda: client, *_buckets(stack))


@pytest.fixture(params=["in_memory", "in_a_folder", "on_moto", "on_emulator"])
def reports(request: pytest.FixtureRequest) -> ReportStore:
    store: ReportStore = request.getfixturevalue(request.param)
    return store


def test_what_was_written_is_read_back(reports: ReportStore) -> None:
    assert reports.get("ledger/a") is None
    assert reports.put_once("ledger/a", b"\x00\xff", GZIP)
    assert reports.get("ledger/a") == b"\x00\xff"


def test_a_file_is_written_once(reports: ReportStore) -> None:
    assert reports.put_once("ledger/a", b"first", GZIP)
    assert not reports.put_once("ledger/a", b"second", GZIP)
    assert not reports.put_once("ledger/a", b"first", GZIP)
    assert reports.get("ledger/a") == b"first"


def test_a_local_file_is_written_once_too(reports: ReportStore, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"\x00first\xff")
    second.write_bytes(b"second")
    assert reports.put_file_once("reports/yearly/2026/letters.csv", first, "text/csv")
    assert not reports.put_file_once("reports/yearly/2026/letters.csv", second, "text/csv")
    assert not reports.put_once("reports/yearly/2026/letters.csv", b"third", "text/csv")
    assert reports.get("reports/yearly/2026/letters.csv") == b"\x00first\xff"


def test_a_file_can_be_read_as_a_stream(reports: ReportStore) -> None:
    """Piece by piece, and line by line while it is unpacked: so the ledger's files are read."""
    assert reports.open("ledger/a") is None
    reports.put_once("ledger/a", gzip.compress(b"one\n" + b"2" * 100_000 + b"\nthree\n"), GZIP)
    stream = reports.open("ledger/a")
    assert stream is not None
    with stream:
        assert stream.read(2) == b"\x1f\x8b"
        assert stream.read() == (reports.get("ledger/a") or b"")[2:]
    stream = reports.open("ledger/a")
    assert stream is not None
    with stream, gzip.GzipFile(fileobj=stream) as plain:
        assert [len(line) for line in plain] == [4, 100_001, 6]


def test_only_files_of_the_site_are_replaced(reports: ReportStore) -> None:
    reports.put("site/data/notices.json", b"1", "application/json")
    reports.put("site/data/notices.json", b"2", "application/json")
    assert reports.get("site/data/notices.json") == b"2"
    with pytest.raises(ValueError, match="site/"):
        reports.put("ledger/a", b"1", GZIP)
    assert reports.get("ledger/a") is None


def test_keys_are_sorted_and_only_those_under_the_prefix(reports: ReportStore) -> None:
    for key in ("ledger/day=2026-11-21/m", "ledger/day=2026-11-20/m", "ledger/import=1/m", "reports/m"):
        reports.put_once(key, b"", GZIP)
    assert reports.keys("ledger/day=") == ["ledger/day=2026-11-20/m", "ledger/day=2026-11-21/m"]
    assert reports.keys("ledger/day=2026-11-21/") == ["ledger/day=2026-11-21/m"]
    assert [*reports.keys("ledger/"), "reports/m"] == reports.keys("")
    assert reports.keys("ledger/day=2026-11-20") == ["ledger/day=2026-11-20/m"]
    assert reports.keys("nothing/") == []


def test_keys_come_from_all_pages(on_emulator: S3Reports) -> None:
    """S3 lists 1,000 keys at once; the ledger has as many after a year and a half."""
    names = [f"site/{number:04d}" for number in range(1003)]
    for name in names:
        on_emulator.put(name, b"", "text/plain")
    assert on_emulator.keys("site/") == names


def test_files_are_stored_with_their_type_and_not_as_compressed_text(
    on_emulator: S3Reports, stack: Provisioned, dynamodb_endpoint: str
) -> None:
    """With a content encoding, browsers would unpack the file, and its checksum would not fit."""
    on_emulator.put_once("ledger/a", b"x", GZIP)
    client = boto3.client("s3", endpoint_url=dynamodb_endpoint)
    head = client.head_object(Bucket=stack.reports_bucket, Key="ledger/a")
    assert head["ContentType"] == GZIP
    assert "ContentEncoding" not in head


def test_of_many_writers_at_once_one_wins(on_emulator: S3Reports) -> None:
    def write(number: int) -> bool:
        return on_emulator.put_once("ledger/race", str(number).encode(), GZIP)

    with ThreadPoolExecutor(8) as threads:
        won = [number for number, first in enumerate(threads.map(write, range(8))) if first]
    assert len(won) == 1
    assert on_emulator.get("ledger/race") == str(won[0]).encode()


def test_of_many_writers_into_a_folder_one_wins(in_a_folder: FolderReports) -> None:
    def write(number: int) -> bool:
        return in_a_folder.put_once("ledger/race", str(number).encode() * 100_000, GZIP)

    with ThreadPoolExecutor(8) as threads:
        won = [number for number, first in enumerate(threads.map(write, range(8))) if first]
    assert len(won) == 1
    assert in_a_folder.get("ledger/race") == str(won[0]).encode() * 100_000
    assert in_a_folder.keys("") == ["ledger/race"]


@pytest.mark.parametrize("key", ["../a", "ledger/../../a", "/etc/passwd", "ledger//a", "", "ledger/.a", "ledger/", "."])
def test_a_key_that_leaves_the_folder_is_refused(in_a_folder: FolderReports, tmp_path: Path, key: str) -> None:
    (tmp_path / "a").write_bytes(b"not of the folder")
    with pytest.raises(ValueError, match="no key"):
        in_a_folder.get(key)
    with pytest.raises(ValueError, match="no key"):
        in_a_folder.put_once(key, b"x", GZIP)


def test_a_link_in_the_folder_that_leads_out_of_it_is_refused(in_a_folder: FolderReports, tmp_path: Path) -> None:
    in_a_folder.put_once("ledger/a", b"x", GZIP)
    (tmp_path / "secret").write_bytes(b"not of the folder")
    (tmp_path / "bucket/ledger/b").symlink_to(tmp_path / "secret")
    with pytest.raises(ValueError, match="no key"):
        in_a_folder.open("ledger/b")


def test_a_folder_that_was_killed_while_writing_shows_no_half_file(in_a_folder: FolderReports, tmp_path: Path) -> None:
    in_a_folder.put_once("ledger/a", b"x", GZIP)
    (tmp_path / "bucket/ledger/.half").write_bytes(b"ha")
    (tmp_path / "bucket/.hidden").mkdir()
    (tmp_path / "bucket/.hidden/b").write_bytes(b"ha")
    assert in_a_folder.keys("") == in_a_folder.keys("ledger/") == ["ledger/a"]


def test_reading_a_folder_writes_nothing(tmp_path: Path) -> None:
    missing = FolderReports(tmp_path / "bucket")
    assert (missing.get("ledger/a"), missing.open("ledger/a"), missing.keys("ledger/")) == (None, None, [])
    assert [*tmp_path.iterdir()] == []


def test_what_is_no_file_is_none(in_a_folder: FolderReports) -> None:
    in_a_folder.put_once("ledger/day/a", b"x", GZIP)
    assert in_a_folder.get("ledger/day") is None
    assert in_a_folder.get("ledger/day/a/b") is None


def test_a_folder_gives_no_links(in_a_folder: FolderReports) -> None:
    in_a_folder.put_once("ledger/a", b"x", GZIP)
    with pytest.raises(io.UnsupportedOperation):
        in_a_folder.link("ledger/a", 60)


def test_a_link_opens_one_file_without_credentials(on_emulator: S3Reports) -> None:
    on_emulator.put_once("reports/weekly/report.html", b"<html>", "text/html")
    link = on_emulator.link("reports/weekly/report.html", 60)
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(link, timeout=10) as answer:
        assert answer.read() == b"<html>"
        assert answer.headers["Content-Type"] == "text/html"


class _Conflicted:
    """An S3 client whose first `times` writes meet another one under way; boto3's real one cannot be made to."""

    def __init__(self, client: Any, times: int) -> None:
        self._client = client
        self.times = times

    def put_object(self, **arguments: Any) -> Any:
        if self.times:
            self.times -= 1
            if isinstance(arguments["Body"], io.BufferedReader):
                arguments["Body"].read(3)
            raise self._client.exceptions.ClientError(
                {"Error": {"Code": "ConditionalRequestConflict", "Message": ""}}, "PutObject"
            )
        return self._client.put_object(**arguments)


def test_a_write_that_met_another_is_tried_again(tmp_path: Path) -> None:
    """409 says nothing of who won; only trying again tells. A file is sent from its beginning again."""
    with mock_aws():
        client, bucket = boto3.client("s3"), provision(None).reports_bucket
        conflicted = _Conflicted(client, 2)
        assert S3Reports(lambda: conflicted, bucket, bucket).put_once("ledger/a", b"x", GZIP)
        conflicted.times = 2
        local = tmp_path / "local"
        local.write_bytes(b"a whole file")
        assert S3Reports(lambda: conflicted, bucket, bucket).put_file_once("reports/a", local, "text/csv")
        assert S3Reports(lambda: client, bucket, bucket).get("reports/a") == b"a whole file"
        hopeless = _Conflicted(client, 99)
        with pytest.raises(client.exceptions.ClientError, match="ConditionalRequestConflict"):
            S3Reports(lambda: hopeless, bucket, bucket).put_once("ledger/b", b"x", GZIP)


class _Piecewise:
    """An S3 client that takes a body only as a stream, and remembers the largest piece that lay in memory."""

    largest = 0

    def put_object(self, **arguments: Any) -> None:
        while piece := arguments["Body"].read(65_536):
            self.largest = max(self.largest, len(piece))


def test_a_large_file_goes_up_piece_by_piece(tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(bytes(1_000_000))
    client = _Piecewise()
    assert S3Reports(lambda: client, "bucket", "site").put_file_once("reports/a", large, "text/csv")
    assert client.largest == 65_536


def test_other_refusals_are_not_taken_for_an_existing_file() -> None:
    with mock_aws():
        client = boto3.client("s3")
        reports = S3Reports(lambda: client, "no-such-bucket", "no-such-site")
        with pytest.raises(client.exceptions.ClientError, match="NoSuchBucket"):
            reports.put_once("ledger/a", b"x", GZIP)
        with pytest.raises(client.exceptions.ClientError, match="NoSuchBucket"):
            reports.get("ledger/a")


def test_what_the_public_site_shows_lies_in_the_sites_own_bucket(stack: Provisioned, dynamodb_endpoint: str) -> None:
    """It is replaced every hour; in the report bucket every version would be locked for years."""
    client = boto3.client("s3", endpoint_url=dynamodb_endpoint, region_name=LOCAL_REGION)
    reports = S3Reports(lambda: client, *_buckets(stack))
    reports.put("site/data/statistics.json", b"{}", "application/json")
    reports.put_once("ledger/a", b"x", GZIP)
    held = {
        bucket: [item["Key"] for item in client.list_objects_v2(Bucket=bucket).get("Contents", ())]
        for bucket in _buckets(stack)
    }
    assert held == {stack.reports_bucket: ["ledger/a"], stack.site_bucket: ["site/data/statistics.json"]}
    assert reports.keys("") == ["ledger/a", "site/data/statistics.json"]
    assert reports.get("site/data/statistics.json") == b"{}"


def test_what_other_platforms_hand_over_lies_in_a_bucket_of_its_own() -> None:
    """Where nothing is locked for years: it holds personal data."""
    with mock_aws():
        made = provision(None)
        client = boto3.client("s3")
        inbox = made.environment["HUIYIN_INBOX_BUCKET"]
        reports = S3Reports(lambda: client, *_buckets(made), inbox)
        reports.put_once("inbox/renmin/1.csv", b"x", "text/csv")
        reports.put_once("inbox-results/renmin/1.json", b"{}", "application/json")
        assert reports.keys("inbox/") == ["inbox/renmin/1.csv"]
        assert reports.get("inbox/renmin/1.csv") == b"x"
        held = {bucket: client.list_objects_v2(Bucket=bucket)["KeyCount"] for bucket in (*_buckets(made), inbox)}
        assert [*held.values()] == [0, 0, 2]
