"""Personal models in a Studio."""
from __future__ import annotations

from dataclasses import replace

from ..avatar import Avatar, decode
from ..studio import Studio
from .errors import JobError
from .model_file import Model, apply, read_model
from .own_file import file_hash


def adopt(studio: Studio, data: bytes) -> Model:
    """Let a Studio draw with the model in a file, which may be anybody's. Raises JobError for a file that is none, or whose model goes by the name of another's."""
    model = read_model(data, studio.generator)
    if not studio.keep_model(model.id, lambda generator, likeness: apply(generator, model, likeness), file_hash(data)):
        raise JobError("taken")
    return model


def person(model: Model) -> Avatar:
    """The avatar of whom a model was tuned on, drawn with it."""
    return replace(decode(model.avatar_code), model=model.id, likeness=1.0)
