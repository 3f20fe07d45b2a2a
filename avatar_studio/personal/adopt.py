"""Personal models in a Studio."""
from __future__ import annotations

from ..studio import Studio
from .model_file import Model, apply, read_model


def adopt(studio: Studio, data: bytes) -> Model:
    """Let a Studio draw with the model in a file, which may be anybody's. Raises JobError for a file that is none."""
    model = read_model(data, studio.generator)
    studio.adopt(model.id, lambda generator, likeness: apply(generator, model, likeness))
    return model
