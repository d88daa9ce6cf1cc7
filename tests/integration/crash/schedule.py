# SPDX-License-Identifier: Apache-2.0
"""What goes wrong when: drawn from a seed, so that it can be had again."""
import random

# A round is the shortest list in which each program is killed, and each server: one that takes seconds to start is
# killed in one round, and paused and cut off in the next. Rounds are shuffled.
ROUND_SECONDS = 12


def round_of(programs, servers, slow, links, lease, draw):
    """[(what, whom, arguments)]. servers: those to be killed; slow: those to be paused and cut off."""
    def pause():
        return draw.uniform(1.1, 1.8) * lease
    busy = [name for name in programs if name.startswith(("checkout", "email", "order", "payment", "shipping"))]
    quick = [name for name in servers if name not in slow]
    events = [("kill", name, draw.uniform(0, 1)) for name in programs + servers]
    events += [("kill", draw.choice(busy), draw.uniform(0, 1))]
    events += [("retire", draw.choice(programs), 0)]
    events += [("hold", name, pause()) for name in draw.sample(programs, 2)]
    events += [("hold", draw.choice(busy), pause()), ("hold", draw.choice(quick), pause())]
    events += [(what, name, argument) for name in slow if name not in servers
               for what, argument in (("hold", pause()), ("cut", 1.0))]
    events += [("cut", name, draw.uniform(0.3, 1)) for name in draw.sample(links, 3)]
    # Parcels that are lost on their way after the charge: the money goes back.
    events += [("lose", "shippingservice", 0.4)] * 2
    events += [("stall", draw.choice(links), draw.uniform(0.2, 1.5) * lease)]
    draw.shuffle(events)
    return events


def schedule(seed, seconds, programs, servers, slow, links, lease):
    """Yields (second, what, whom, argument) in order, for as long as it lasts. slow: which of the servers are."""
    draw = random.Random(seed)
    for number, start in enumerate(range(0, int(seconds), ROUND_SECONDS)):
        killed = [name for name in servers if name not in slow or number % 2 == 0]
        events = round_of(programs, killed, slow, links, lease, draw)
        times = sorted(draw.uniform(0, ROUND_SECONDS) for _ in events)
        for at, event in zip(times, events):
            if start + at < seconds:
                yield (start + at, *event)
