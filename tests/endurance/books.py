"""What the clients of the soak were answered, link by link, and what the store may hold of it."""

from collections import Counter

NOUNS = ("impressions", "clicks", "shares")


class Books:
    """`asked` and `answered` count (noun, key): the store must hold all that was answered, and nothing that was not asked.

    `excused` is how many of each noun may be missing: what the server itself said would be lost, before it was killed.
    """

    def __init__(self):
        self.asked = Counter()
        self.answered = Counter()
        self.excused = Counter()

    def ask(self, events):
        self.asked.update(events)

    def answer(self, events):
        self.answered.update(events)

    def excuse(self, noun, count):
        self.excused[noun] += count

    def wrong(self, stored):
        """What does not hold of `stored`, {key: {noun: count}}, in words; what is missing is told once."""
        words = []
        for noun in NOUNS:
            missing = 0
            for key in {key for of, key in self.asked if of == noun} | set(stored):
                answered, asked = self.answered[noun, key], self.asked[noun, key]
                count = stored.get(key, {}).get(noun, 0)
                missing += max(0, answered - count)
                if count > asked:
                    words.append(f"{count} {noun} of {key} are stored, only {asked} were asked for")
            if missing > self.excused[noun]:
                words.append(f"{missing - self.excused[noun]} {noun} that were answered are not stored")
                self.excused[noun] = missing
        return words

    def total(self, noun):
        """(answered, asked)."""
        return tuple(sum(count for (of, _), count in side.items() if of == noun) for side in (self.answered, self.asked))
