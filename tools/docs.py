#!/usr/bin/env python3
"""Renders docs/ in the registry's layout, and holds the examples shown in Markdown to examples/.

    docs.py write --schema FILE --rules FILE    write the pages
    docs.py check --schema FILE --rules FILE    write nothing; fail when a page is not what would be
                                                written

The schema is what `terraform providers schema -json` prints, the rules are what the library's rule
book prints. A page is its template under tools/docs/ with these and the examples put in:

    index                  tools/docs/index.md.tmpl                 -> docs/index.md
    resource iam_X         tools/docs/resources/X.md.tmpl           -> docs/resources/X.md
    data source iam_X      tools/docs/data-sources/X.md.tmpl        -> docs/data-sources/X.md
    function X             tools/docs/functions/X.md.tmpl           -> docs/functions/X.md
    the rule book          tools/docs/guides/rules.md.tmpl          -> docs/guides/rules.md

In a template:

    {{ name }}             the object's type name, such as iam_only_trail_selector
    {{ description }}      the schema's own description of the object
    {{ summary }}          its first sentence, for the front matter
    {{ schema }}           the arguments and attributes, nested ones after them; of a function its
                           signature and its arguments
    {{ rules }}            the rule book, in its own template only
    {{ file "PATH" }}      the file, fenced; the language follows from its name

In README.md, CONTRIBUTING.md, docs/guides/ and docs/list-resources/ the same file is shown by a
marker line, `<!-- file: PATH -->`, directly above a fence, whose content is kept equal to the file's.

What is fenced as JSON has to be JSON, and every link from one Markdown file of the project to
another, anchors included, has to lead somewhere. A page leads to each folder of examples/, whose first
comment says when to use it. Standard library only.
"""

import argparse
import difflib
import json
import pathlib
import re
import sys

PROVIDER = "iam-only/iam"
PREFIX = "iam_"
REPAIR = "make docs"
LANGUAGES = {".tf": "terraform", ".hcl": "terraform", ".sh": "shell", ".json": "json", ".py": "python", ".yaml": "yaml"}
# The folder of a kind of object, here and in the registry, and the kind's name in the schema.
KINDS = {
    "resources": "resource_schemas",
    "data-sources": "data_source_schemas",
    "functions": "functions",
}
# Pages that are written by hand. The schema of a list resource is printed by Terraform 1.14 only.
BY_HAND = ("guides", "list-resources")
# Parts of the schema that no template here renders. Their appearance must be noticed.
UNRENDERED = ("ephemeral_resource_schemas",)


class Stop(Exception):
    """Something a person has to mend; its text says what and where."""


# --- the schema ------------------------------------------------------------------------------


def load_schema(path):
    """The schema of our provider out of the document that Terraform prints for all providers."""
    try:
        document = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Stop(f"{path}: not a provider schema: {error}") from error
    found = document.get("provider_schemas") or {}
    ours = [schema for address, schema in found.items() if f"/{address}".endswith(f"/{PROVIDER}")]
    if len(ours) != 1:
        raise Stop(f"{path}: expected one provider {PROVIDER}, found: {', '.join(found) or 'none'}")
    for part in UNRENDERED:
        if ours[0].get(part):
            raise Stop(f"{path}: the provider has {part}, which tools/docs.py cannot render yet")
    return ours[0]


def text_of(item):
    """An item's description, with tf-provider's placeholder for "none" taken as none."""
    text = (item.get("description") or "").strip()
    return "" if text == "empty" else text


def first_sentence(text):
    """Up to the first full stop that ends a sentence, on one line and without code quotes."""
    line = " ".join(text.split())
    return re.split(r"(?<=[.!?])\s+(?=[A-Z`])", line, maxsplit=1)[0].replace("`", "")


def type_text(kind):
    """A type expression such as ["list", ["object", {...}]] in words."""
    if isinstance(kind, str):
        words = {"string": "String", "number": "Number", "bool": "Boolean", "dynamic": "Dynamic"}
        return words[kind]
    outer, inner = kind
    if outer == "object":
        return "Object"
    if outer == "tuple":
        return "Tuple"
    return f"{outer.capitalize()} of {type_text(inner)}"


def object_in(kind):
    """The attributes of the object that a type expression holds, at any depth, or None."""
    while isinstance(kind, list):
        if kind[0] == "object":
            return kind[1]
        kind = kind[1] if kind[0] in ("list", "set", "map") else None
    return None


