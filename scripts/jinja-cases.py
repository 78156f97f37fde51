"""Writes tests/modeling/fixtures/jinja/cases.json: templates and what the reference engine makes of them.

    python3 scripts/jinja-cases.py tests/modeling/fixtures/jinja/cases.json

Needs the package jinja2 (3.1). The environment is set up as transformers sets it up for chat templates.
"""

import json
import sys

import jinja2
from jinja2.ext import loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

DATA = {
    "n": 7, "m": -3, "x": 2.5, "t": True, "f": False, "nil": None, "s": "  Hello, World \n", "empty": "",
    "uni": "naïve 東京 😀!", "words": ["b", "A", "c", "a"], "nums": [3, 1, 2, 3], "none_list": [],
    "d": {"b": 1, "a": {"deep": [1, 2]}, "items_count": 2}, "rows": [
        {"name": "x", "age": 3, "ok": True}, {"name": "y", "age": 1, "ok": False}, {"name": "z", "age": 2, "ok": True}],
    "html": "<a href=\"u\">&'</a>", "nested": [[1, [2]], []],
}

EXPRESSIONS = r"""
n; m; x; t; f; nil; s; uni; words; nums; d; nested; 1.0; 1e20; 1e16; 123456789012345.0; 0.1; 1e-5; 0.0001; 1.5e300; -0.0
n + m; n - m; n * m; n / 2; n // 2; m // 2; n % 3; m % 4; n ** 2; 2 ** -1; -n; +n; -x; x + 1; x * 2; x // 1; -7 // 2.0; -7 % 2.5
1 + true; true + true; 2 ** 3 ** 2; -2 ** 2; 1 - 1 - 1; 10 / 4 * 2; 7 - -3; 1 ~ 2 ~ 'a'; 'a' ~ none ~ true; 1 + 2 ~ 3
'a' + 'b'; 'ab' * 3; 3 * 'ab'; [1] + [2]; (1,) + (2,); [0] * 3; 'a' 'b'; "q'\"\\\n\t\x41\u00e9"
n > 3; n >= 7; n < 3; 1 < 2 < 3; 1 < 3 < 2; 1 == 1.0; 1 == true; 'a' == 'a'; 'a' < 'b'; [1, 2] < [1, 3]; [1] == [1]; (1,) == [1]; none == none
d == {'b': 1, 'a': {'deep': [1, 2]}, 'items_count': 2}; 'a' != 1; 1 in nums; 9 in nums; 'World' in s; 'b' in d; 'q' not in d; 1 not in nums
t and n; f and n; f or 'x'; none or 0; not t; not not n; t and not f; 1 if t else 2; 1 if f else 2; (1 if f) is undefined; 'a' if f else 'b' if f else 'c'
words[0]; words[-1]; words[9]; words[1:]; words[:2]; words[::-1]; words[1:-1]; words[::2]; words[5:]; s[2:7]; s[0]; uni[-2]; uni[::-1]; uni[6:8]
d.b; d['b']; d.a.deep[1]; d['a']['deep']; d.zz; d['zz']; d.items; d.items(); d.keys(); d.values(); d.get('b'); d.get('zz'); d.get('zz', 5); d.a.deep.0
undefined_name; undefined_name is defined; undefined_name is undefined; n is defined; d.zz is defined; nil is none; n is none
n is number; x is float; n is integer; t is integer; t is boolean; t is true; f is false; n is true; s is string; d is mapping; words is sequence
words is iterable; n is iterable; s is iterable; d is iterable; n is odd; n is even; n is divisibleby 7; n is divisibleby(2); n is eq 7; n is ne 7; n is gt 3
n is lt 3; n is ge 7; n is le 7; n is equalto 7; n is in nums; 3 is in nums; n is sameas n; n is not none; n is not odd; 'a' is lower; 'A' is upper; range is callable
not n is odd; n is odd and t; words | length; s | length; uni | length; d | length; none_list | length; undefined_name | length
s | trim; s | trim | upper; s | lower; 'hello world' | title; 'hELLO' | capitalize; 'xxaxx' | trim('x'); words | join(', '); nums | join; rows | join(',', attribute='name')
words | first; words | last; none_list | first; 'abc' | first; 'abc' | last; words | sort; words | sort(reverse=true); words | sort(case_sensitive=true); nums | sort; rows | sort(attribute='age') | map(attribute='name') | list
nums | unique | list; words | unique | list; words | reverse | list; 'abc' | reverse; nums | sum; rows | sum(attribute='age'); nums | min; nums | max; rows | max(attribute='age')
words | map('upper') | list; rows | map(attribute='name') | join('-'); rows | map(attribute='zz', default='?') | list; rows | selectattr('ok') | map(attribute='name') | list
rows | selectattr('age', 'gt', 1) | map(attribute='name') | list; rows | rejectattr('ok') | list; rows | selectattr('name', 'equalto', 'y') | list | length; nums | select('odd') | list; nums | reject('odd') | list
nums | select('gt', 1) | list; none_list | select | list; ['', 'a', none] | select | list; 'abc' | list; d | list; d | dictsort; {'b': 1, 'a': 2} | dictsort(by='value'); d | items | list
'a-b-c' | replace('-', '+'); 'a-b-c' | replace('-', '+', 1); nil | default('q'); undefined_name | default('q'); undefined_name | d; empty | default('q', true); n | default(1)
'12' | int; 'zz' | int; 'zz' | int(5); 3.9 | int; '3.5' | float; 'q' | float; 'q' | float(1.5); n | float; n | string; x | string; -3 | abs; -3.5 | abs; 2.5 | round; 3.14159 | round(2); 2.1 | round(0, 'ceil'); 2.9 | round(method='floor'); 7 | round
'a\nb\n\nc' | indent; 'a\nb' | indent(2, true); 'a\n\nb' | indent(2, false, true); 'one two  three' | wordcount; '%s and %d' | format('x', 5); '%s-%r' % ('a', 'b'); '%d%%' % 5; '%.2f' % 1.005; '%s' % none
d | tojson; words | tojson; uni | tojson; x | tojson; 1.0 | tojson; none | tojson; true | tojson; html | tojson; 'a"\\\n\t\u0001' | tojson; [] | tojson; {} | tojson
rows | tojson(indent=2); d | tojson(indent=4); rows[0] | tojson(separators=(',', ':')); {'b': 1, 'a': 2} | tojson(sort_keys=true); uni | tojson(ensure_ascii=true); [] | tojson(indent=2); {1: 2, true: 3} | tojson
s.strip(); s.lstrip(); s.rstrip(); 'xxaxx'.strip('x'); 'xaby'.strip('xy'); 'a,b,c'.split(','); ' a  b c '.split(); 'a,b,c'.split(',', 1); 'a,b,c'.rsplit(',', 1); ' a b c '.split(none, 1); ' a b c '.rsplit(none, 1); ''.split(); ''.split(','); 'a\nb\r\nc\n'.splitlines(); 'a\nb\n'.splitlines(true)
'abc'.upper(); 'ABC'.lower(); 'abc def'.title(); 'aBC'.capitalize(); 'abc'.startswith('ab'); 'abc'.endswith('bc'); 'abc'.startswith(('x', 'a')); 'abcabc'.find('c'); 'abcabc'.rfind('c'); 'abc'.find('z'); 'abcabc'.count('bc'); 'abc'.index('c')
'a.b'.replace('.', '!'); 'aaa'.replace('a', 'b', 2); '-'.join(words); 'abc'.removeprefix('a'); 'abc'.removesuffix('c'); '12'.isdigit(); '1a'.isdigit(); 'ab'.isalpha(); 'a1'.isalnum(); ' \t'.isspace(); 'AB'.isupper(); 'ab'.islower()
nums.count(3); nums.index(2); (1, 2); (1,); (); [1, 'a', none, true, 1.5]; {'a': [1, (2,)]}; {'k': 'it\'s'}; ['it\'s', 'say "x"']; range(3) | list; range(1, 7, 2) | list; range(3, 0, -1) | list; range(0) | list
dict(a=1, b='x'); dict({'a': 1}, b=2); namespace(a=1).a; html; html | safe; words | map('length') | list; 'x' in undefined_name; undefined_name | list; undefined_name | join; undefined_name == undefined_name
(words | length) > 3 and words[0] == 'b'; words | length > 3; n | string | length; -n | abs; (-n) | abs; 'a' ~ n | string ~ 'b'; [1, 2][0]; {'a': 1}['a']; {'a': 1}.a; (1, 2)[1]; 'abc'[1]; 'x'.join(['1', '2']).upper()
loop is defined; true is true; True; None; False; 1_000; 'abc' > 'abd'; not 1 == 2; 1 if 2 > 1 and 3 > 2 else 0; [n, m, x] | max; 0 == false; '' == none; 5 is divisibleby 5 and true
"""

