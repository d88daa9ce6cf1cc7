# SPDX-License-Identifier: Apache-2.0
"""What goes wrong when: drawn from a seed, so that it can be had again."""
import random

# A round is the shortest list in which each program is killed and each server, too; rounds are shuffled.
ROUND_SECONDS = 12


def round_of(programs, servers, links, lease, draw):
    """[(what, whom, arguments)]"""
    busy = [name for name in programs if name.startswith(("checkout", "order", "payment", "shipping"))]
    events = [("kill", name, draw.uniform(0, 1)) for name in programs + servers]
    events += [("kill", draw.choice(busy), draw.uniform(0, 1))]
    events += [("retire", draw.choice(programs), 0)]
    events += [("hold", name, draw.uniform(1.1, 1.8) * lease) for name in draw.sample(programs, 2)]
    events += [("hold", draw.choice(busy + servers), draw.uniform(1.1, 1.8) * lease)]
    events += [("cut", name, draw.uniform(0.3, 1)) for name in draw.sample(links, 3)]
    # A parcel that is lost on its way after the charge: the money goes back.
    events += [("cut", "shippingservice", 1.0)] * 3
    events += [("stall", draw.choice(links), draw.uniform(0.2, 1.5) * lease)]
    draw.shuffle(events)
    return events


def schedule(seed, seconds, programs, servers, links, lease):
    """Yields (second, what, whom, argument) in order, for as long as it lasts."""
    draw = random.Random(seed)
    for start in range(0, int(seconds), ROUND_SECONDS):
        events = round_of(programs, servers, links, lease, draw)
        times = sorted(draw.uniform(0, ROUND_SECONDS) for _ in events)
        for at, event in zip(times, events):
            if start + at < seconds:
                yield (start + at, *event)
