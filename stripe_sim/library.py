"""Reads the sources of the installed stripe library and describes the API they speak.

stripe-python is generated from Stripe's own specification and pins one API version. Reading it therefore gives
paths, parameters, object shapes and event types of exactly the version the application talks, offline, and with
nothing of Stripe's copied into this package.

The description is plain JSON: `operations` ("POST /v1/refunds" -> params and returns), `classes` (JSON Schemas,
every object closed), `objects` (object name -> class), `event_types` and `version`.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Schema = dict[str, Any]
Scope = dict[str, tuple[str, ast.ClassDef]]

PLAIN = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "Decimal": "string"}
OPEN_OBJECTS = {"StripeObject", "UntypedStripeObject", "dict", "Dict"}


@dataclass
class Module:
    """One source file: its classes, its functional TypedDicts, and what it imports from where."""

    name: str
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    typed_dicts: dict[str, ast.Dict] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)


class Library:
    def __init__(self) -> None:
        spec = importlib.util.find_spec("stripe")
        if spec is None or spec.origin is None:
            raise RuntimeError("stripe_sim needs the stripe library: install stripe")
        self.root = Path(spec.origin).parent
        self.modules: dict[str, Module] = {}
        self.classes: dict[str, Schema] = {}

    def describe(self) -> dict[str, Any]:
        """The whole v1 API. Takes seconds: `description.load` keeps the answer."""
        operations = dict(self.operations())
        objects = dict(self.objects())
        event = self.classes[objects["event"]]["properties"]["type"]
        return {
            "version": self.version(),
            "operations": operations,
            "objects": objects,
            "event_types": event["enum"],
            "classes": self.classes,
        }

    def version(self) -> str:
        tree = ast.parse((self.root / "_api_version.py").read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CURRENT":
                return self.text(node.value)
        raise RuntimeError("the installed stripe library names no API version")

    # -- files ---------------------------------------------------------------------------------------------

    def module(self, name: str) -> Module:
        if name not in self.modules:
            stem = self.root.parent.joinpath(*name.split("."))
            source = stem.with_suffix(".py")
            self.modules[name] = self.parse(name, source if source.exists() else stem / "__init__.py")
        return self.modules[name]

    def parse(self, name: str, source: Path) -> Module:
        module = Module(name)
        waiting: list[ast.stmt] = list(ast.parse(source.read_text()).body)
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, ast.ClassDef):
                module.classes[node.name] = node
            elif isinstance(node, ast.If):  # `if TYPE_CHECKING:` holds the imports we follow
                waiting += node.body
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    module.imports[alias.asname or alias.name] = (node.module, alias.name)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and len(node.value.args) == 2:
                target, fields = node.targets[0], node.value.args[1]
                if isinstance(target, ast.Name) and isinstance(fields, ast.Dict):
                    module.typed_dicts[target.id] = fields
        return module

    def files(self, pattern: str) -> Iterator[Module]:
        for source in sorted(self.root.rglob(pattern)):
            parts = source.relative_to(self.root.parent).with_suffix("").parts
            if parts[1] not in ("v2", "params"):
                yield self.module(".".join(parts))

    # -- operations and objects ----------------------------------------------------------------------------

    def operations(self) -> Iterator[tuple[str, Schema]]:
        for module in self.files("*_service.py"):
            for service in module.classes.values():
                for method in service.body:
                    if isinstance(method, ast.FunctionDef):
                        yield from self.operation(module, method)

    def operation(self, module: Module, method: ast.FunctionDef) -> Iterator[tuple[str, Schema]]:
        for call in ast.walk(method):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "_request"):
                continue
            verb, path = (self.text(argument) for argument in call.args[:2])
            if path.startswith("/v1/"):
                annotation = next((a.annotation for a in method.args.args if a.arg == "params"), None)
                params: Schema = {"type": "object", "properties": {}, "additionalProperties": False}
                if annotation is not None:
                    params = next(s for s in alternatives(self.schema(module, annotation)) if "$ref" in s)
                returns = self.schema(module, method.returns) if method.returns else {}
                yield f"{verb.upper()} {path}", {"params": params, "returns": returns}

    @staticmethod
    def text(node: ast.expr) -> str:
        """The literal of "…" or of "…".format(…)."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func.value
        return str(node.value) if isinstance(node, ast.Constant) else ""

    def objects(self) -> Iterator[tuple[str, str]]:
        for module in self.files("_*.py"):
            for name, node in module.classes.items():
                for line in node.body:
                    if isinstance(line, ast.AnnAssign) and ast.unparse(line.target) == "OBJECT_NAME" and line.value:
                        reference = self.reference(module, name, node)
                        yield self.text(line.value), reference["$ref"].removeprefix("#/classes/")

    # -- classes -------------------------------------------------------------------------------------------

    def reference(self, module: Module, path: str, node: ast.ClassDef) -> Schema:
        key = f"{module.name}.{path}"
        if key not in self.classes:
            self.classes[key] = {}  # stops the recursion of classes that contain themselves
            self.classes[key] = self.closed_object(module, path, node)
        return {"$ref": f"#/classes/{key}"}

    def closed_object(self, module: Module, path: str, node: ast.ClassDef) -> Schema:
        properties: dict[str, Schema] = {}
        required: list[str] = []
        bases = [base.id for base in node.bases if isinstance(base, ast.Name)]
        for base in bases:
            if base in module.typed_dicts:  # only these can hold names that are Python keywords, like "from"
                fields = module.typed_dicts[base]
                for key, annotation in zip(fields.keys, fields.values, strict=True):
                    self.add(properties, required, self.text(key) if key else "", annotation, module, {})
            elif base in module.classes:
                inherited = self.closed_object(module, base, module.classes[base])
                properties |= inherited["properties"]
                required += inherited["required"]
        scope = {child.name: (f"{path}.{child.name}", child) for child in node.body if isinstance(child, ast.ClassDef)}
        is_response = any(isinstance(base, ast.Subscript) for base in node.bases) or any(
            base.endswith(("StripeObject", "APIResource")) for base in bases
        )
        for line in node.body:
            if isinstance(line, ast.AnnAssign) and generic(line.annotation) != "ClassVar":
                name = ast.unparse(line.target)
                if not name.startswith("_"):
                    self.add(properties, required, name.rstrip("_"), line.annotation, module, scope, is_response)
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

    def add(
        self,
        properties: dict[str, Schema],
        required: list[str],
        name: str,
        annotation: ast.expr,
        module: Module,
        scope: Scope,
        is_response: bool = False,
    ) -> None:
        """A response may leave out what is Optional; a request may leave out what is NotRequired."""
        if isinstance(annotation, ast.Subscript) and generic(annotation) == "NotRequired":
            annotation = annotation.slice
        elif not (is_response and generic(annotation) == "Optional"):
            required.append(name)
        properties[name] = self.schema(module, annotation, scope)

    # -- annotations ---------------------------------------------------------------------------------------

    def schema(self, module: Module, node: ast.expr, scope: Scope | None = None) -> Schema:
        scope = scope or {}
        if isinstance(node, ast.Constant):
            if node.value is None:
                return {"type": "null"}
            return self.schema(module, ast.parse(str(node.value), mode="eval").body, scope)
        if isinstance(node, ast.BinOp):
            return union(self.schema(module, side, scope) for side in (node.left, node.right))
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self.named(module, ast.unparse(node).split("."), scope)
        if not isinstance(node, ast.Subscript):
            return {}
        arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        kind = generic(node)
        if kind == "Literal":
            return {"enum": [argument.value for argument in arguments if isinstance(argument, ast.Constant)]}
        inner = [self.schema(module, argument, scope) for argument in arguments]
        match kind:
            case "NotRequired":
                return inner[0]
            case "Optional":
                return union([{"type": "null"}, inner[0]])
            case "Union":
                return union(inner)
            case "ExpandableField":
                return {"anyOf": [{"type": "string"}, inner[0]]}
            case "List" | "Sequence":
                return {"type": "array", "items": inner[0]}
            case "Dict" | "Mapping" | "UntypedStripeObject":
                return {"type": "object", "additionalProperties": inner[-1]}
            case "ListObject" | "SearchResultObject":
                return listing(inner[0], search=kind == "SearchResultObject")
        return {}

    def named(self, module: Module, path: list[str], scope: Scope) -> Schema:
        first = path[0]
        if first in PLAIN and len(path) == 1:
            return {"type": PLAIN[first]}
        if first in OPEN_OBJECTS:
            return {"type": "object"}
        if first in scope:
            where, node = scope[first]
        elif first in module.classes:
            where, node = first, module.classes[first]
        elif first in module.imports:
            source, name = module.imports[first]
            if not source.startswith("stripe."):
                return {}
            module = self.module(source)
            if name not in module.classes:
                return self.named(module, [name, *path[1:]], {}) if name in module.imports else {}
            where, node = name, module.classes[name]
        else:
            return {}
        for part in path[1:]:
            children = {child.name: child for child in node.body if isinstance(child, ast.ClassDef)}
            where, node = f"{where}.{part}", children[part]
        return self.reference(module, where, node)


def generic(node: ast.expr) -> str:
    """The X of X[…], else nothing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        node = ast.parse(node.value, mode="eval").body
    return node.value.id if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) else ""


def alternatives(schema: Schema) -> list[Schema]:
    return list(schema.get("anyOf", [schema]))


def union(schemas: Iterator[Schema] | list[Schema]) -> Schema:
    """Literal | str is how the library writes an open enum; we close it, so that a misspelt value is caught."""
    flat = [alternative for schema in schemas for alternative in alternatives(schema)]
    if any("enum" in schema and schema["enum"] != [""] for schema in flat):
        flat = [schema for schema in flat if schema != {"type": "string"}]
    return flat[0] if len(flat) == 1 else {"anyOf": flat}


def listing(items: Schema, *, search: bool) -> Schema:
    properties: dict[str, Schema] = {
        "object": {"enum": ["search_result" if search else "list"]},
        "data": {"type": "array", "items": items},
        "has_more": {"type": "boolean"},
        "url": {"type": "string"},
        "total_count": {"type": "integer"},
    }
    if search:
        properties["next_page"] = {"anyOf": [{"type": "null"}, {"type": "string"}]}
    required = ["object", "data", "has_more", "url"]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
