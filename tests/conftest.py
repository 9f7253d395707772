"""What all tests share: the real archives, where they are at hand, and how long hypothesis looks."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

EXAMPLES_VARIABLE = "NEWSARC_TEST_EXAMPLES"  # how many hypothesis makes for each test: more for who has the time
settings.register_profile(
    "newsarc",
    deadline=None,
    max_examples=int(os.environ.get(EXAMPLES_VARIABLE) or 30),
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
settings.load_profile("newsarc")

# What would change what newsarc prints, on whatever machine the tests run.
for variable in (
    "NEWSARC_ARCHIVE",
    "NO_COLOR",
    "FORCE_COLOR",
    "COLUMNS",
    "LINES",
    "NEWSARC_PAGER",
    "PAGER",
    "LESS",
    "GITHUB_ACTIONS",
):
    os.environ.pop(variable, None)

# What tests start finds newsarc compiled, as it is where it is installed; and pytest keeps the tests that it rewrites,
# which takes it longer than most of them take to run.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Nobody's cache is read or written by tests.
os.environ["NEWSARC_CACHE_DIR"] = tempfile.mkdtemp(prefix="newsarc-tests-")
atexit.register(shutil.rmtree, os.environ["NEWSARC_CACHE_DIR"], ignore_errors=True)

ARCHIVES_VARIABLE = "NEWSARC_TEST_ARCHIVES"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-expected",
        action="store_true",
        help="write the expected files anew; read the diff",
    )


def _real(name: str) -> Path:
    """Return the path of one of the real archives; skip the test where they are not."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "archives"
    folder = Path(os.environ.get(ARCHIVES_VARIABLE) or beside)
    if not (folder / name).exists():
        pytest.skip(f"there is no {name} in {folder}; ${ARCHIVES_VARIABLE} says where the real archives are")
    return folder / name


@pytest.fixture(scope="session")
def zh_archive(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The root of the whole Chinese archive of March 2019, which all workers share. No test may change it."""
    packed = _real("zh-2019-03.tar.xz")
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" or fcntl is None else base.parent) / "zh"
    with folder.with_name("zh-lock").open("w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
        if not folder.exists():
            with tarfile.open(packed) as archive:
                archive.extractall(folder, filter="data")
    news = next(folder.rglob("news"))
    return news.parent


@pytest.fixture(scope="session")
def en_samples() -> Path:
    """The folder of English samples: each of its folders is an archive root."""
    return _real("en-samples")
