"""Translates rules into a form that mypyc compiles: the same code, with declared fields as typed attributes.

The source of a game stays as its author wrote it. A field's declaration `x = Fixed(24)` is an object to
Python and an int to the type checker; a compiled class needs the int. So the translated class says `x: int`,
and passes the declarations to `Entity.declare`.
"""

import ast
from collections.abc import Mapping

FIELD_TYPES = {
    "Int": "int",
    "Count": "int",
    "Fixed": "int",
    "Angle": "int",
    "Flag": "int",
    "Choice": "int",
    "Text": "str",
    "Ints": "list[int]",
    "Series": "list[int]",
    "Track": "list[int]",
    "Grid": "bytearray",
}
LIST_FIELD = "Entities"
GAMES = {"Game": "game.rules.game"}


def games_in(sources: Mapping[str, str]) -> dict[str, str]:
    """Find all classes that are games: Game and its direct and indirect subclasses.

    Args:
        sources: the source of each module, by its name.

    Returns:
        The module of each class, by the name of the class.
    """
    classes = [
        (node.name, module, {base.id for base in node.bases if isinstance(base, ast.Name)})
        for module, source in sources.items()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef)
    ]
    found = dict(GAMES)
    while more := {name: of for name, of, bases in classes if bases & found.keys() and name not in found}:
        found |= more
    return found


def translate(source: str, games: Mapping[str, str]) -> str:
    """Translate one module into what mypyc can compile.

    Args:
        source: the module's source.
        games: the classes that are games, from `games_in`.

    Returns:
        The translated source.

    Raises:
        SyntaxError: the source is not Python.
    """
    tree = ast.parse(source)
    translator = _Translator(games)
    tree = translator.visit(tree)
    if translator.decorated:
        at = 1 if ast.get_docstring(tree) is not None else 0
        tree.body.insert(at, ast.parse("from mypy_extensions import mypyc_attr").body[0])
        for base in translator.bases:
            # Compiled code looks for a base in the module that defines it, and imports it from no other.
            tree.body.insert(at + 1, ast.parse(f"from {games[base]} import {base}").body[0])
    tree.body += translator.keys
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


class _Translator(ast.NodeTransformer):
    """Rewrites entities' fields, marks games as ordinary classes, and cuts types that refer to themselves."""

    def __init__(self, games: Mapping[str, str]) -> None:
        self.games = games
        self.decorated = False
        self.bases: list[str] = []
        self.keys: list[ast.stmt] = []

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """A key of a sort becomes a function of the module: a method of an ordinary class may hold none."""
        own = {argument.arg for argument in node.args.args}
        used = {part.id for part in ast.walk(node.body) if isinstance(part, ast.Name)}
        if any(name.islower() for name in used - own):  # it may be a variable of the method's
            return node
        name = f"_key_{len(self.keys)}"
        self.keys.append(ast.FunctionDef(name, node.args, [ast.Return(node.body)], [], None))
        return ast.Name(name, ast.Load())

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            return node
        if node.orelse:  # names that MicroPython needs a substitute for, such as Generic: use the real ones
            return node.body
        for statement in node.body:
            # mypyc recurses without end into a type that holds itself.
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                name = statement.targets[0].id
                parts = ast.walk(statement.value)
                if any(isinstance(part, ast.Constant) and part.value == name for part in parts):
                    statement.value = ast.Name("Any", ast.Load())
                    node.body.insert(0, ast.parse("from typing import Any").body[0])
                    break
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST | list[ast.AST]:
        self.generic_visit(node)
        if node.name == "Entity":
            self._decorate(node, "allow_interpreted_subclasses=True")
        games = [base.id for base in node.bases if isinstance(base, ast.Name) and base.id in self.games]
        if games:
            self.bases += games
            self._decorate(node, "native_class=False")
        declared: list[tuple[str, ast.expr]] = []
        body: list[ast.stmt] = []
        for statement in (part for whole in node.body for part in _single(whole)):
            field = _field(statement)
            if field is None:
                body.append(statement)
                continue
            name, kind, value = field
            annotation = ast.parse(kind, mode="eval").body
            body.append(ast.AnnAssign(ast.Name(name, ast.Store()), annotation, None, 1))
            declared.append((name, value))
        node.body = body
        if not declared:
            return node
        names: list[ast.expr | None] = [ast.Constant(name) for name, _ in declared]
        fields = ast.Dict(names, [value for _, value in declared])
        declare = ast.Attribute(ast.Name(node.name, ast.Load()), "declare", ast.Load())
        return [node, ast.Expr(ast.Call(declare, [fields], []))]

    def _decorate(self, node: ast.ClassDef, how: str) -> None:
        self.decorated = True
        node.decorator_list.append(ast.parse(f"mypyc_attr({how})", mode="eval").body)


def _single(statement: ast.stmt) -> list[ast.stmt]:
    """Split `a, b = 1, 2` into two assignments: mypyc allows only assignments to one name in a class."""
    if (
        isinstance(statement, ast.Assign)
        and len(statement.targets) == 1
        and isinstance(statement.targets[0], ast.Tuple)
        and isinstance(statement.value, ast.Tuple)
        and len(statement.targets[0].elts) == len(statement.value.elts)
    ):
        pairs = zip(statement.targets[0].elts, statement.value.elts, strict=True)
        return [ast.Assign([name], value) for name, value in pairs]
    return [statement]


def _field(statement: ast.stmt) -> tuple[str, str, ast.expr] | None:
    """A field's name, its type once compiled, and its declaration; None for any other statement."""
    if not (
        isinstance(statement, ast.Assign)
        and len(statement.targets) == 1
        and isinstance(statement.targets[0], ast.Name)
        and isinstance(statement.value, ast.Call)
        and isinstance(statement.value.func, ast.Name)
    ):
        return None
    kind = statement.value.func.id
    name = statement.targets[0].id
    if kind == LIST_FIELD:
        return name, f"list[{ast.unparse(statement.value.args[0])}]", statement.value
    return None if kind not in FIELD_TYPES else (name, FIELD_TYPES[kind], statement.value)
