"""Templates stay compiled between pages, as long as their source is the same."""

from jinja2 import DictLoader, Environment

from workbench.apps._templates import Compiled


def test_a_template_is_compiled_once_for_all_environments(monkeypatch):
    sources, kept, compiled = {"page": "Hello {{ name }}"}, Compiled(), []
    whole = Environment.compile

    def counting(self, source, *args, **more):
        compiled.append(source)
        return whole(self, source, *args, **more)

    monkeypatch.setattr(Environment, "compile", counting)
    for name in ("Ann", "Bo"):  # a new environment each, as Voila makes one for every page
        made = Environment(loader=DictLoader(sources), bytecode_cache=kept)
        assert made.get_template("page").render(name=name) == f"Hello {name}"
    assert compiled == ["Hello {{ name }}"]
    sources["page"] = "Bye {{ name }}"
    made = Environment(loader=DictLoader(sources), bytecode_cache=kept)
    assert made.get_template("page").render(name="Cy") == "Bye Cy"
    assert len(compiled) == 2
