"""The attacks that the reader must withstand, by number, in a line each. Tests say which one they are about.

`@pytest.mark.threat(1, 2)` stands over a test that carries out attacks 1 and 2 on a really signed bundle.
"""

from __future__ import annotations

from typing import Final

THREATS: Final = {
    1: "a byte of a chapter is changed",
    2: "a byte of a chapter is changed and its checksum corrected",
    3: "two chapters change places",
    4: "a chapter is taken out",
    5: "a file that nobody signed is put in, or one that has no place",
    6: "the file is cut short",
    7: "bytes stand before or behind the bundle, or a second one does",
    8: "all signatures are taken off",
    9: "fewer people signed than must",
    10: "one signature stands twice",
    11: "a stranger signed",
    12: "a stranger's signature stands under a genuine key's id",
    13: "a signer of another authority signed",
    14: "the lead of another authority wrote the list of signers",
    15: "an authority's bundle holds files of another authority",
    16: "the signer of one manual signed another one of the same authority",
    17: "the authority is not on the register",
    18: "an attacker has a trust root, a register and signers of their own",
    19: "IT has set no trust root",
    20: "an older edition is brought back",
    21: "an older edition is brought back that the newest one vouches for",
    22: "the number of an edition jumps, so that no later one would count",
    23: "every key of a role was replaced, and editions go on from a lower number",
    24: "a withdrawn key signs, beside the old list that still names it",
    25: "a new root is signed by old holders only, or by new ones only",
    26: "the chain of roots has a gap, or a wrong number",
    27: "everything expired years ago",
    28: "the clock of the laptop is behind",
    29: "a file is signed with a broken kind of hash",
    30: "what is signed has another form: fields, kinds of values, numbers, dates",
    31: "JSON that exhausts whoever reads it",
    32: "names that lead out of the folder, or mean something else on another disk",
    33: "names that only look alike, or that a system reserves",
    34: "links, attributes, times, encryption: fields that a bundle does not need",
    35: "compressed members, and bombs",
    36: "two parts of the archive tell different stories",
    37: "too many members, or a huge file",
    38: "the manifest or the contents list disagrees with what was signed",
    39: "scripts, fonts, drawings and databases, validly signed",
    40: "a signed chapter with scripts, handlers, frames and links that run something",
    41: "a signed chapter that tells somebody that it is read",
    42: "a signed chapter with pictures of the laptop's own files",
    43: "a small picture that unpacks to an enormous one",
    44: "a chapter that takes minutes to lay out",
    45: "the disk is full, or the power goes, while a bundle is installed",
    46: "two programs install at once",
    47: "another file under a bundle's name",
    48: "a private key or a passphrase in an output, a log or a bundle",
}

SEEN: Final = frozenset({1, 8, 18, 19, 20, 21, 22, 27, 28, 40, 41, 42, 43, 44, 47})
"""Those in which it matters what a person sees: they are carried out in the real window too."""
