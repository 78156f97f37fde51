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
    "chat": [
        {"role": "system", "content": " Be brief. "},
        {"role": "user", "content": "Is it warm in Rome?"},
        {"role": "assistant", "content": None, "tool_calls": [
            {"id": "call-00001", "type": "function",
             "function": {"name": "weather", "arguments": {"place": "Rome", "days": [1, 2.5], "exact": True}}}]},
        {"role": "tool", "tool_call_id": "call-00001", "content": "sunny"},
        {"role": "assistant", "content": "<think>\nIt shines.\n</think>\n\nYes.\n", "reasoning_content": None},
        {"role": "user", "content": [{"type": "text", "text": " And "}, {"type": "image"}, {"type": "text", "text": "now? "}]},
        {"role": "assistant", "content": "Still.", "reasoning_content": "The same."},
        {"role": "user", "content": "Thanks é"}],
    "toolbox": [
        {"type": "function", "function": {
            "name": "weather", "description": "Tells the weather.", "return": "text", "parameters": {
                "type": "object", "required": ["place"], "properties": {
                    "place": {"type": "string", "description": "Where", "enum": ["Rome", "Oslo"]},
                    "days": {"type": "array", "items": {"type": "number"}, "nullable": True},
                    "exact": {"type": "boolean", "default": False},
                    "unit": {"type": ["string", "null"]},
                    "more": {"type": "object", "properties": {"x": {"oneOf": [{"type": "integer"}, {"type": "string"}]}}}}}}},
        {"type": "function", "function": {"name": "clock", "description": "Tells the time.", "parameters": None}}],
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
'a-b-c'.partition('-'); 'a-b-c'.rpartition('-'); 'abc'.partition('x'); 'abc'.rpartition('x'); 'a'.ljust(3, '.'); 'a'.rjust(3); 'ab'.center(5, '*'); 'abc'.center(6, '*'); 'a'.center(4, '*')
'-5'.zfill(4); '5'.zfill(1); 'aBc'.swapcase(); 'ABC'.casefold(); '12'.isdecimal(); '½'.isnumeric(); 'aé'.isascii(); ''.isascii(); 'ab' | center(7); 'ab' | center(8); 'abc' | center(8)
'{} and {}'.format(1, 'b'); '{1}{0}'.format('a', 'b'); '{x} {{y}}'.format(x=none); '{}'.format([1, 'a']); nums | batch(3) | list; nums | batch(3, 0) | list; d | attr('b'); d | attr('zz') is defined
[none, none] | sort; [1, 1] | sort; [undefined_name, undefined_name] | sort | length; 'a'.upper() | attr('lower') is defined
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
{% macro f(a, b=2) %}{{ a }}{{ b }};{% endmacro %}{{ f(*[1, 5]) }}{{ f(1, **{'b': 3}) }}{{ f(*(7,)) }}{{ f(*'xy') }}{{ f(**{'a': 1}) }}{{ f(*[], a=4) }}
{% macro box(t) %}[{{ t }}{{ caller() }}]{% endmacro %}{% call box('x') %}in {{ n }}{% endcall %}
{% macro each(xs) %}{% for x in xs %}{{ caller(x, loop.index) }}{% endfor %}{% endmacro %}{% call(x, i=0) each(words) %}{{ i }}{{ x }};{% endcall %}
{% macro m() %}{{ caller is defined }}{% endmacro %}{{ m() }}
{% macro f(a) %}{% set n = a %}{{ caller() }}{% endmacro %}{% call f(1) %}{{ n }}{% endcall %}{% call f(2) %}{% call f(3) %}x{% endcall %}{% endcall %}
{% macro f() %}{{ caller() }}{% endmacro %}{% for i in nums %}{% call f() %}{{ i }}{{ loop.index }}{% endcall %}{% endfor %}
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

