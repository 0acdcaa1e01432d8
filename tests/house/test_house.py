"""What holds for every file of the house: who may import whom, sizes, docstrings, forbidden words."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Module:
    """`name` is the dotted name, `room` the folder below patchtool ("" for patchtool itself)."""

    name: str
    path: Path

    @property
    def room(self) -> str:
        parts = self.name.split(".")
        is_room = self.path.name == "__init__.py" or len(parts) > 2
        return parts[1] if len(parts) > 1 and is_room else ""

    @property
    def label(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))


def _found() -> tuple[Module, ...]:
    modules = []
    for folder, package in (("patchtool", "patchtool"), ("rules", "patchtool.rules")):
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            name = ".".join((package, *(part for part in parts if part != "__init__")))
            modules.append(Module(name, path))
    return tuple(modules)


MODULES = _found()
NAMES = frozenset(module.name for module in MODULES)


def imports(module: Module, *, run: bool = False) -> dict[str, int]:
    """The modules of ours that one imports, wherever in the file, each with the line.

    With `run` without those under `if TYPE_CHECKING:`, which never happen.
    """
    found: dict[str, int] = {}
    idle = {id(inner) for node in ast.walk(module.tree) if _is_for_types(node) for inner in ast.walk(node)}
    for node in ast.walk(module.tree):
        for name in _named(module, node) if not run or id(node) not in idle else ():
            known = name if name in NAMES else name.rpartition(".")[0]
            if known in NAMES and known != module.name:
                found.setdefault(known, node.lineno)
    return found


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def _named(module: Module, node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"{module.label}:{node.lineno}: a relative import"
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def functions(module: Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones included."""
    return [n for n in ast.walk(module.tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


# Who may import whom: a room, and the rooms it may use besides itself.
_BELOW = {"core", "mail", "tree", "kconfig", "csource", "gather"}
MAY_USE = {
    "": set(),
    "core": set(),
    "mail": {"core"},
    "tree": {"core"},
    "kconfig": {"core"},
    "csource": _BELOW - {"mail"},
    "gather": _BELOW - {"mail"},
    "rules": {"core"},
    "report": {"core"},
    "hooks": {"core", "mail", "tree"},
    "engine": _BELOW - {"gather"},
    "backport": {*_BELOW, "engine", "rules"},
    "cli": {*_BELOW, "engine", "backport", "hooks", "report", "rules", ""},
}
# The one place outside of cli that reads the environment: git's processes get a cleaned copy of it.
READS_ENVIRONMENT = {"patchtool/tree/git.py"}
OTHERS = tuple(
    Module(path.stem, path)
    for folder in ("tests", "fixtures", "bench")
    for path in sorted((ROOT / folder).rglob("*.py"))
)


def none(wrong: list[str]) -> None:
    """Fails with one line an offence."""
    assert not wrong, "\n" + "\n".join(wrong)


def test_no_import_cycle() -> None:
    graph = {module.name: set(imports(module, run=True)) for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_imports_go_one_way() -> None:
    rooms = {module.name: module.room for module in MODULES}
    none(
        [
            f"{module.label}:{line}: {name}"
            for module in MODULES
            for name, line in imports(module).items()
            if rooms[name] not in MAY_USE[module.room] | {module.room}
        ]
    )


def test_public_names_have_docstrings() -> None:
    none([module.label for module in MODULES if module.tree.body and not ast.get_docstring(module.tree)])
    none(
        [
            f"{module.label}:{node.lineno}: {name}"
            for module in MODULES
            for name, node in public(module.tree)
            if lacks(name, node)
        ]
    )


def public(scope: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.ClassDef | ast.FunctionDef]]:
    # Public classes and functions, and public methods of public classes; not what a function holds.
    for node in ast.iter_child_nodes(scope):
        if isinstance(node, ast.If | ast.Try):
            yield from public(node, prefix)
        if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
            continue
        yield f"{prefix}{node.name}", node
        if isinstance(node, ast.ClassDef):
            yield from public(node, f"{node.name}.")


def lacks(name: str, node: ast.ClassDef | ast.FunctionDef) -> bool:
    if ast.get_docstring(node):
        return False
    if isinstance(node, ast.ClassDef):
        return True
    # A property reads like a field; a method is documented in its protocol or in what implements it.
    is_field = {"property", "cached_property", "overload"} & set(decorators(node))
    return not is_field and not ("." in name and node.name in DOCUMENTED_METHODS)


def decorators(node: ast.FunctionDef) -> list[str]:
    return [ast.unparse(item).rpartition(".")[2] for item in node.decorator_list]


DOCUMENTED_METHODS = frozenset(
    node.name
    for module in MODULES
    for name, node in public(module.tree)
    if "." in name and ast.get_docstring(node)
)


def test_functions_are_annotated() -> None:
    none(
        [
            f"{module.label}:{f.lineno}: {f.name}"
            for module in MODULES
            for f in functions(module)
            if is_bare(f)
        ]
    )


def is_bare(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    missing = [a for a in named if a and a.annotation is None and a.arg not in {"self", "cls"}]
    return bool(missing) or function.returns is None


def test_sizes() -> None:
    everything = [*MODULES, *OTHERS]
    none([module.label for module in everything if len(module.text.splitlines()) > 350])
    places = [(f"{m.label}:{f.lineno}: {f.name}", m, f) for m in everything for f in functions(m)]
    none([place for place, _, f in places if (f.end_lineno or 0) - f.lineno >= 60])
    none([place for place, m, f in places if parameters(f) > 5 and not asked_for_by_name(m)])


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    given = [*function.args.posonlyargs, *function.args.args]
    return sum(argument.arg not in {"self", "cls"} for argument in given)


def asked_for_by_name(module: Module) -> bool:
    # typer makes options of a command's parameters, pytest finds fixtures by theirs.
    return module.room == "cli" or module.label.startswith("tests/")


def test_only_cli_prints_exits_and_reads_the_environment() -> None:
    voice = {
        "print",
        "input",
        "breakpoint",
        "exit",
        "quit",
        "sys.exit",
        "sys.stdout",
        "sys.stderr",
        "os._exit",
    }
    environment = {"os.environ", "os.getenv", "os.environb", "os.putenv"}
    found = [item for m in MODULES if m.room != "cli" for item in mentions(m)]
    none([place for name, place, _ in found if name in voice])
    none([place for name, place, label in found if name in environment and label not in READS_ENVIRONMENT])


def mentions(module: Module) -> Iterator[tuple[str, str, str]]:
    # Each attribute, called name and imported name, with its place and the file's label.
    for node in ast.walk(module.tree):
        found = []
        if isinstance(node, ast.Attribute):
            found = [ast.unparse(node)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            found = [node.func.id]
        elif isinstance(node, ast.ImportFrom):
            found = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from ((name, f"{module.label}:{place(node)}: {name}", module.label) for name in found)


def place(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def test_no_broad_except() -> None:
    none(
        [
            f"{module.label}:{node.lineno}"
            for module in MODULES
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ExceptHandler)
            and is_broad(node)
            and module.label != "patchtool/cli/ending.py"
        ]
    )


def is_broad(node: ast.ExceptHandler) -> bool:
    last = node.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:  # tidies up and lets the exception go on
        return False
    names = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else {"BaseException"}
    return bool(names & {"Exception", "BaseException"})


def test_nothing_is_left_for_later() -> None:
    later = re.compile(
        r"\b(?:" + "|".join(f"{a}{b}" for a, b in (("TO", "DO"), ("FIX", "ME"), ("XX", "X"))) + r")\b"
    )
    none(
        [
            f"{module.label}:{n}"
            for module in (*MODULES, *OTHERS)
            for n, line in enumerate(module.text.splitlines(), 1)
            if later.search(line) or f"type: {'ignore'}" in line
        ]
    )


def test_every_package_is_shipped() -> None:
    packages = {m.name for m in MODULES if m.path.name == "__init__.py"}
    folders = {m.name.rpartition(".")[0] for m in MODULES if m.path.name != "__init__.py"}
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    assert sorted(packages | folders) == setup["packages"]
    tables = {path for folder in ("patchtool", "rules") for path in (ROOT / folder).rglob("*.toml")}
    shipped = {
        path
        for package, patterns in setup["package-data"].items()
        for pattern in patterns
        for path in (ROOT / (package.replace(".", "/").replace("patchtool/rules", "rules"))).glob(pattern)
    }
    assert tables <= shipped