TEMPLATES = r"""
{% for w in words %}{{ loop.index }}/{{ loop.length }}:{{ w }}{% if not loop.last %}, {% endif %}{% endfor %}
{% for w in words %}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }};{% endfor %}
{% for w in none_list %}x{% else %}none{% endfor %}
{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}
{% for k in d %}{{ k }};{% endfor %}
{% for r in rows if r.ok %}{{ loop.index }}{{ r.name }}{% endfor %}
{% for r in rows if r.age > 5 %}{{ r.name }}{% else %}nobody{% endfor %}
{% for w in words %}{% if w == 'A' %}{% continue %}{% endif %}{% if w == 'a' %}{% break %}{% endif %}{{ w }}{% endfor %}
{% for a in nested %}{% for b in a %}{{ loop.depth }}{{ b }}{% endfor %}|{{ loop.index }}{% endfor %}
{% for w in words %}{{ loop.previtem | default('-') }}<{{ w }}>{{ loop.nextitem | default('-') }} {% endfor %}
{% for w in words %}{{ loop.cycle('x', 'y') }}{% endfor %}
{% for r in [1, 1, 2] %}{{ loop.changed(r) }};{% endfor %}
{% for c in uni %}{{ c }}|{% endfor %}
{% for a, b in [(1, 2), (3, 4)] %}{{ a + b }} {% endfor %}
{% for (a, b) in [[1, 2]] %}{{ a }}{{ b }}{% endfor %}
{% set a = 1 %}{% for i in nums %}{% set a = a + i %}{{ a }},{% endfor %}{{ a }}
{% set ns = namespace(a=1) %}{% for i in nums %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }}
{% if t %}{% set q = 5 %}{% endif %}{{ q }}
{% set a, b = 1, 2 %}{{ a }}{{ b }}
{% set t2 = 1, 2 %}{{ t2 }}
{% set block %}in {{ n }}{% endset %}[{{ block }}]
{% set block | upper | replace('N', 'M') %}in {{ n }}{% endset %}[{{ block }}]
{% macro hi(a, b='z') %}<{{ a }}{{ b }}>{% endmacro %}{{ hi('x') }}{{ hi('x', 'y') }}{{ hi(b=1, a=2) }}{{ hi() }}
{% macro outer(x) %}{{ n }}{{ x }}{% set n = 1 %}{{ n }}{% endmacro %}{{ outer('q') }}{{ n }}
{% macro down(k) %}{{ k }}{% if k > 0 %}{{ down(k - 1) }}{% endif %}{% endmacro %}{{ down(3) }}
{% with a = 1, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}
{% filter upper %}abc {{ n }}{% endfilter %}
{% raw %}{{ not }} {% this %}{% endraw %}!
{%- raw -%}  a  {%- endraw -%}  b
{# a comment #}x{#- another -#}  y
{% if n > 10 %}a{% elif n > 5 %}b{% elif n > 1 %}c{% else %}d{% endif %}
{% if undefined_name %}a{% else %}b{% endif %}
  {% if t %}  x  {% endif %}  y
a {%- if t -%}  x  {%- endif -%}  b
a {{- n -}} b {{ n -}}   c
a  {%+ if t %} b {% endif +%} c
{{ "{{" }} {{ '}}' }} {{ {'a': {'b': 1}}.a.b }}
{{ '%}' }}{% set x9 = '{% raw %}' %}{{ x9 }}
{% for i in range(3) %}{{ i }}{% endfor %}
{{ words | join(
   ', '
) }}
{% set l = [1,2,3,] %}{{ l }}{% set m2 = {'a': 1,} %}{{ m2 }}
{{ none }}{{ true }}{{ 1.50 }}{{ [none] }}
{{ messages is defined }}{{ (1, 2) | length }}{{ [[]] | first }}
{% set ns = namespace() %}{% set ns.q = [] %}{% set ns.q = ns.q + [1] %}{{ ns.q }}
{% for x in [1,2,3] %}{% if loop.first %}[{% endif %}{{ x }}{{ "," if not loop.last }}{% if loop.last %}]{% endif %}{% endfor %}
{{ x if x is defined else 'no' }}{{ y if y is defined else 'no' }}
{% for i in nums | sort %}{{ i }}{% endfor %}{% for i in (1, 2) %}{{ i }}{% endfor %}{% for i in 1, 2 %}{{ i }}{% endfor %}
{% set _ = words %}{{ _ | length }}
{% if (n > 1) and (m < 1) or not t %}yes{% endif %}
{% if n in [7, 8] and 'a' in words and 'zz' not in words %}yes{% endif %}
{% for m in rows %}{%- if loop.index0 == 0 and m['name'] == 'x' %}{{ m.name }}{%- endif %}{% endfor %}
{{ rows[-1]['name'] }}{{ rows[0].get('zz', 'none') }}{{ rows | length - 1 }}
{% macro a() %}x{% endmacro %}{% set y = a() %}{{ y | upper }}{{ a() ~ 'z' }}
"""

