"""One change each to the source of a module: a check taken out, a limit raised, a pattern loosened."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Final, TypeVar

_T = TypeVar("_T")

_BOUNDARIES: Final = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
_CONSTRAINTS: Final = {"Field", "StringConstraints", "ConfigDict"}
_NO_CONSTRAINTS: Final = {"alias", "discriminator", "frozen"}
_REFUSED: Final = {"_DEVICES", "_LOW_ORDER_Y", "clean_content_tags", "_RAW_TEXT", "_OTHER_RULES"}
_QUANTIFIER: Final = re.compile(r"(?<=[\])}\w])\{(\d+)(?:,(\d+))?\}|\^(?=[\[(])|\$$")


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a node hangs, so that another one can be put in its place."""

    parent: ast.AST
    field: str
    index: int | None

    def put(self, node: ast.AST | None) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change.

    Attributes:
        scope: The function that it is in; "" at the level of the module.
        line: Of the change.
        lines: From the beginning of its statement to its end: a test that runs none of them need not be run.
        before: The expression or statement that is changed.
    """

    file: str
    scope: str
    line: int
    lines: range
    before: str
    after: str
    tree: ast.Module
    slot: _Slot
    old: ast.AST
    new: ast.AST

    @property
    def key(self) -> tuple[str, str, str]:
        return self.file, self.scope, f"{self.before} -> {self.after}"

    @property
    def is_in_function(self) -> bool:
        return bool(self.scope)

    def source(self) -> str:
        """The whole module with the change made."""
        self.slot.put(self.new)
        try:
            return ast.unparse(self.tree)
        finally:
            self.slot.put(self.old)

    def code(self, file_name: str) -> CodeType:
        """The same, compiled, with the line numbers of the original."""
        self.slot.put(self.new)
        try:
            return compile(ast.fix_missing_locations(self.tree), file_name, "exec")
        finally:
            self.slot.put(self.old)


def mutants_of(file: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a module, in the order of its lines."""
    tree = ast.parse(source)
    found = [
        _mutant(file, tree, slot, old, new, scope, line)
        for slot, old, scope, name, line in _slots(tree, "", "", 1)
        for new in _changes(slot, old, scope, name)
    ]
    by_key = {(mutant.key, mutant.line): mutant for mutant in found}
    return iter(sorted(by_key.values(), key=lambda mutant: mutant.line))


