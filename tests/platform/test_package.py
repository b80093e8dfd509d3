"""The bundle that is deployed: complete, importable by itself, small, quick to start, and the same every time."""

import importlib.util
import json
import os
import shutil
import sys
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from infra import package
from infra.environment import ROOT
from infra.errors import OperatorError
from infra.package import Bundle

pytestmark = pytest.mark.bundle


@pytest.fixture(scope="module")
def unzipped(bundle: Bundle, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundle unzipped once."""
    folder = tmp_path_factory.mktemp("unzipped")
    package.unpack(bundle.zip, folder)
    return folder


@pytest.fixture
def tree(unzipped: Path, tmp_path: Path) -> Path:
    """The bundle's files as links, so that a test may take some away (not write into them)."""
    return Path(shutil.copytree(unzipped, tmp_path / "tree", copy_function=os.link))


def _names(bundle: Bundle) -> set[str]:
    with zipfile.ZipFile(bundle.zip) as archive:
        return set(archive.namelist())


def _compiled(source: str) -> str:
    """Where Python looks for a module's compiled code; also while this process keeps its own elsewhere."""
    path = PurePosixPath(source)
    return str(path.parent / "__pycache__" / f"{path.stem}.{sys.implementation.cache_tag}.pyc")


def test_it_is_under_15_mb(bundle: Bundle) -> None:
    assert bundle.size == bundle.zip.stat().st_size < 15_000_000


def test_it_carries_every_source_and_data_file_of_the_app(bundle: Bundle) -> None:
    """Also the scheduled jobs, which reach it only through the link in vendor/."""
    wanted = {
        file.relative_to(ROOT).as_posix()
        for folder in ("chalicelib", "scheduled")
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    }
    assert wanted - _names(bundle) == set()
    assert any(name.startswith("scheduled/") for name in wanted)


def test_it_carries_nothing_of_the_operator_or_the_tests(bundle: Bundle) -> None:
    top = {name.split("/")[0] for name in _names(bundle)}
    assert top.isdisjoint({"infra", "tests", "website", "docs", "vendor", "pip", "setuptools", "pytest", "moto"})


def test_every_module_is_compiled_to_be_used_unchecked(bundle: Bundle) -> None:
    """Bits 01 in the header: by hash, unchecked. A dated one would be thrown away, for the zip changes all dates."""
    with zipfile.ZipFile(bundle.zip) as archive:
        compiled = archive.read(_compiled("chalicelib/domain/limit.py"))
        assert not [
            name for name in archive.namelist() if name.endswith(".py") and _compiled(name) not in archive.NameToInfo
        ]
    assert compiled[:4] == importlib.util.MAGIC_NUMBER
    assert int.from_bytes(compiled[4:8], "little") == 0b01
    assert b"/var/task/chalicelib/domain/limit.py" in compiled


def test_botocore_knows_only_the_services_in_use(tree: Path) -> None:
    folders = {path.name for path in (tree / "botocore" / "data").iterdir() if path.is_dir()}
    assert folders == package.SERVICES
    assert (tree / "botocore" / "data" / "partitions.json").exists()


def test_the_same_sources_give_the_same_bytes(bundle: Bundle, tree: Path) -> None:
    """Compiled again and zipped again: nothing in it depends on the time or on the order of a folder."""
    for compiled in list(tree.rglob("__pycache__")):
        shutil.rmtree(compiled)
    package.compile_all(tree)
    again = tree.with_name("again.zip")
    package.write_zip(tree, again)
    assert again.read_bytes() == bundle.zip.read_bytes()
    with zipfile.ZipFile(bundle.zip) as archive:
        assert archive.namelist() == sorted(archive.namelist(), key=Path)
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_every_job_runs_with_a_role_and_limits_of_its_own(bundle: Bundle) -> None:
    """A job that .chalice/config.json does not name would run with the API's rights and be cut off after 28 s."""
    resources = json.loads(bundle.template.read_text())["Resources"]
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())["stages"][package.STAGE]["lambda_functions"]
    named = {"".join(part.title() for part in name.split("_")) for name in config}
    functions = {name for name, resource in resources.items() if resource["Type"] == "AWS::Serverless::Function"}
    jobs = functions - {"APIHandler"}
    assert jobs
    assert jobs <= named
    roles = [str(resources[name]["Properties"]["Role"]) for name in functions]
    assert len(set(roles)) == len(roles)


