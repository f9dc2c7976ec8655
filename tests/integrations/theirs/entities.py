"""Run in the neighbours' environment: our entities read by the followthemoney library."""

import json
import sys
from pathlib import Path

from followthemoney import model

count, edges, schemata = 0, 0, set()
with Path(sys.argv[1]).open(encoding="utf-8") as file:
    for line in file:
        data = json.loads(line)
        entity = model.get_proxy(data, cleaned=False)
        model[data["schema"]].validate(data)
        kept = entity.to_dict()["properties"]
        lost = {
            name: values for name, values in data["properties"].items()
            if len(kept.get(name, [])) < len(set(values))
        }  # fmt: skip
        assert not lost, (data["schema"], lost, kept)
        count, edges = count + 1, edges + entity.schema.edge
        schemata.add(entity.schema.name)
print(json.dumps({"entities": count, "edges": edges, "schemata": sorted(schemata)}))
