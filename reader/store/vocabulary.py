"""vocabulary.toml: the sector's vocabulary, which people read and add to."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from reader.domain.errors import StorageError
from reader.domain.vocabulary import Concept, Vocabulary, words_of

_Term = Annotated[str, StringConstraints(min_length=1, max_length=240, strip_whitespace=True)]
_Terms = Annotated[tuple[_Term, ...], Field(max_length=60)]


class _ConceptToml(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Term
    kind: Literal["group", "placement", "process", "order", "document", "role", "body", "risk", "law"]
    same: _Terms = ()
    short: _Terms = ()
    former: _Terms = ()
    narrower: _Terms = ()
    typed: _Terms = ()
    source: Annotated[str, StringConstraints(max_length=300)] = ""


class _VocabularyToml(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1]
    concept: dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,60}$")], _ConceptToml]


def read_vocabulary(file: Path) -> Vocabulary:
    """Read the vocabulary.

    Raises:
        StorageError: when the file cannot be used, saying where and why.
    """
    try:
        parsed = _VocabularyToml.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise StorageError(f"The vocabulary {file} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise StorageError(f"The vocabulary {file} is not written as TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise StorageError(f"The vocabulary {file}: “{place}”: {first['msg']}.") from error
    concepts = tuple(Concept(id_, **row.model_dump()) for id_, row in parsed.concept.items())
    owners: dict[tuple[str, ...], str] = {}
    for concept in concepts:
        for term in (*concept.terms(), *concept.typed):
            words = words_of(term)
            if not words:
                raise StorageError(f"The vocabulary {file}: “{term}” of {concept.id} holds no word.")
            owner = owners.setdefault(words, concept.id)
            if owner != concept.id:
                raise StorageError(
                    f"The vocabulary {file}: “{term}” stands under {owner} and under {concept.id}: keep one."
                )
    return Vocabulary(concepts)