def signature_type(kind):
    """A type expression as Terraform's own documentation writes it in a signature."""
    if isinstance(kind, str):
        return kind
    outer, inner = kind
    if outer == "object":
        members = ", ".join(f"{name} = {signature_type(of)}" for name, of in sorted(inner.items()))
        return f"object({{{members}}})"
    if outer == "tuple":
        return f"tuple([{', '.join(map(signature_type, inner))}])"
    return f"{outer}({signature_type(inner)})"


class FunctionRenderer:
    """Renders one function's signature and its arguments, in their order."""

    def __init__(self, name):
        self.name = name
        self.undescribed = []

    def render(self, function):
        parameters = list(function.get("parameters") or [])
        rest = function.get("variadic_parameter")
        typed = [f"{one['name']} {signature_type(one['type'])}" for one in parameters]
        if rest:
            typed.append(f"{rest['name']} {signature_type(rest['type'])}...")
            parameters.append(rest)
        returned = signature_type(function["return_type"])
        lines = ["## Signature", "", "```text"]
        lines += [f"{self.name}({', '.join(typed)}) {returned}", "```", "", "## Arguments", ""]
        for number, one in enumerate(parameters, start=1):
            text = text_of(one)
            if not text:
                self.undescribed.append(f"{self.name}: {one['name']}")
            what = type_text(one["type"]) + (", Variadic" if one is rest else "")
            what += ", Nullable" if one.get("is_nullable") else ""
            lines.append(f"{number}. `{one['name']}` ({what}) {text}")
        return "\n".join(lines)


class Renderer:
    """Renders one object's schema: its own arguments first, the nested ones in sections below."""

    def __init__(self, owner):
        self.owner = owner
        self.undescribed = []
        self.sections = []

    def render(self, block):
        lines = ["## Schema"]
        lines += self.groups(block, (), "### {}")
        while self.sections:
            anchor, path, content = self.sections.pop(0)
            lines += ["", f'<a id="{anchor}"></a>', f"### Nested Schema for `{'.'.join(path)}`"]
            before, self.sections = self.sections, []
            lines += content()
            self.sections += before
        return "\n".join(lines)

    def groups(self, block, path, heading):
        """Required, Optional and Read-Only, each sorted by name."""
        groups = {"Required": {}, "Optional": {}, "Read-Only": {}}
        for name, attribute in (block.get("attributes") or {}).items():
            if attribute.get("required"):
                group = "Required"
            elif attribute.get("optional"):
                group = "Optional"
            else:
                group = "Read-Only"
            groups[group][name] = lambda n=name, a=attribute: self.attribute(n, a, path)
        for name, nested in (block.get("block_types") or {}).items():
            group = "Required" if nested.get("min_items") else "Optional"
            groups[group][name] = lambda n=name, b=nested: self.block(n, b, path)
        lines = []
        for group, members in groups.items():
            if members:
                lines += ["", heading.format(group), ""]
                lines += [members[name]() for name in sorted(members)]
        return lines

    def item(self, name, what, item, path, anchor):
        text = text_of(item)
        if not text:
            self.undescribed.append(f"{self.owner}: {'.'.join((*path, name))}")
        if item.get("deprecated"):
            what += ", Deprecated"
        below = f" (see [below for nested schema](#{anchor}))" if anchor else ""
        # A description may have several lines; they stay in the list item.
        return f"- `{name}` ({what}) {text}{below}".replace("\n", "\n  ").replace("\n  \n", "\n\n")

    def attribute(self, name, attribute, path):
        here = (*path, name)
        anchor = "nestedatt--" + "--".join(here)
        nested = attribute.get("nested_type")
        if nested:
            mode = nested["nesting_mode"]
            what = "Attributes" if mode == "single" else f"Attributes {mode.capitalize()}"
            self.sections.append((anchor, here, lambda: self.groups(nested, here, "{}:")))
        else:
            what = type_text(attribute["type"])
            fields = object_in(attribute["type"])
            if fields is None:
                anchor = None
            else:
                read_only = not (attribute.get("required") or attribute.get("optional"))
                self.sections.append((anchor, here, lambda: self.fields(fields, here, read_only)))
        if attribute.get("sensitive"):
            what += ", Sensitive"
        return self.item(name, what, attribute, path, anchor)

    def fields(self, fields, path, read_only):
        """An object type's fields. The protocol gives them a type and no description."""
        lines = ["", "Read-Only:" if read_only else "Optional:", ""]
        for name, kind in sorted(fields.items()):
            here = (*path, name)
            inner = object_in(kind)
            below = ""
            if inner is not None:
                anchor = "nestedobjatt--" + "--".join(here)
                below = f" (see [below for nested schema](#{anchor}))"
                self.sections.append(
                    (anchor, here, lambda i=inner, h=here: self.fields(i, h, read_only))
                )
            lines.append(f"- `{name}` ({type_text(kind)}){below}")
        return lines

    def block(self, name, nested, path):
        here = (*path, name)
        anchor = "nestedblock--" + "--".join(here)
        mode = nested["nesting_mode"]
        what = "Block" if mode in ("single", "group") else f"Block {mode.capitalize()}"
        if mode in ("list", "set"):
            if nested.get("min_items"):
                what += f", Min: {nested['min_items']}"
            if nested.get("max_items"):
                what += f", Max: {nested['max_items']}"
        self.sections.append((anchor, here, lambda: self.groups(nested["block"], here, "{}:")))
        return self.item(name, what, nested["block"], path, anchor)


