"""Writes cases.json: answers with their references, in several scripts and with odd Unicode, for the reference
implementations and for ours. Run once; the file is kept, so that a change of the random module changes nothing."""
import json
import random

written = [
    ["", ["a reference"]],
    ["an answer", [""]],
    ["", [""]],
    [" \t\n", ["  "]],
    ["...", ["!?"]],
    ["the cat sat on the mat", ["the cat is on the mat"]],
    ["the cat sat on the mat", ["the cat is on the mat", "there is a cat on the mat"]],
    ["The dog bit the man.", ["The dog bit the man.", "The dog had bit the man."]],
    ["It wasn't surprising.", ["It was not unexpected.", "No one was surprised."]],
    ["The man had just bitten him.", ["The man bit him first.", "The man had bitten the dog."]],
    ["A short one", ["A much longer reference that goes on and on, well past the end of the answer"]],
    ["An answer that goes on and on, well past the end of a short reference, and then further on", ["A short one"]],
    ["the the the the the the the", ["the cat is on the mat", "there is a cat on the mat"]],
    ["Prices rose by 3.14%, to $1,234.56 (up from $1,200).", ["Prices rose 3.14 % to $1,234.56, from $1,200."]],
    ["He said: &quot;A &amp; B &lt; C&gt;&quot; -- then left -", ["He said: \"A & B < C>\" -- then left."]],
    ["state-of-the-art 1990-95, 5-year-old; x-1", ["state of the art 1990-95, 5 year old; x - 1"]],
    ["a line-\nbroken word <skipped> and \u2026 \u2018quotes\u2019 \u201cthere\u201d", ["a linebroken word and ... 'quotes' \"there\""]],
    ["Running runners ran happily; policies of operators generalised relational hopes.",
     ["Runners run happy, policy of an operator generalizes relations of hope."]],
    ["skies dying news innings proceed succeeding flies spied enjoy", ["sky die new inning proceeds succeed fly spy enjoyed"]],
    ["na\u00efve caf\u00e9 \u0130stanbul \u212a\u00df \u01c5 \ufb01ne Stra\u00dfe", ["naive cafe Istanbul Kss fine STRASSE"]],
    ["e\u0301clair \U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 and \U00020000\u4e00", ["\u00e9clair \U0001f600 and \U00020000\u4e8c"]],
    ["zero\u200bwidth soft\u00adhyphen nbsp\u00a0space thin\u2009space line\u2028sep nel\u0085x fs\u001cy", ["zero width soft-hyphen nbsp space thin space line sep nel x fs y"]],
    ["\u0661\u0662\u0663 \uff11\uff12\uff13 \u00b2\u00bd \u2163 2\u00d73=6 \u20ac5 \u00a36 \u00b17 5\u00b0C", ["123 123 2 1/2 IV 2x3=6 5\u20ac 6\u00a3 7 5 C"]],
    ["\u7f8e\u56fd\u7684\u9996\u90fd\u662f\u534e\u76db\u987f\uff0c\u4f4d\u4e8e\u4e1c\u6d77\u5cb8\u3002", ["\u534e\u76db\u987f\u662f\u7f8e\u56fd\u7684\u9996\u90fd\uff0c\u5728\u4e1c\u90e8\u3002"]],
    ["\u6c34\u7684\u6cb8\u70b9\u662f100\u2103\uff0c\u5373373.15 K\uff08\u6807\u51c6\u5927\u6c14\u538b\u4e0b\uff09\u3002", ["\u5728\u6807\u51c6\u5927\u6c14\u538b\u4e0b\uff0c\u6c34\u7684\u6cb8\u70b9\u4e3a100\u2103\u3002", "\u6c34\u5728100\u5ea6\u6cb8\u817e"]],
    ["DNA\u662f\u53cc\u87ba\u65cb\u7ed3\u6784\uff0cRNA \u901a\u5e38\u662f\u5355\u94fe\uff1b\u4e8c\u8005\u90fd\u542b\u6709A\u3001G\u3001C\u3002", ["DNA\u4e3a\u53cc\u94fe\uff0cRNA\u4e3a\u5355\u94fe\u3002"]],
    ["\uff12\uff10\uff12\uff14\u5e74\uff0cGDP\u589e\u957f\uff15\uff0e\uff12\uff05\u3002", ["2024\u5e74GDP\u589e\u957f5.2%\u3002"]],
    ["\u5b87\u5b99\u3067\u6700\u3082\u8fd1\u3044\u6052\u661f\u306f\u592a\u967d\u3067\u3059\u3002", ["\u592a\u967d\u304c\u5b87\u5b99\u3067\u4e00\u756a\u8fd1\u3044\u30b9\u30bf\u30fc\u3067\u3042\u308b\u3002"]],
    ["\ud55c\uad6d\uc758 \uc218\ub3c4\ub294 \uc11c\uc6b8\uc785\ub2c8\ub2e4.", ["\uc11c\uc6b8\uc740 \ub300\ud55c\ubbfc\uad6d\uc758 \uc218\ub3c4\uc774\ub2e4."]],
    ["\u041c\u043e\u0441\u043a\u0432\u0430 \u2014 \u0441\u0442\u043e\u043b\u0438\u0446\u0430 \u0420\u043e\u0441\u0441\u0438\u0438.", ["\u0421\u0442\u043e\u043b\u0438\u0446\u0430 \u0420\u043e\u0441\u0441\u0438\u0438 \u2014 \u041c\u043e\u0441\u043a\u0432\u0430!"]],
    ["\u0627\u0644\u0642\u0627\u0647\u0631\u0629 \u0639\u0627\u0635\u0645\u0629 \u0645\u0635\u0631\u060c \u0648\u0644\u064a\u0633\u062a \u0628\u064a\u0631\u0648\u062a\u061f", ["\u0639\u0627\u0635\u0645\u0629 \u0645\u0635\u0631 \u0647\u064a \u0627\u0644\u0642\u0627\u0647\u0631\u0629."]],
    ["w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", ["w1 w2 w3 w4 w5"]],
    ["first line here\n\nsecond line there\nthird", ["second line there\nfirst line of here\nfourth"]],
]

