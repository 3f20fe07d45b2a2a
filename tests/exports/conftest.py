from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def studio():
    from avatar_studio.studio import Studio

    return Studio()