# --- pages -----------------------------------------------------------------------------------


def fenced(root, path):
    file = root / path
    if not file.is_file():
        raise Stop(f"{path}: shown in the documentation, but there is no such file")
    language = LANGUAGES.get(file.suffix, "")
    return f"```{language}\n{file.read_text(encoding='utf-8').strip()}\n```"


def fill(root, template, values):
    """The template with every {{ ... }} replaced; an unknown one is an error."""

    def replace(match):
        word, _, argument = match[1].partition(" ")
        if word == "file":
            return fenced(root, argument.strip().strip('"'))
        if word in values and not argument:
            return values[word]
        raise Stop(f"{template.relative_to(root)}: unknown placeholder {match[0]}")

    text = re.sub(r"\{\{\s*(.*?)\s*\}\}", replace, template.read_text(encoding="utf-8"))
    return text.rstrip() + "\n"


def page(root, template, name, schema, missing):
    if not template.is_file():
        raise Stop(f"{name} has no template: write {template.relative_to(root)}")
    # Of all objects a function alone returns something, and has no block.
    is_function = "return_type" in schema
    renderer = FunctionRenderer(name) if is_function else Renderer(name)
    described = schema if is_function else schema["block"]
    description = text_of(described)
    rendered = renderer.render(described)
    missing += renderer.undescribed
    if not description and "{{ description }}" in template.read_text(encoding="utf-8"):
        missing.append(f"{name}: the object itself")
    values = {
        "name": name,
        "description": description,
        "summary": schema.get("summary") or first_sentence(description),
        "schema": rendered,
    }
    return fill(root, template, values)


def generated_pages(root, schema, rules):
    """Every generated page by its path."""
    missing = []
    templates = root / "tools" / "docs"
    index, book = templates / "index.md.tmpl", templates / "guides" / "rules.md.tmpl"
    wanted = {index, book}
    pages = {
        "docs/index.md": page(root, index, "iam", schema["provider"], missing),
        "docs/guides/rules.md": fill(root, book, {"rules": rules.strip()}),
    }
    for folder, part in KINDS.items():
        for name, object_schema in sorted((schema.get(part) or {}).items()):
            short = name.removeprefix(PREFIX)
            template = templates / folder / f"{short}.md.tmpl"
            wanted.add(template)
            pages[f"docs/{folder}/{short}.md"] = page(root, template, name, object_schema, missing)
    if missing:
        raise Stop("no description in the schema for:\n  " + "\n  ".join(missing))
    idle = sorted(set(templates.rglob("*.tmpl")) - wanted)
    if idle:
        raise Stop(f"{idle[0].relative_to(root)}: the provider has no such object; remove it")
    return pages


def hand_written(root):
    files = [root / "README.md", root / "CONTRIBUTING.md"]
    files += [file for folder in BY_HAND for file in sorted((root / "docs" / folder).glob("*.md"))]
    return [file for file in files if file.is_file()]


MARKER = re.compile(r"^<!-- file: (\S+) -->\n```.*?^```$", re.MULTILINE | re.DOTALL)


def shown_files(root):
    """The hand-written pages with the files they show put in anew."""
    pages = {}
    for file in hand_written(root):
        text = file.read_text(encoding="utf-8")
        marked = len(re.findall(r"^<!-- file: ", text, re.MULTILINE))
        text, replaced = MARKER.subn(
            lambda match: f"<!-- file: {match[1]} -->\n{fenced(root, match[1])}", text
        )
        if replaced != marked:
            raise Stop(f"{file.relative_to(root)}: a `<!-- file: -->` line is not above a fence")
        pages[str(file.relative_to(root))] = text
    return pages


