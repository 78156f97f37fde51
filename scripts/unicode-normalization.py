"""Writes libs/modeling/Tokenization/unicode-nfc.txt from Python's copy of the Unicode Character Database.

    python3 scripts/unicode-normalization.py > libs/modeling/Tokenization/unicode-nfc.txt
"""

import sys
import unicodedata

print(f"# Canonical decomposition and combining classes, Unicode {unicodedata.unidata_version}.")
print("# Derived from the Unicode Character Database, (c) Unicode, Inc., under the Unicode License v3.")
print("# CODE PARTS: decomposition that is also a composition; !CODE PARTS: decomposition only; @FIRST LAST CLASS.")
print("# Hangul syllables are computed. Made by scripts/unicode-normalization.py.")

for code in range(sys.maxunicode + 1):
    parts = unicodedata.decomposition(chr(code)).split()
    if not parts or parts[0].startswith("<"):
        continue
    recomposed = unicodedata.normalize("NFC", "".join(chr(int(p, 16)) for p in parts))
    print(("" if recomposed == chr(code) else "!") + f"{code:X} " + " ".join(f"{int(p, 16):X}" for p in parts))

start, current = 0, 0
for code in range(sys.maxunicode + 2):
    value = unicodedata.combining(chr(code)) if code <= sys.maxunicode else 0
    if value == current:
        continue
    if current:
        print(f"@{start:X} {code - 1:X} {current}")
    start, current = code, value
