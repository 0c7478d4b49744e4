/** Words that the generated tasks are about. */
export const nouns =
  "apple river table window garden pencil bottle camera bridge candle forest guitar hammer island jacket kettle ladder mirror needle orange pillow rocket saddle ticket violin wallet basket carpet dragon engine".split(
    " ",
  );
export const names =
  "Anna Ben Clara David Emma Felix Grace Henry Iris Jonas Karen Liam Maria Noah Olga Peter".split(" ");
export const capitals = pairs(
  "France Paris, Japan Tokyo, Italy Rome, Egypt Cairo, Kenya Nairobi, Peru Lima, Norway Oslo, Cuba Havana, Spain Madrid, Greece Athens, Austria Vienna, Canada Ottawa, Ireland Dublin, Portugal Lisbon, Poland Warsaw, Hungary Budapest",
);
export const opposites = pairs(
  "hot cold, big small, fast slow, early late, light dark, full empty, hard soft, loud quiet, rich poor, old young, wet dry, high low, strong weak, open closed, near far, deep shallow",
);
export const pastTenses = pairs(
  "go went, see saw, take took, give gave, run ran, write wrote, speak spoke, bring brought, think thought, buy bought, sing sang, break broke, drive drove, eat ate, fall fell, know knew",
);
export const kinds = {
  fruit: "apple banana cherry grape lemon mango peach plum".split(" "),
  animal: "badger camel dolphin eagle falcon giraffe otter rabbit".split(" "),
  vehicle: "bicycle bus car ferry lorry train tram truck".split(" "),
  tool: "chisel drill file hammer pliers saw spanner wrench".split(" "),
} as const;
export const praise = "wonderful delightful excellent superb charming brilliant".split(" ");
export const blame = "dreadful boring terrible awful dull disappointing".split(" ");
export const days = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
export const months =
  "January February March April May June July August September October November December".split(" ");

function pairs(text: string): readonly (readonly [string, string])[] {
  return text.split(", ").map((pair) => {
    const [first = "", second = ""] = pair.split(" ");
    return [first, second] as const;
  });
}