# What the templates of well-known models are made of, in templates of our own over the conversation and the tools above.
MODELS = [
    # Flags in a namespace, a system message gathered beforehand, calls counted, an answer cut after its thinking.
    r"""{% if not prompt is defined %}{% set prompt = true %}{% endif %}{% set state = namespace(calls=0, open=false, system='') %}
{%- for m in chat if m['role'] == 'system' %}{% set state.system = state.system ~ m['content'] %}{% endfor %}{{ state.system }}
{%- for m in chat %}
{%- if m['content'] is none %}{% for c in m['tool_calls'] %}{% set state.calls = state.calls + 1 %}
{{- state.calls ~ '. ' + c['type'] + ':' + c['function']['name'] + '\n' }}{% set state.open = true -%}{% endfor %}
{%- elif m['content'] is string and '</think>' in m['content'] %}{{ '(' + m['content'].split('</think>')[-1] + ')' }}{% endif %}
{%- if state.open and m['role'] == 'tool' %}{{ 'got ' + m['content'] }}{% set state.open = false %}{% endif %}{% endfor -%}
{% if prompt and not state.open %}{{ 'next:\n' }}{% endif %}""",
    # A search from the end, neighbours by arithmetic on the loop's index, thinking shown after a place only.
    r"""{%- set found = namespace(at=-1) %}
{%- for m in chat[::-1] %}
    {%- if found.at < 0 and m.role == 'user' and not (m.content is string and m.content.startswith('Th')) %}
        {%- set found.at = (chat | length - 1) - loop.index0 %}
    {%- endif %}
{%- endfor %}{{ found.at }}
{% for m in chat %}
    {%- if loop.first or (chat[loop.index0 - 1].role != m.role) %}{{- '<' + m.role + '>' }}{% endif %}
    {%- set said = m.content if m.content is string else '' %}
    {%- set why = '' %}
    {%- if m.reasoning_content is defined and m.reasoning_content is not none %}
        {%- set why = m.reasoning_content %}
    {%- elif '</think>' in said %}
        {%- set why = said.split('</think>')[0].split('<think>')[-1].strip('\n') %}
        {%- set said = said.split('</think>')[-1].lstrip('\n') %}
    {%- endif %}
    {%- if why and (loop.index0 > found.at or loop.last) %}{{- '{' + why.rstrip('.') + '}' }}{% endif %}
    {{- said.strip() }}
    {%- for c in m.tool_calls or [] %}
        {%- if c.function %}{% set c = c.function %}{% endif %}
        {{- '\n' if not loop.first }}{{ c.name ~ ' ' }}{{ c.arguments if c.arguments is string else c.arguments | tojson }}
    {%- endfor %}
{%- endfor %}
{%- if thinking is defined and thinking is false %}{{- '{}' }}{% endif %}""",
    # The first message taken out, defaults for what is not defined, membership in a dict, arguments one by one.
    r"""{%- if custom is defined %}{% set toolbox = custom %}{% endif %}
{%- if not day is defined %}{% set day = "Monday" %}{% endif %}
{%- if chat[0]['role'] == 'system' %}
    {%- set rules, rest = chat[0]['content'] | trim, chat[1:] %}
{%- else %}
    {%- set rules, rest = "", chat %}
{%- endif %}
{{- day + ": " + rules + "\n" }}
{%- if not toolbox is none %}{% for t in toolbox %}{{- t | tojson(indent=4) }}{{- "\n" }}{% endfor %}{% endif %}
{%- for m in rest %}
    {%- if not (m.role == 'tool' or 'tool_calls' in m) %}{{- m['role'] ~ ': ' ~ m['content'] | string | trim ~ '\n' }}
    {%- elif 'tool_calls' in m %}
        {%- if not m.tool_calls | length == 1 %}{{- raise_exception("one call at a time") }}{% endif %}
        {%- set c = m.tool_calls[0].function %}
        {{- c.name + "(" }}{% for k, v in c.arguments | items %}{{- k + '=' ~ v }}{{ ", " if not loop.last }}{% endfor %}{{- ")\n" }}
    {%- elif m.content is mapping or m.content is iterable %}{{- m.content | tojson }}
    {%- endif %}
{%- endfor %}""",
    # Filtered lists, a check that raises, objects cut open by slices, a loop with a condition, a text over two lines.
    r"""{%- set intro = "Two \
lines.\n" %}{{- intro }}
{%- set asked = chat[1:] | selectattr("role", "equalto", "user") | list %}
{%- set others = chat | rejectattr("role", "in", ["user", "system"]) | map(attribute="role") | unique | join("/") %}
{%- set plain = [] %}
{%- for m in chat %}{% if m["role"] not in ["tool", "system"] and not m.get("tool_calls") %}{% set plain = plain + [m] %}{% endif %}{% endfor %}
{{- plain | length }}{{ others }}{{ asked[-1].content }}
{%- for m in asked %}{% if (m["role"] == "user") != (loop.length == 3) %}{{- raise_exception("three questions") }}{% endif %}{% endfor %}
{%- for m in chat %}
    {%- if m == asked[-1] and toolbox is not none %}
        {%- for t in toolbox %}{% set t = t.function %}
            {%- for k, v in t.items() if k != "return" %}
                {{- k + '=' + (v if v is string else v | tojson) }}{{ ", " if not loop.last else ";" }}
            {%- endfor %}
        {%- endfor %}
    {%- elif m["role"] == "user" and m["content"] is not string %}
        {%- for b in m["content"] %}
            {%- if b["type"] == "text" %}{{- b["text"] }}
            {%- elif b["type"] in ["image", "image_url"] %}{{- "[picture]" }}
            {%- else %}{{- raise_exception("only texts and pictures") }}{% endif %}
        {%- endfor %}
    {%- elif m.tool_calls is defined and m.tool_calls is not none %}
        {%- for c in m.tool_calls %}
            {%- if not c.id is defined or c.id | length < 9 %}{{- raise_exception("the id is too short") }}{% endif %}
            {%- set object = c.function | tojson %}{{- object[:-1] }}{{- ', "id": "' + c.id[-9:] + '"}' }}
        {%- endfor %}
    {%- endif %}
{%- endfor %}""",
    # Macros that call themselves over sorted schemas, roles renamed, conditions on the kinds of values.
    r"""{%- macro show(v, quoted=True) -%}
    {%- if v is none -%}null
    {%- elif v is string -%}{{- "'" + v + "'" if quoted else v -}}
    {%- elif v is boolean -%}{{- 'yes' if v else 'no' -}}
    {%- elif v is mapping -%}
        {%- set ns = namespace(more=false) -%}(
        {%- for k, x in v | dictsort -%}{%- if ns.more %}; {% endif -%}{%- set ns.more = true -%}{{ k | upper }} {{ show(x, quoted=quoted) -}}{%- endfor -%})
    {%- elif v is sequence -%}{%- for x in v -%}{{- show(x) -}}{%- if not loop.last %}|{% endif -%}{%- endfor -%}
    {%- else -%}{{- v -}}{%- endif -%}
{%- endmacro -%}
{%- for t in toolbox -%}{{ show(t['function']['parameters'], quoted=false) | trim }}{{- '\n' if not loop.last -}}{%- endfor -%}
{%- for m in chat -%}
    {%- if (m['role'] == 'assistant') -%}{%- set role = "model" -%}{%- else -%}{%- set role = m['role'] -%}{%- endif -%}
    {{ '\n' + role + ('!' if loop.first else ' ') }}
    {%- if m['content'] is string -%}{{ m['content'] | trim }}
    {%- elif m['content'] is iterable and m['content'] is not mapping -%}
        {%- for i in m['content'] -%}{{ i['text'] | default('[' ~ i['type'] ~ ']') | trim }}{%- endfor -%}
    {%- endif -%}
{%- endfor -%}""",
    # Everything in one line of conditions and sums.
    r"""{% for m in chat %}{% if m['role'] == 'system' and 'tools' in m and m['tools'] is not none %}{{ m['tools'] }}"""
    r"""{% elif m['content'] is string %}{{ '[' + m['role'] + ']' + m['content'] + '[/]' }}{% endif %}{% endfor %}"""
    r"""{% if add is defined and add %}{{ '[a]' }}{% else %}{{ eos | default('[e]') }}{% endif %}""",
    # Schemas as types, macros with defaults, lists that may be missing, a look ahead at what is still to come.
    r"""{%- macro type_of(s, depth=0) -%}
    {%- if s.type is defined and s.type is iterable and s.type is not string and s.type is not mapping and s.type[0] is defined -%}
        {{- s.type | join(" or ") }}
    {%- elif s.oneOf -%}
        {%- for v in s.oneOf -%}{{- type_of(v, depth + 1) -}}{%- if not loop.last %}{{- " or " }}{% endif -%}{%- endfor -%}
    {%- elif s.type == "array" -%}{{- "list of " + type_of(s['items'], depth + 1) }}{%- if s.nullable -%}{{- " or nothing" }}{%- endif -%}
    {%- elif s.type == "object" and s.properties -%}
        {%- for k, v in s.properties.items() -%}
            {{- '\n' + '  ' * depth + k }}{{ "?" if k not in (s.required or []) }}: {{ type_of(v, depth + 1) }}
            {%- if v.default is defined -%}{{- " = " + v.default | tojson }}{%- endif -%}
        {%- endfor -%}
    {%- elif s.enum -%}{{- '"' + s.enum | join('", "') + '"' -}}
    {%- else -%}{{- s.type | default("any") }}{%- endif -%}
{%- endmacro -%}
{%- for t in toolbox -%}
    {%- set t = t.function -%}
    {{- "# " + t.description + "\n" + t.name }}
    {%- if t.parameters and t.parameters.properties %}{{- type_of(t.parameters) + "\n" }}{% else %}{{- "()\n" }}{% endif -%}
{%- endfor -%}
{%- set last = namespace(name=none) %}
{%- for m in chat -%}
    {%- if "tool_calls" in m %}
        {%- set ahead = namespace(answer=false) %}
        {%- for later in chat[loop.index:] %}{% if later.role == m.role and "tool_calls" not in later %}{% set ahead.answer = true %}{% endif %}{% endfor %}
        {%- set c = m.tool_calls[-1].function %}
        {{- c.name ~ ' ' ~ (c.kind if c.kind is defined else "json") ~ ' ' ~ c.arguments | tojson ~ ahead.answer }}{% set last.name = c.name %}
    {%- elif m.role == 'tool' -%}
        {%- if last.name is none %}{{- raise_exception("no call before") }}{% endif %}{{- last.name + ' says ' + m.content | tojson }}{% set last.name = none %}
    {%- endif -%}
{%- endfor -%}""",
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
    sources += MULTILINE + MODELS + ERRORS.strip().split("\n")
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
