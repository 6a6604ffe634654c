"""What answers tool calls: mostly at once, sometimes late, some never."""


class toolbox:
    def __init__(self, random):
        self.random = random

    def answers(self, entry):
        """Whether a call is answered at all. Who lost a race may be answered when the run has long ended."""
        if entry.tool == "late":
            return entry.attempts == 0 and self.random.random() < 0.7
        return entry.tool != "never"

    def delay(self, entry):
        if entry.tool == "slow":
            return self.random.choice((0.01, 0.05, 0.2, 0.6))
        if entry.tool == "late":
            return self.random.uniform(0, 0.5)
        return 0 if self.random.random() < 0.8 else self.random.uniform(0, 0.05)

    @staticmethod
    def attempt(entry):
        """Error and result of a response."""
        entry.attempts += 1
        if entry.tool == "flaky" and entry.attempts < 3:
            return "not yet", None
        return entry.error, entry.answer
