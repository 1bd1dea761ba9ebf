"""Every text that an error of ours may be made from, read off the source.

A text is written with ``{}`` where a value stands. Names are followed through constants, local
variables, parameters (to every call of the function) and returned strings; what cannot be
followed is a value.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

VALUE = "{}"
MOST = 400
"""Alternatives of one text, above which one of its parts counts as a value."""

FIRST_TEXT = {"ProblemError": 1}
"""Position of the text where it is not the first argument."""


@dataclass(eq=False)
class Module:
    """A module's tree with what can be looked up in it."""

    name: str
    path: Path
    tree: ast.Module
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    functions: dict[str, list[ast.FunctionDef]] = field(default_factory=dict)
    calls: list[ast.Call] = field(default_factory=list)
    classes: list[ast.ClassDef] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where an error is made: the texts it may have."""

    where: str
    part: str
    text: str


Scope = tuple[Module, ast.FunctionDef | None]


def read(packages: tuple[str, ...]) -> dict[str, Module]:
    """Read the modules of packages."""
    modules = {}
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            modules[name] = _module(name, path)
    return modules


def _module(name: str, path: Path) -> Module:
    module = Module(name=name, path=path, tree=ast.parse(path.read_text(encoding="utf-8")))
    for node in ast.walk(module.tree):
        for child in ast.iter_child_nodes(node):
            module.parents[child] = node
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                module.imports[alias.asname or alias.name] = (node.module, alias.name)
        elif isinstance(node, ast.FunctionDef):
            module.functions.setdefault(node.name, []).append(node)
        elif isinstance(node, ast.Call):
            module.calls.append(node)
        elif isinstance(node, ast.ClassDef):
            module.classes.append(node)
    for statement in module.tree.body:
        for target, value in _assigned(statement):
            module.constants[target] = value
    return module


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, statement.value
            elif isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
                for one, value in zip(target.elts, statement.value.elts, strict=False):
                    if isinstance(one, ast.Name):
                        yield one.id, value
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        yield from () if statement.value is None else ((statement.target.id, statement.value),)


class Reader:
    """Texts of the errors of a set of modules."""

    def __init__(self, modules: dict[str, Module]) -> None:
        self.modules = modules
        self.errors = self._error_classes()
        self.calls: dict[tuple[str, str], list[tuple[Module, ast.Call]]] = {}
        for module in modules.values():
            for node in module.calls:
                name = _name(node.func)
                home = module.imports.get(name, (module.name, name))
                self.calls.setdefault(home, []).append((module, node))

    def sites(self) -> Iterator[Site]:
        """Yield what every place that makes an error may say."""
        for module in self.modules.values():
            for node in module.calls:
                if self._makes_error(module, node):
                    yield from self._of_call(module, node)

    def _of_call(self, module: Module, node: ast.Call) -> Iterator[Site]:
        keywords = {one.arg: one.value for one in node.keywords}
        if "zh" in keywords:  # it brings its own Chinese
            return
        scope = (module, _function(module, node))
        at = FIRST_TEXT.get(_name(node.func), 0)
        texts = {"remedy": keywords.get("remedy"), "where": keywords.get("where")}
        texts["what"] = node.args[at] if len(node.args) > at else keywords.get("what")
        for part, expression in texts.items():
            if expression is not None:
                place = f"{module.path.relative_to(ROOT)}:{node.lineno}"
                for text in sorted(self.texts(expression, scope)):
                    yield Site(where=place, part=part, text=" ".join(text.split()))

    def _error_classes(self) -> set[str]:
        known = {"InputError", "OptimiseError", "Trouble"}
        bases: dict[str, set[str]] = {}
        for module in self.modules.values():
            for node in module.classes:
                bases[node.name] = {_name(base) for base in node.bases}
        while more := {name for name, of in bases.items() if of & known} - known:
            known |= more
        return known

    def _makes_error(self, module: Module, node: ast.Call) -> bool:
        name = _name(node.func)
        if name in self.errors:
            return True
        function = _function(module, node)
        while function is not None:
            for one in _parameters(function):
                if one.arg == name:
                    kind = "" if one.annotation is None else ast.unparse(one.annotation)
                    return kind.startswith("type[")
            function = _function(module, function)
        return False

    def texts(self, node: ast.expr, scope: Scope, depth: int = 0) -> set[str]:
        """Texts that an expression may be, ``{}`` for what is a value."""
        if depth > 8:
            return {VALUE}
        match node:
            case ast.Constant(value=str(text)):
                return {text}
            case ast.JoinedStr(values=values):
                return _joined([self._piece(one, scope, depth) for one in values])
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                sides = (left, right)
                return _joined([self.texts(one, scope, depth + 1) for one in sides])
            case ast.IfExp(body=body, orelse=orelse):
                return self.texts(body, scope, depth + 1) | self.texts(orelse, scope, depth + 1)
            case ast.BoolOp(op=ast.Or(), values=values):
                return set().union(*(self.texts(one, scope, depth + 1) for one in values))
            case ast.Subscript(value=ast.JoinedStr() as inner):  # a text cut short
                return self.texts(inner, scope, depth + 1)
            case ast.Subscript(value=ast.Dict(values=values)):
                return set().union(*(self.texts(one, scope, depth + 1) for one in values))
            case ast.Name(id=name):
                return self._of_name(name, scope, depth)
            case ast.Call(func=ast.Name(id=name)):
                return self._returned(name, scope, depth)
        return {VALUE}

    def _piece(self, node: ast.expr, scope: Scope, depth: int) -> set[str]:
        if isinstance(node, ast.FormattedValue):
            if node.conversion != -1 or node.format_spec is not None:
                return {VALUE}
            return self.texts(node.value, scope, depth + 1)
        return self.texts(node, scope, depth + 1)

    def _of_name(self, name: str, scope: Scope, depth: int) -> set[str]:
        module, function = scope
        inner = function
        while inner is not None:
            found = [
                value
                for statement in ast.walk(inner)
                if isinstance(statement, ast.stmt)
                for target, value in _assigned(statement)
                if target == name
            ]
            if found:
                return set().union(*(self.texts(one, (module, inner), depth + 1) for one in found))
            if any(one.arg == name for one in _parameters(inner)):
                return self._given(name, (module, inner), depth)
            if name in _bound(inner):
                return {VALUE}
            inner = _function(module, inner)
        if name in module.constants:
            return self.texts(module.constants[name], (module, None), depth + 1)
        if name in module.imports:
            home, original = module.imports[name]
            if home in self.modules and original in self.modules[home].constants:
                there = self.modules[home]
                return self.texts(there.constants[original], (there, None), depth + 1)
        return {VALUE}

    def _given(self, name: str, scope: tuple[Module, ast.FunctionDef], depth: int) -> set[str]:
        module, function = scope
        positional = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        defaults = dict(
            zip(
                positional[len(positional) - len(function.args.defaults) :],
                function.args.defaults,
                strict=True,
            )
        )
        for one, value in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True):
            if value is not None:
                defaults[one.arg] = value
        skip = 1 if positional[:1] == ["self"] else 0
        given: set[str] = set()
        for there, call in self.calls.get((module.name, function.name), []):
            caller = (there, _function(there, call))
            keywords = {one.arg: one.value for one in call.keywords}
            at = positional.index(name) - skip if name in positional else len(call.args)
            if name in keywords:
                given |= self.texts(keywords[name], caller, depth + 1)
            elif at < len(call.args) and not isinstance(call.args[at], ast.Starred):
                given |= self.texts(call.args[at], caller, depth + 1)
            elif name in defaults:
                given |= self.texts(defaults[name], (module, None), depth + 1)
            else:
                given.add(VALUE)
        return given or {VALUE}

    def _returned(self, name: str, scope: Scope, depth: int) -> set[str]:
        module = scope[0]
        home, original = module.imports.get(name, (module.name, name))
        there = self.modules.get(home)
        found = there.functions.get(original, []) if there else []
        if there is None or len(found) != 1:
            return {VALUE}
        of_text = found[0].returns is not None and "str" in ast.unparse(found[0].returns)
        returns = [one.value for one in ast.walk(found[0]) if isinstance(one, ast.Return)]
        if not of_text or not returns:
            return {VALUE}
        inner = (there, found[0])
        return set().union(
            *(self.texts(one, inner, depth + 1) for one in returns if one is not None)
        )


def _joined(pieces: list[set[str]]) -> set[str]:
    for at in sorted(range(len(pieces)), key=lambda one: -len(pieces[one])):
        size = 1
        for piece in pieces:
            size *= len(piece)
        if size <= MOST:
            break
        pieces[at] = {VALUE}
    return {"".join(row) for row in itertools.product(*pieces)}


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _parameters(function: ast.FunctionDef) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _bound(function: ast.FunctionDef) -> set[str]:
    return {
        one.id
        for one in ast.walk(function)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }


def _function(module: Module, node: ast.AST) -> ast.FunctionDef | None:
    inner = module.parents.get(node)
    while inner is not None and not isinstance(inner, ast.FunctionDef):
        inner = module.parents.get(inner)
    return inner
