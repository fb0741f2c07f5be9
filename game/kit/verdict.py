"""What a check found, as a table for a person."""

from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["ok", "FAIL", "skip"]
WIDTH = 13


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table: what was looked at, how it came out, and the figures or the cure."""

    about: str
    outcome: Outcome
    text: str

    def line(self) -> str:
        """The finding for a person; further lines of what was text are set below the first."""
        head = f"  {self.outcome:<5} {self.about:<{WIDTH}} "
        return head + self.text.replace("\n", "\n" + " " * len(head))


@dataclass(slots=True)
class Verdict:
    """All findings on one game."""

    name: str
    head: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether nothing failed, and something was looked at."""
        return bool(self.findings) and all(finding.outcome != "FAIL" for finding in self.findings)

    def add(self, about: str, outcome: Outcome, text: str) -> None:
        """One more finding."""
        self.findings.append(Finding(about, outcome, text))

    def failed(self) -> list[Finding]:
        """The findings that failed."""
        return [finding for finding in self.findings if finding.outcome == "FAIL"]

    def table(self) -> str:
        """The whole table, with a last line that says it all."""
        lines = [self.head] if self.head else []
        lines += [finding.line() for finding in self.findings]
        failed = len(self.failed())
        if self.passed:
            lines.append(f"{self.name} passes.")
        else:
            lines.append(f"{self.name} does not pass: {failed} of {len(self.findings)} failed.")
        return "\n".join(lines)