def test_reports_have_room_for_a_year_of_ten_million_events(bundle: Bundle) -> None:
    """What does not fit into 1 GB of memory is laid aside in /tmp, which has 512 MB unless more is asked for."""
    properties = json.loads(bundle.template.read_text())["Resources"]["Reports"]["Properties"]
    assert properties["EphemeralStorage"] == {"Size": 10240}
    assert (properties["MemorySize"], properties["Timeout"]) == (1024, 900)


def test_public_figures_have_room_for_a_year_of_many_letters(bundle: Bundle) -> None:
    """Every letter of the ledger is in memory (docs/benchmarks.md, "What is not flat")."""
    resources = json.loads(bundle.template.read_text())["Resources"]
    assert resources["Publish"]["Properties"]["MemorySize"] == 1024


def test_without_the_scheduled_jobs_the_proof_fails(tree: Path) -> None:
    """What happens when the link vendor/scheduled is lost: then the whole API would be down."""
    shutil.rmtree(tree / "scheduled")
    with pytest.raises(OperatorError, match="scheduled"):
        package.prove_tree(tree, [])


def test_without_the_link_the_bundle_is_not_built(tmp_path: Path) -> None:
    for name in ("app.py", "chalicelib", "scheduled", ".chalice", "infra", "requirements.txt", "constraints.txt"):
        (tmp_path / "root").mkdir(exist_ok=True)
        (tmp_path / "root" / name).symlink_to(ROOT / name)
    (tmp_path / "root" / "vendor").mkdir()
    with pytest.raises(OperatorError, match="must be a link"):
        package.build(tmp_path / "out", tmp_path / "root")


@pytest.mark.parametrize("missing", ["pynamodb", "pydantic", "chalicelib/domain/limit.py"])
def test_a_missing_module_fails_the_proof(tree: Path, missing: str) -> None:
    """Although it is installed here: the proof sees nothing but the bundle."""
    path = tree / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(OperatorError, match="does not import by itself"):
        package.prove_tree(tree, [])


def test_every_folder_that_holds_data_is_known_to_the_proof() -> None:
    held = {
        "/".join(file.relative_to(ROOT).parts[:2])
        for file in (ROOT / "chalicelib").rglob("*")
        if file.is_file() and file.suffix not in {".py", ".pyc"}
    }
    assert set(package.DATA_FOLDERS) == held


@pytest.mark.parametrize("folder", package.DATA_FOLDERS)
def test_a_missing_data_folder_fails_the_proof(tree: Path, folder: str) -> None:
    shutil.rmtree(tree / folder)
    with pytest.raises(OperatorError, match=f"no files in {folder}"):
        package.prove_tree(tree, [])


def test_an_entry_point_that_is_not_there_fails_the_proof(unzipped: Path) -> None:
    with pytest.raises(OperatorError, match="no_such_job"):
        package.prove_tree(unzipped, ["app.no_such_job"])


def test_reading_a_setting_while_importing_fails_the_proof(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings are read on first use: a missing one must not take the whole function down at import.

    Also where the setting happens to exist, as it would on the machine of someone who runs the stand.
    """
    monkeypatch.setenv("HUIYIN_TABLE", "huiyin-table")
    (tree / "app.py").unlink()
    (tree / "app.py").write_text("import os\nos.environ['HUIYIN_TABLE']\n")
    shutil.rmtree(tree / "__pycache__")
    with pytest.raises(OperatorError, match="HUIYIN_TABLE"):
        package.prove_tree(tree, [])


def test_a_faulty_template_is_refused_with_the_reason(tmp_path: Path) -> None:
    template = tmp_path / "sam.json"
    template.write_text(json.dumps({"Resources": {"Table": {"Type": "AWS::DynamoDB::Table", "Properties": {}}}}))
    with pytest.raises(OperatorError, match="KeySchema"):
        package.check_template(template)
