"""From a form body to typed parameters, checked against what the installed library may send."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from stripe_sim.description import Description, Schema
from stripe_sim.errors import StripeError, bad_param, missing_param, unknown_param

TREE = dict[str, Any]


def read_params(raw: str, schema: Schema, description: Description) -> dict[str, Any]:
    """Typed parameters of one request. Raises Stripe's own 400 for what is unknown, missing or of the wrong type."""
    return dict(Reader(description).read(unfold(raw), schema, ""))


def unfold(raw: str) -> TREE:
    """a[b][0]=x&c[]=y becomes {"a": {"b": {"0": "x"}}, "c": {"0": "y"}}; arrays are still numbered here."""
    tree: TREE = {}
    for name, value in parse_qsl(raw, keep_blank_values=True):
        first, *rest = re.findall(r"[^\[\]]+|\[\]", name) or [name]
        node, key = tree, first
        for part in rest:
            node = node.setdefault(key, {})
            if not isinstance(node, dict):
                raise bad_param(name, f"Invalid parameter: {name} is both a value and a hash")
            key = str(len(node)) if part == "[]" else part
        if key in node:
            raise bad_param(name, f"Duplicate parameter: {name}")
        node[key] = value
    return tree


class Reader:
    def __init__(self, description: Description) -> None:
        self.resolve = description.resolve

    def read(self, value: Any, schema: Schema, name: str) -> Any:
        schema = self.resolve(schema)
        if "anyOf" in schema:
            return self.read_either(value, [self.resolve(option) for option in schema["anyOf"]], name)
        if "enum" in schema:
            return self.read_choice(value, schema["enum"], name)
        match schema.get("type"):
            case "object":
                return self.read_object(value, schema, name)
            case "array":
                return self.read_array(value, schema, name)
            case kind:
                return self.read_plain(value, kind, name)

    def read_either(self, value: Any, options: list[Schema], name: str) -> Any:
        """The first option that fits. A hash is judged by the object option, so that its error names the inner field."""
        if isinstance(value, dict):
            wanted = "array" if is_numbered(value) else "object"
            options = [option for option in options if option.get("type") == wanted] or options
        elif value == "" and any(option.get("enum") == [""] for option in options):
            return ""  # "" unsets
        refusal: StripeError | None = None
        for option in sorted(options, key=lambda option: option.get("type") == "string"):
            try:
                return self.read(value, option, name)
            except StripeError as error:
                refusal = refusal or error
        raise refusal or bad_param(name, f"Invalid {name}")

    def read_choice(self, value: Any, choices: list[Any], name: str) -> Any:
        for choice in choices:
            if value == choice or (isinstance(choice, bool) and value == str(choice).lower()):
                return choice
        *others, last = (str(choice) for choice in choices)
        listed = f"{', '.join(others)}, or {last}" if others else last
        raise bad_param(name, f"Invalid {name}: must be one of {listed}")

    def read_object(self, value: Any, schema: Schema, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise bad_param(name, "Invalid object")
        fields, others = schema.get("properties", {}), schema.get("additionalProperties")
        read: dict[str, Any] = {}
        for key, inner in value.items():
            inner_name = f"{name}[{key}]" if name else key
            if key in fields:
                read[key] = self.read(inner, fields[key], inner_name)
            elif isinstance(others, dict):
                read[key] = self.read(inner, others, inner_name)
            else:
                raise unknown_param(inner_name)
        for key in schema.get("required", ()):
            if key not in value:
                raise missing_param(f"{name}[{key}]" if name else key)
        if name.split("[")[-1].rstrip("]") == "metadata":
            check_metadata(read, name)
        return read

    def read_array(self, value: Any, schema: Schema, name: str) -> list[Any]:
        if value == "":
            return []
        if not isinstance(value, dict) or not is_numbered(value):
            raise bad_param(name, "Invalid array")
        return [self.read(value[str(i)], schema["items"], f"{name}[{i}]") for i in range(len(value))]

    def read_plain(self, value: Any, kind: str | None, name: str) -> Any:
        if isinstance(value, dict):
            raise bad_param(name, f"Invalid {kind or 'value'}")
        match kind:
            case "integer":
                if not re.fullmatch(r"-?[0-9]{1,18}", value):
                    raise bad_param(name, f"Invalid integer: {value}", "parameter_invalid_integer")
                return int(value)
            case "number":
                if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
                    raise bad_param(name, f"Invalid decimal: {value}")
                return float(value)
            case "boolean":
                if value not in ("true", "false"):
                    raise bad_param(name, f"Invalid boolean: {value}")
                return value == "true"
        return value


def is_numbered(tree: TREE) -> bool:
    return bool(tree) and set(tree) == {str(i) for i in range(len(tree))}


def check_metadata(metadata: dict[str, Any], name: str) -> None:
    """Stripe keeps up to 50 keys of 40 characters, with values of 500."""
    if len(metadata) > 50:
        raise bad_param(name, "Metadata can have up to 50 keys.")
    for key, value in metadata.items():
        if len(key) > 40:
            raise bad_param(name, f"Metadata keys must be under 40 characters; {key!r} is too long.")
        if len(value) > 500:
            raise bad_param(f"{name}[{key}]", f"Metadata values must be at most 500 characters; {key!r} is too long.")