MULTILINE = [
    "line one\n  {% if t %}\n  inside\n  {% endif %}\nafter\n",
    "{% for i in nums %}\n- {{ i }}\n{% endfor %}\nend",
    "a\n{# comment #}\nb\n\n",
    "a\n  {# comment #}  \nb",
    "  {%- if t %}\n x\n  {%- endif %}\n y",
    "\n\n{{ n }}\n\n",
    "{{ n }}\r\n{% if t %}\r\nx\r\n{% endif %}\r\n",
    "{% set a = 1 -%}\n\n   {{ a }}",
    "x {% raw %}\n y\n  {% endraw %}\n z",
    "\t{% if t %}\tx{% endif %}\n\t{{ n }}",
    "{% if t %}\n\n{% endif %}\n\nq",
    "{% macro f(a) %}\n  {{ a }}\n{% endmacro %}\n{{ f(1) }}|",
    "{% filter indent(2) %}\na\nb\n{% endfilter %}",
    "a{% if t %} {% endif %}b {% if t %}\n{% endif %} c",
]

ERRORS = r"""
{{ undefined_name.x }}
{{ undefined_name + 1 }}
{{ d.zz.y }}
{{ nil.x.y }}
{{ 1 + 'a' }}
{{ 'a' + 1 }}
{{ 1 / 0 }}
{{ 1 // 0 }}
{{ 1 % 0 }}
{{ 1 < 'a' }}
{{ words.append(1) }}
{{ d.update({}) }}
{{ n() }}
{{ n | length }}
{{ raise_exception('no') }}
{{ undefined_name() }}
{{ 'abc'.index('z') }}
{% for x in n %}{% endfor %}
{% set n.x = 1 %}
{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}
{% if %}{% endif %}
{% for x in nums %}
{{ 'abc
{{ n
{% endif %}
{% unknown %}
{{ n | nofilter }}
{{ n is notest }}
{{ (1 }}
{{ 1 1 }}
{{ }}
{% set %}
{# never closed
{% raw %} never closed
{{ 'a' % (1, 2) }}
{{ n $ m }}
"""


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def main(path):
    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols])
    environment.filters["tojson"] = tojson
    environment.globals["raise_exception"] = raise_exception
    sources = ["{{ %s }}" % e.strip() for line in EXPRESSIONS.strip().split("\n") for e in line.split("; ")]
    sources += TEMPLATES.strip("\n").split("\n{{ words | join(\n")[0].split("\n")
    sources += ["{{ words | join(\n   ', '\n) }}"]
    sources += TEMPLATES.strip("\n").split("\n) }}\n")[1].split("\n")
    sources += MULTILINE + ERRORS.strip().split("\n")
    cases = []
    for source in sources:
        try:
            output = environment.from_string(source).render(**DATA)
            if not any(mark in output for mark in ("dict_items(", "dict_keys(", "dict_values(", "<built-in")):
                cases.append({"template": source, "output": output})
        except Exception as error:  # what goes wrong is the case
            cases.append({"template": source, "error": f"{type(error).__name__}: {error}"})
    with open(path, "w", encoding="ascii", newline="\n") as file:
        json.dump({"variables": DATA, "cases": cases}, file, indent=1)
        file.write("\n")
    print(len(cases), sum("error" in c for c in cases))


main(sys.argv[1])
