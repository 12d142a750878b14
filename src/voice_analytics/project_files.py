"""Where template.yaml, schemas/, functions/ and layers/ are: in a checkout or in the package."""

from pathlib import Path

_PACKAGED = Path(__file__).parent / "project"  # in a wheel: see pyproject.toml, force-include

ROOT = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parents[2]
