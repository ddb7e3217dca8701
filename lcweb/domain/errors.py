"""What a verb may answer instead of doing its work. Each carries a Swedish sentence for the person at the screen."""


class Refused(Exception):
    """The input cannot be taken; nothing was written. `problems` maps a form-field name to its sentence."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


class Asked(Exception):
    """The input can be taken once the person has confirmed `question`: a field name, never a hard stop (S5, S6, P1).

    `count`: what is confirmed, where that is a number. `also`: asked at the same time, to be confirmed at once.
    """

    def __init__(
        self, question: str, sentence: str, *, thread_id: int | None = None, count: int = 0, also: "Asked | None" = None
    ) -> None:
        super().__init__(sentence)
        self.question = question
        self.sentence = sentence
        self.thread_id = thread_id
        self.count = count
        self.also = also

    @property
    def sentences(self) -> dict[str, str]:
        """Every question with its sentence, as `Refused.problems` has them."""
        return {self.question: self.sentence} | (self.also.sentences if self.also else {})


class Conflict(Exception):
    """Somebody else was first; nothing was written. The web answers 409 and gives the typed text back."""


class NotAllowed(Exception):
    """The person may see the thing but not do this with it."""


class NotFound(Exception):
    """It does not exist, or this person may not know that it does: the two are told apart nowhere."""


class Throttled(Exception):
    """Too many sign-in attempts; `seconds` until the next is heard."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} s")
        self.seconds = seconds