def counted(file: str, source: str, file_name: str) -> CodeType:
    """A module in which each statement of a function first says that it is run: `__hit__(file, line)`."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(node, field, None)
            is_code = isinstance(block, list) and not isinstance(node, ast.Module | ast.ClassDef)
            if is_code and block and isinstance(block[0], ast.stmt):
                said = [(_hit(file, statement.lineno), statement) for statement in block]
                block[:] = [part for pair in said for part in pair]
        if isinstance(node, ast.ExceptHandler):
            node.body.insert(0, _hit(file, node.lineno))
    return compile(ast.fix_missing_locations(tree), file_name, "exec")


def _hit(file: str, line: int) -> ast.stmt:
    call = ast.Call(ast.Name("__hit__", ast.Load()), [ast.Constant(file), ast.Constant(line)], [])
    return ast.Expr(call)


def _mutant(  # noqa: PLR0917  # one row of a table
    file: str, tree: ast.Module, slot: _Slot, old: ast.AST, new: ast.AST, scope: str, statement: int
) -> Mutant:
    line = getattr(old, "lineno", statement)
    is_block = isinstance(old, ast.ExceptHandler)
    end = line if is_block else max(line, getattr(old, "end_lineno", line) or line)
    return Mutant(file, scope, line, range(statement, end + 1), _text(old), _text(new), tree, slot, old, new)


def _text(node: ast.AST) -> str:
    text = ast.unparse(node).strip() or repr(node)
    return text.partition(":\n")[0] if isinstance(node, ast.ExceptHandler) else text


def _slots(node: ast.AST, scope: str, name: str, line: int) -> Iterator[tuple[_Slot, ast.AST, str, str, int]]:
    """Every node with its place, the function around it, the name that it is assigned to, and its line."""
    for field, value in ast.iter_fields(node):
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST):
                continue
            inner_scope, inner_name = scope, name
            if isinstance(child, ast.FunctionDef):
                inner_scope = f"{scope}.{child.name}" if scope else _qualified(node, child)
            elif isinstance(child, ast.Assign | ast.AnnAssign):
                target = child.targets[0] if isinstance(child, ast.Assign) else child.target
                inner_name = target.id if isinstance(target, ast.Name) else ""
            elif isinstance(child, ast.keyword):
                inner_name = child.arg or ""
            inner_line = child.lineno if isinstance(child, ast.stmt | ast.ExceptHandler) else line
            yield _Slot(node, field, index), child, inner_scope, inner_name, inner_line
            if field != "decorator_list":
                yield from _slots(child, inner_scope, inner_name, inner_line)


def _qualified(parent: ast.AST, function: ast.FunctionDef) -> str:
    return f"{parent.name}.{function.name}" if isinstance(parent, ast.ClassDef) else function.name


def _changes(slot: _Slot, node: ast.AST, scope: str, name: str) -> Iterator[ast.AST]:
    yield from _of_logic(node, scope)
    yield from _of_forms(slot, node, name)
    if isinstance(slot.parent, ast.If | ast.While) and slot.field == "test":
        yield ast.Constant(False)
        if not _is_guard(slot.parent):
            yield ast.Constant(True)
    if _is_verdict(slot, node, name):
        yield from (ast.Constant(True), ast.Constant(False))
    is_figure = isinstance(node, ast.expr) and _is_number(node) and name.isupper() and not scope
    if is_figure and isinstance(slot.parent, ast.Assign | ast.AnnAssign | ast.Dict):
        assert isinstance(node, ast.expr)
        yield ast.BinOp(node, ast.Mult(), ast.Constant(2))


def _of_logic(node: ast.AST, scope: str) -> Iterator[ast.AST]:
    """A condition, a call or a handler less."""
    match node:
        case ast.BoolOp():
            yield from _operands(node)
        case ast.IfExp():
            yield from (node.body, node.orelse)
        case ast.Compare(ops=[op]) if type(op) in _BOUNDARIES:
            yield ast.Compare(node.left, [_BOUNDARIES[type(op)]()], node.comparators)
        case ast.comprehension() if node.ifs:
            yield from (
                ast.comprehension(node.target, node.iter, _without(node.ifs, at), node.is_async)
                for at in range(len(node.ifs))
            )
        case ast.Expr(value=ast.Call()) if scope:
            yield ast.Pass()
        case ast.ExceptHandler():
            yield from _handlers(node)


def _of_forms(slot: _Slot, node: ast.AST, name: str) -> Iterator[ast.AST]:
    """A looser pattern, a constraint or a refused word less."""
    match node:
        case ast.Attribute(attr="fullmatch"):
            yield ast.Attribute(node.value, "match", node.ctx)
        case ast.Call(func=ast.Name(id=called)) if called in _CONSTRAINTS:
            yield from _constraints(node)
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple() as parts):
            yield from _annotations(node, parts)
        case ast.Subscript(value=ast.Name(id="Literal")):
            yield ast.Name("str", ast.Load())
        case ast.Constant(value=str(text)) if isinstance(slot.parent, ast.JoinedStr | ast.Call | ast.keyword):
            yield from (ast.Constant(loose) for loose in _looser(text))
        case ast.Set() if name in _REFUSED and len(node.elts) > 1:
            yield from (ast.Set(_without(node.elts, at)) for at in range(len(node.elts)))
        case ast.BinOp(op=ast.BitOr()) if name in _REFUSED:
            yield from (node.left, node.right)


def _operands(node: ast.BoolOp) -> Iterator[ast.AST]:
    for at, operand in enumerate(node.values):
        rest = _without(node.values, at)
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        negated = [*node.values]
        negated[at] = operand.operand if isinstance(operand, ast.UnaryOp) else ast.UnaryOp(ast.Not(), operand)
        yield ast.BoolOp(node.op, negated)


def _handlers(node: ast.ExceptHandler) -> Iterator[ast.AST]:
    """The handler with one kind of error less."""
    kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    for at in range(len(kinds)):
        rest = [kind for place, kind in enumerate(kinds) if place != at and kind is not None]
        yield ast.ExceptHandler(ast.Tuple(rest, ast.Load()), node.name, node.body)


def _constraints(node: ast.Call) -> Iterator[ast.AST]:
    for at, keyword in enumerate(node.keywords):
        if keyword.arg not in _NO_CONSTRAINTS:
            yield ast.Call(node.func, node.args, _without(node.keywords, at))


def _annotations(node: ast.Subscript, parts: ast.Tuple) -> Iterator[ast.AST]:
    """The type without one of its validators."""
    for at, part in enumerate(parts.elts):
        if at and isinstance(part, ast.Call) and _text(part.func) not in _CONSTRAINTS:
            rest = _without(parts.elts, at)
            yield (
                ast.Subscript(node.value, ast.Tuple(rest, ast.Load()), node.ctx) if len(rest) > 1 else rest[0]
            )


def _looser(pattern: str) -> Iterator[str]:
    """A pattern without one of its limits; other texts hold none."""
    for found in _QUANTIFIER.finditer(pattern):
        at_least = found[1]
        loose = "" if at_least is None else f"{{{0 if found[2] is None else at_least},}}"
        yield pattern[: found.start()] + loose + pattern[found.end() :]


def _is_guard(node: ast.If | ast.While) -> bool:
    last = node.body[-1]
    calls_refuse = (
        isinstance(last, ast.Expr)
        and isinstance(last.value, ast.Call)
        and (_text(last.value.func).endswith("refuse"))
    )
    return isinstance(node, ast.If) and (isinstance(last, ast.Raise) or calls_refuse)


def _is_verdict(slot: _Slot, node: ast.AST, name: str) -> bool:
    is_yes_or_no = isinstance(node, ast.Compare | ast.BoolOp) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )
    is_said = isinstance(slot.parent, ast.Return) or (
        isinstance(slot.parent, ast.Assign | ast.AnnAssign) and name.startswith("is_")
    )
    return is_yes_or_no and is_said


def _is_number(node: ast.AST) -> bool:
    return (isinstance(node, ast.Constant) and type(node.value) is int) or (
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Pow | ast.Sub)
    )


def _without(items: list[_T], at: int) -> list[_T]:
    return [*items[:at], *items[at + 1 :]]
