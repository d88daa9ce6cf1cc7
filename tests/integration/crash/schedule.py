# SPDX-License-Identifier: Apache-2.0
"""What goes wrong when: drawn from a seed, so that it can be had again."""
import random

# A round is the shortest list in which each program is killed, and each server: one that takes seconds to start is
# killed in one round, and paused and cut off in the next. Rounds are shuffled.
ROUND_SECONDS = 12


def round_of(programs, killed, paused, links, lease, draw):
    """[(what, whom, arguments)]. killed, paused: servers; those that are paused are cut off, too."""
    def pause():
        return draw.uniform(1.1, 1.8) * lease
    busy = [name for name in programs if name.startswith(("checkout", "email", "order", "payment", "shipping"))]
    events = [("kill", name, draw.uniform(0, 1)) for name in programs + killed]
    events += [("kill", draw.choice(busy), draw.uniform(0, 1))]
    events += [("retire", draw.choice(programs), 0)]
    events += [("hold", name, pause()) for name in [draw.choice(busy), *draw.sample(programs, 2), *paused]]
    events += [("cut", name, draw.uniform(0.3, 1)) for name in paused + draw.sample(links, 3)]
    # Parcels that are lost on their way after the charge: the money goes back.
    events += [("lose", "", 0.4)] * 2
    events += [("stall", draw.choice(links), draw.uniform(0.2, 1.5) * lease)]
    draw.shuffle(events)
    return events


def schedule(seed, seconds, programs, servers, slow, links, lease):
    """Yields (second, what, whom, argument) in order, for as long as it lasts. slow: which of the servers are."""
    draw = random.Random(seed)
    quick = [name for name in servers if name not in slow]
    for number, start in enumerate(range(0, int(seconds), ROUND_SECONDS)):
        alternate = ([], slow) if number % 2 else (slow, [])
        paused = [quick[number % len(quick)], *alternate[1]]
        events = round_of(programs, quick + alternate[0], paused, links, lease, draw)
        times = sorted(draw.uniform(0, ROUND_SECONDS) for _ in events)
        for at, event in zip(times, events):
            if start + at < seconds:
                yield (start + at, *event)
