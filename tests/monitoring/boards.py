# SPDX-License-Identifier: Apache-2.0
"""Whether Grafana can show the dashboards: each is delivered, its panels do not overlap, its variables are declared, and
what an alert points to is there.
"""
import re
import sys

import yaml

import manifests


def board_faults(name, board):
    ids = [panel["id"] for panel in board["panels"]]
    if len(ids) != len(set(ids)):
        yield "two panels have one id"
    taken = {}
    for panel in board["panels"]:
        place = panel["gridPos"]
        if place["x"] + place["w"] > 24:
            yield f'{panel["title"]} is wider than the page'
        for cell in ((x, y) for x in range(place["x"], place["x"] + place["w"])
                     for y in range(place["y"], place["y"] + place["h"])):
            if cell in taken:
                yield f'{panel["title"]} lies on {taken[cell]}'
                break
            taken[cell] = panel["title"]
    declared = {variable["name"] for variable in board["templating"]["list"]}
    text = str(board["panels"]) + str(board["templating"])
    used = set(re.findall(r"\$\{?([a-z]\w*)", text))
    if used != declared:
        yield f"variables used: {sorted(used)}, declared: {sorted(declared)}"
    if board["uid"] != f"boutique-{name}":
        yield f'its uid is {board["uid"]}'


def delivery_faults(boards):
    made = yaml.safe_load((manifests.DASHBOARDS.parent / "kustomization.yaml").read_text())["configMapGenerator"]
    delivered = sorted(path for one in made for path in one["files"])
    if delivered != [f"dashboards/{name}.json" for name in boards]:
        yield f"delivered are {delivered}"
    known = {board["uid"] for board in boards.values()}
    for rule in manifests.rules():
        for text in rule.get("annotations", {}).values():
            for uid in re.findall(r"/d/([\w-]+)|dashboard (boutique-[\w-]+)", text):
                if "".join(uid) not in known:
                    yield f'{rule["alert"]} points to {"".join(uid)}'


def main():
    boards = manifests.dashboards()
    faults = [f"{name}: {fault}" for name, board in boards.items() for fault in board_faults(name, board)]
    faults += delivery_faults(boards)
    print("\n".join(faults) or f"dashboards: {len(boards)}")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
