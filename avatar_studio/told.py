"""What went wrong, told to a person: one sentence that says what to do, in English and Chinese."""
from __future__ import annotations


class Told(ValueError):
    """An error with a sentence in both languages, in which {values} stand. str() is the English one."""

    def __init__(self, english: str, chinese: str, **values: int | str):
        self.sentences = {"en": english.format(**values), "zh": chinese.format(**values)} if values else {"en": english, "zh": chinese}
        super().__init__(self.sentences["en"])
