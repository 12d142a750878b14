"""What the function is told by its environment; template.yaml sets it."""

import os
from datetime import date
from pathlib import Path

from pydantic import BaseModel, Field


class Settings(BaseModel):
    """Raises pydantic.ValidationError, naming the variable, where the environment is not as template.yaml sets it."""

    first_day: date = Field(alias="PROJECTION_START_DATE", description="the first partition that the table's projection covers")
    bucket: str = Field(alias="BUCKET_NAME", min_length=3, description="the bucket that takes the rejects")


SETTINGS = Settings.model_validate(dict(os.environ))
# A hash of the layer's source and requirements: a layer change changes the function, so that SAM publishes a new version of it.
TRANSFORM_VERSION = Path(__file__).with_name("layer.sha256").read_text().strip()[:12]
