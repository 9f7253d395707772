"""``pytest tests/cli --update-golden`` writes the golden files anew; look at the difference before committing it."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write tests/cli/golden anew instead of comparing")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    # Not registered where pytest starts above tests/cli.
    return bool(request.config.getoption("--update-golden", default=False))