english = ("the a of and to in is that it was for on as with by at from this which water energy cells light plants "
           "running quickly policies Government's state-of-the-art 1,000 3.5 U.S. (however) \u201cquoted\u201d & dogs, dogs. growth: "
           "because systems; nationality generalization hopefulness").split()
chinese = list("\u7684\u4e00\u662f\u5728\u4e0d\u4e86\u6709\u548c\u4eba\u8fd9\u4e2d\u5927\u4e3a\u4e0a\u4e2a\u56fd\u6211\u4ee5\u8981\u4ed6\u65f6\u6765\u7528\u4eec\u751f\u5230\u4f5c\u5730\u4e8e\u51fa\uff0c\u3002\uff1b\u3001\uff08\uff09") + ["DNA", "100", "3.5", " "]
rng = random.Random(20240501)


def varied(words):
    """A text near the one given: words moved in blocks, dropped, replaced and doubled."""
    out = list(words)
    for _ in range(rng.randrange(1, 5)):
        if len(out) < 4:
            break
        at, to, n = rng.randrange(len(out)), rng.randrange(len(out)), rng.randrange(1, 6)
        kind = rng.randrange(4)
        if kind == 0:
            block = out[at:at + n]
            del out[at:at + n]
            out[to:to] = block
        elif kind == 1:
            del out[at:at + n]
        elif kind == 2:
            out[at] = rng.choice(words)
        else:
            out[at:at] = out[to:to + n]
    return out


for index in range(60):
    vocabulary, joint = (chinese, "") if index % 3 == 2 else (english, " ")
    length = rng.choice([4, 9, 20, 45, 90, 160])
    reference = [rng.choice(vocabulary) for _ in range(length)]
    others = [varied(reference) for _ in range(rng.choice([0, 0, 1, 2]))]
    line = (lambda words: joint.join(w + ("\n" if rng.randrange(25) == 0 else "") for w in words))
    written.append([line(varied(reference)), [line(words) for words in [reference, *others]]])

# Where TER's beam is wider than its default, and where shifts are farther than they may be.
names = [f"w{number}" for number in range(230)]
written.append(["w70 w3", [" ".join(names[:140])]])
written.append(["w0", [" ".join(names[:60])]])
written.append([" ".join(names[160:170] + names[:160] + names[170:]), [" ".join(names)]])
written.append([" ".join(names[12:40] + names[:12] + names[40:90]), [" ".join(names[:80])]])

with open("cases.json", "w", encoding="utf-8") as file:
    rows = [json.dumps({"answer": answer, "references": references}) for answer, references in written]
    file.write("[\n" + ",\n".join(rows) + "\n]\n")
