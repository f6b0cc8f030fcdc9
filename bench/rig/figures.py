"""What was measured: one list of samples for each contestant of a case, and what may be said about them."""

import statistics
from dataclasses import asdict, dataclass, field


@dataclass
class Figure:
    """Samples of one quantity, in the order of the rounds: sample i of two contestants is of the same round."""

    workload: str
    case: str
    contestant: str
    unit: str
    samples: list = field(default_factory=list)

    @property
    def median(self):
        return statistics.median(self.samples)

    @property
    def noise(self):
        """How far the samples are apart, as a part of their median."""
        return (max(self.samples) - min(self.samples)) / self.median if self.median else 0.0


class Figures:
    def __init__(self, rows=()):
        self.rows = [Figure(**row) for row in rows]

    def add(self, workload, case, contestant, unit, sample):
        """Appends a sample to its figure, which is begun where there is none."""
        figure = self.find(workload, case, contestant, unit)
        if figure is None:
            figure = Figure(workload, case, contestant, unit)
            self.rows.append(figure)
        figure.samples.append(sample)

    def find(self, workload, case, contestant, unit):
        wanted = (workload, case, contestant, unit)
        return next((row for row in self.rows if (row.workload, row.case, row.contestant, row.unit) == wanted), None)

    def drop(self, workload):
        self.rows = [row for row in self.rows if row.workload != workload]

    def sort(self, workloads):
        """In the order of `workloads`."""
        self.rows.sort(key=lambda row: workloads.index(row.workload))

    def ratio(self, one, other):
        """Samples of `one` divided by those of `other`, round by round; nothing where either is missing."""
        one, other = self.find(*one), self.find(*other)
        if one is None or other is None:
            return None
        return [a / b for a, b in zip(one.samples, other.samples)]

    def as_json(self):
        return [asdict(row) for row in self.rows]
