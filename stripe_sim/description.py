"""The description of the installed Stripe API, kept between runs, and what the simulator asks of it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

from stripe_sim import library
from stripe_sim.store import copied

Schema = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """One thing Stripe can be asked, such as "POST /v1/refunds", and the ids found in the path asked for."""

    name: str
    params: Schema
    returns: Schema
    ids: tuple[str, ...]


class Description:
    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.version: str = facts["version"]
        self.event_types: list[str] = facts["event_types"]
        self.blanks: dict[str, Any] = {}
        self.patterns: list[tuple[str, re.Pattern[str], str]] = []
        # fewest placeholders first, so that a literal path wins over {id}
        for name in sorted(facts["operations"], key=lambda name: name.count("{")):
            verb, path = name.split(" ")
            pattern = re.sub(r"\\\{[^}]+\\\}", "([^/]+)", re.escape(path))
            self.patterns.append((verb, re.compile(pattern + "$"), name))

    def find_operation(self, method: str, path: str) -> Operation | None:
        for verb, pattern, name in self.patterns:
            if verb == method and (found := pattern.match(path)):
                operation = self.facts["operations"][name]
                return Operation(name, operation["params"], operation["returns"], found.groups())
        return None

    def resolve(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            schema = self.facts["classes"][schema["$ref"].removeprefix("#/classes/")]
        return schema

    def blank(self, kind: str) -> dict[str, Any]:
        """The emptiest object of a kind that Stripe could send. Optional fields are null on the wire, not missing,
        except `deleted` and the lists that come only when expanded."""
        if kind not in self.blanks:
            schema = self.facts["classes"][self.facts["objects"][kind]]
            body = self.emptiest(schema)
            for name, field in schema["properties"].items():
                if {"type": "null"} in field.get("anyOf", ()) and name != "deleted" and not self.is_list(field):
                    body.setdefault(name, None)
            if "metadata" in schema["properties"]:
                body["metadata"] = {}
            body["object"] = kind
            self.blanks[kind] = body
        fresh: dict[str, Any] = copied(self.blanks[kind])
        return fresh

    def emptiest(self, schema: Schema) -> Any:
        schema = self.resolve(schema)
        if "anyOf" in schema:
            return None if {"type": "null"} in schema["anyOf"] else self.emptiest(schema["anyOf"][0])
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("type") == "object":
            fields = schema.get("properties", {})
            return {name: self.emptiest(fields[name]) for name in schema.get("required", ())}
        return {"array": [], "string": "", "integer": 0, "number": 0.0, "boolean": False}.get(schema.get("type", ""))

    def is_list(self, schema: Schema) -> bool:
        return any("has_more" in self.resolve(s).get("properties", {}) for s in library.alternatives(schema))


@cache
def load() -> Description:
    """The description of the installed library: read from its sources once, then from a file of the user's cache."""
    kept = kept_at()
    try:
        return Description(json.loads(kept.read_text()))
    except (OSError, ValueError):
        facts = library.Library().describe()
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=kept.parent, delete=False) as file:
            json.dump(facts, file, separators=(",", ":"))
        os.replace(file.name, kept)  # another process may be reading
    except OSError:
        pass  # a read-only home costs seconds at each start, no more
    return Description(facts)


def kept_at() -> Path:
    """Named by the stripe version and by our reader, so that a change of either is read anew."""
    reader = hashlib.sha256(Path(library.__file__).read_bytes()).hexdigest()[:12]
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "stripe_sim" / f"stripe-{installed_version('stripe')}-{reader}.json"
