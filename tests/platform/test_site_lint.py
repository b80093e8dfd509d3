"""What the pages' modules may not do is refused before anybody sees it in a browser."""

import re

from infra.site.lint import lint

# Each line breaks the one rule that its name tells.
_WRONG = {
    "no-undef": "export const unknown = nowhere;",
    "no-unused-vars": "const unused = 1;",
    "eqeqeq": "export const loose = document.title == 1;",
    "no-var": "export var old = 1;",
    "prefer-const": "let never = 1; export const same = () => never;",
    "no-eval": 'eval("1");',
    "no-implied-eval": 'setTimeout("1");',
    "no-restricted-globals": 'open("/");',
    "max-len": f"export const long = {'1 + ' * 40}1;",
}
_DANGEROUS = [
    "document.body.innerHTML = location.hash;",
    "document.body.outerHTML = location.hash;",
    'document.body.insertAdjacentHTML("beforeend", location.hash);',
    "document.write(location.hash);",
    'document.body.style.color = "red";',
    'document.body.setAttribute("style", "color: red");',
    'export const element = h("p", { style: "color: red" }); function h() {}',
    'window.open("https://example.org/");',
    'window.open("https://example.org/", "_blank", "noreferrer");',
]
_FINE = [
    'window.open("https://example.org/", "_blank", "noopener");',
    "export const wide = `${location.href} https://example.org/" + "a" * 150 + "`;",
    "document.body.textContent = location.hash;",
]


def _found(source: str) -> dict[int, str]:
    said = lint("--format", "stylish", written=source).stdout
    return {int(line): rule for line, rule in re.findall(r"^\s+(\d+):\d+ .* (\S+)$", said, re.MULTILINE)}


def test_each_rule_finds_what_breaks_it_and_nothing_else() -> None:
    found = _found("\n".join((*_WRONG.values(), *_DANGEROUS, *_FINE)))
    rules = [found.get(line) for line in range(1, len(_WRONG) + 1)]
    assert rules == list(_WRONG)
    dangerous = [found.get(line) for line in range(len(_WRONG) + 1, len(_WRONG) + len(_DANGEROUS) + 1)]
    assert all(rule and rule.startswith("no-restricted-") for rule in dangerous), dangerous
    assert len(found) == len(_WRONG) + len(_DANGEROUS)