# --- links -----------------------------------------------------------------------------------


def anchors(text):
    """The anchors a Markdown page offers: its headings, as code hosts name them, and its ids."""
    found = set(re.findall(r'<a id="([^"]+)"', text))
    body = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    for heading in re.findall(r"^#+ (.+)$", body, flags=re.MULTILINE):
        plain = re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def dead_links(root, pages):
    """Relative links that lead nowhere. `pages` are contents which may not be on disk yet."""
    dead = []
    for path, text in sorted(pages.items()):
        body = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", body):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            aim = (root / path).parent.joinpath(file).resolve() if file else (root / path).resolve()
            try:
                name = str(aim.relative_to(root.resolve()))
            except ValueError:
                dead.append(f"{path}: {target} leaves the project")
                continue
            if name not in pages and not aim.exists():
                dead.append(f"{path}: {target} does not exist")
            elif anchor and name in pages and anchor not in anchors(pages[name]):
                dead.append(f"{path}: {target}: no such heading")
    return dead


def broken_json(pages):
    """What is fenced as JSON and is none."""
    broken = []
    for path, text in sorted(pages.items()):
        for match in re.finditer(r"^```json\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
            try:
                json.loads(match[1])
            except ValueError as error:
                line = text.count("\n", 0, match.start()) + 1
                broken.append(f"{path}:{line}: no JSON: {error}")
    return broken


# --- examples --------------------------------------------------------------------------------


def lost_examples(root, pages):
    """Folders of examples that no page links or shows, and those that do not say when to use them."""
    templates = (root / "tools" / "docs").rglob("*.tmpl")
    told = "\n".join([*pages.values(), *(file.read_text(encoding="utf-8") for file in templates)])
    lost = []
    for folder in sorted({file.parent for file in (root / "examples").rglob("*") if file.is_file()}):
        name = folder.relative_to(root).as_posix()
        files = sorted(file for file in folder.iterdir() if file.is_file())
        # The folder itself or a file in it: a folder below it is another example.
        here = "|".join(re.escape(file.name) for file in files)
        if not re.search(rf"{re.escape(name)}(?:[)\]#\"]|/(?:{here})\b)", told):
            lost.append(f"{name}: no page leads there")
        begin = (file.read_text(encoding="utf-8") for file in files if file.suffix in (".tf", ".hcl"))
        if not any(text.startswith("# When to use it: ") for text in begin):
            lost.append(f"{name}: its first comment does not say when to use it")
    return lost


# --- the two modes ---------------------------------------------------------------------------


def orphans(root, generated):
    """Pages of objects which the provider no longer has."""
    return [
        file
        for folder in KINDS
        for file in sorted((root / "docs" / folder).glob("*.md"))
        if str(file.relative_to(root)) not in generated
    ]


def current(root, path):
    file = root / path
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def write(root, pages, stale):
    for file in stale:
        file.unlink()
        print(f"removed {file.relative_to(root)}")
    for path, text in sorted(pages.items()):
        if current(root, path) != text:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
            print(f"wrote {path}")


def check(root, pages, stale):
    differences = [f"{file.relative_to(root)}: the provider has no such object" for file in stale]
    for path, text in sorted(pages.items()):
        before = current(root, path)
        if before != text:
            diff = difflib.unified_diff(
                before.splitlines(), text.splitlines(), path, f"{path} (as generated)", lineterm="", n=1
            )
            differences.append("\n".join(list(diff)[:40]))
    if differences:
        raise Stop("\n".join(differences) + f"\n\nThe documentation is stale. Run: {REPAIR}")
    print(f"{len(pages)} pages are up to date")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("mode", choices=("write", "check"))
    parser.add_argument("--schema", required=True, help="what `terraform providers schema -json` prints")
    parser.add_argument("--rules", required=True, help="what the example program `rules` prints")
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parent.parent, type=pathlib.Path)
    arguments = parser.parse_args()
    root = arguments.root.resolve()
    try:
        rules = pathlib.Path(arguments.rules).read_text(encoding="utf-8")
        generated = generated_pages(root, load_schema(arguments.schema), rules)
        pages = {**shown_files(root), **generated}
        stale = orphans(root, generated)
        {"write": write, "check": check}[arguments.mode](root, pages, stale)
        wrong = broken_json(pages) + dead_links(root, pages) + lost_examples(root, pages)
        if wrong:
            raise Stop("\n".join(wrong))
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
